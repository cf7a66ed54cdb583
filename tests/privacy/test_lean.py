from __future__ import annotations

import subprocess
import sys

import pytest

from assistant.privacy.lean import lean_imports


def test_presidio_and_spacy_load_without_torch() -> None:
    code = (
        "import sys\nfrom assistant.privacy.lean import lean_imports\n"
        "with lean_imports():\n    import presidio_analyzer, presidio_anonymizer, spacy\n"
        "assert not {'torch', 'transformers', 'pandas'} & set(sys.modules), 'heavy part loaded'\n"
        "import importlib.util\nassert importlib.util.find_spec('requests')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


def test_hidden_parts_come_back() -> None:
    already = "pandas" in sys.modules
    with lean_imports():
        if not already:
            with pytest.raises(ImportError):
                __import__("pandas")
    assert sys.modules.get("pandas", ...) is not None
