"""spaCy and Presidio without torch: both import it when it is installed, and neither needs it for what we do with them."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

# Optional parts that thinc, spaCy and presidio-analyzer try to import and do without.
_HEAVY: Final = (
    "torch",
    "transformers",
    "tensorflow",
    "mxnet",
    "cupy",
    "gliner",
    "stanza",
    "spacy_stanza",
    "spacy_transformers",
    "spacy_curated_transformers",
    "spacy_huggingface_pipelines",
    "langextract",
    "azure",
    "smart_open",
    "pandas",
    "sklearn",
)
_lock: Final = threading.RLock()


@contextmanager
def lean_imports() -> Iterator[None]:
    """Inside the block the heavy optional parts look as if they were not installed; afterwards they can be imported again.

    Parts that are loaded already stay. Other threads that import one of them meanwhile get an ImportError, so front ends load
    the redactor before they start threads.
    """
    with _lock:
        hidden = [name for name in _HEAVY if name not in sys.modules]
        for name in hidden:
            sys.modules[name] = None  # type: ignore[assignment]  # the documented way to make an import fail
        try:
            yield
        finally:
            for name in hidden:
                if sys.modules.get(name, ...) is None:
                    del sys.modules[name]


def load_lean(name: str) -> object:
    """Import the module `name` with the heavy parts hidden."""
    with lean_imports():
        return importlib.import_module(name)
