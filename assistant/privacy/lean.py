"""spaCy and Presidio without torch: both import it when it is installed, and neither needs it for what we do with them."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
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
# spaCy imports its own command line for one function that nobody calls here, and with it a project tool, templates, HTTP clients:
# half of what importing spaCy costs.
_COMMAND_LINE: Final = ("spacy.cli", "spacy.cli.info")
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
        stand_ins = _stand_in() if "spacy" not in sys.modules else ()
        try:
            yield
        finally:
            for name in stand_ins:
                sys.modules.pop(name, None)
            for name in hidden:
                if sys.modules.get(name, ...) is None:
                    del sys.modules[name]


def _stand_in() -> tuple[str, ...]:
    """Empty modules for spaCy's command line, until spaCy is imported; their names."""
    for name in _COMMAND_LINE:
        module = ModuleType(name)
        module.__dict__.update(info=None, __path__=[])
        sys.modules[name] = module
    return _COMMAND_LINE


def load_lean(name: str) -> object:
    """Import the module `name` with the heavy parts hidden."""
    with lean_imports():
        return importlib.import_module(name)
