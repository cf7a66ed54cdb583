from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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


def test_spacy_s_command_line_is_not_loaded_and_can_be_loaded_later() -> None:
    code = (
        "import sys\nfrom assistant.privacy.lean import lean_imports\n"
        "with lean_imports():\n    import spacy\n"
        "assert not {'spacy.cli', 'weasel', 'jinja2'} & set(sys.modules), 'command line loaded'\n"
        "import spacy.cli\nassert callable(spacy.cli.info)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


def test_the_model_s_tokenizer_is_that_of_the_language(models: Path) -> None:
    """What allows leaving the model's own out: both cut every text alike."""
    with lean_imports():
        import spacy

        folder, others = (
            models / "en_core_web_sm",
            ["tok2vec", "tagger", "parser", "lemmatizer", "ner", "attribute_ruler"],
        )
        stored = spacy.load(folder, exclude=others).tokenizer
        plain = spacy.load(folder, exclude=[*others, "tokenizer"]).tokenizer
    assert stored.to_bytes() == plain.to_bytes()
    assert stored.rules == plain.rules and len(plain.rules) > 1000
