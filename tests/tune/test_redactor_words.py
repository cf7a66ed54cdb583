"""The words and patterns that the training texts are made of."""

from __future__ import annotations

import re

import pytest

from assistant.tune import redactor_words as words

SLOTS = set("PFGLTCSZAHEUIVDBNMKYQOX")


@pytest.mark.parametrize(
    "block", [words.SENTENCES, words.CLAUSES, words.FORM, words.WORD_PHRASES, words.SHORTHAND, words.QUESTIONS]
)
def test_every_choice_is_closed_and_every_slot_known(block: str) -> None:
    depth = 0
    for c in block:
        depth += (c == "[") - (c == "]")
        assert depth in (0, 1), "no choice within a choice"
    assert depth == 0
    found = re.findall(r"\{(\w+)\}", block)
    assert set(found) <= SLOTS


def test_towns_and_frames() -> None:
    assert len(set(words.TOWNS.split())) > 400
    assert all(
        "{}" in frame for line in words.TOWN_FRAMES.strip().split("\n") for frame in line.split("|") if frame.strip()
    )
