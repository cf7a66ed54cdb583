from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language.sentences import sentences


@given(st.text(max_size=400))
def test_sentences_are_verbatim_ordered_and_lose_no_word(text: str) -> None:
    found = sentences(text)
    assert all(text[s.start : s.end] == s.text for s in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    covered = "".join(s.text for s in found)
    assert [c for c in covered if not c.isspace()] == [c for c in text if not c.isspace()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Smith gave 2.5 mg. He left.", ["Dr. Smith gave 2.5 mg.", "He left."]),
        ("See fig. 3 for J. Doe, e.g. here.", ["See fig. 3 for J. Doe, e.g. here."]),
        ("Give it!\n\nWait (2 h). Then stop.", ["Give it!", "Wait (2 h).", "Then stop."]),
        ("# Title\n- one item\n- two items", ["# Title", "- one item", "- two items"]),
        ("| a | b |\n| 1 | 2 |\nAfter it.", ["| a | b |", "| 1 | 2 |", "After it."]),
        ("1. Stop the drug.\n2. Call.", ["1. Stop the drug.", "2. Call."]),
        ("Is it safe? Yes.", ["Is it safe?", "Yes."]),
    ],
)
def test_sentences_end_where_a_reader_says(text: str, expected: list[str]) -> None:
    assert [s.text for s in sentences(text)] == expected
