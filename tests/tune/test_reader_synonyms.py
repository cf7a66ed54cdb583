from __future__ import annotations

import random
from pathlib import Path

import pytest

from assistant.tune.reader_synonyms import FOLDER, reworded, synonyms

OTHERS = {"parcel": ("package",), "return": ("send back",)}


def test_words_keep_their_endings() -> None:
    found = {reworded("Which parcels can I return?", random.Random(seed), OTHERS) for seed in range(20)}
    assert "Which packages can I return?" in found
    assert "Which parcels can I send back?" in found
    assert "Which packages can I send back?" in found


def test_names_and_function_words_stay() -> None:
    assert (
        reworded("Does Parcel have it?", random.Random(1), {"parcel": ("package",), "have": ("own",)})
        == "Does Parcel have it?"
    )


def test_without_the_files_there_are_none(tmp_path: Path) -> None:
    assert synonyms(tmp_path) == {}


@pytest.mark.skipif(not (FOLDER / "index.noun").is_file(), reason="WordNet is not installed (Debian: wordnet-base)")
def test_wordnet_is_read() -> None:
    found = synonyms()
    assert "buy" in found["purchase"]
    assert all(word not in others for word, others in found.items())
