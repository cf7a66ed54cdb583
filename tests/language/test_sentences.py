from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language.questions import asking_clause, without_anybody
from assistant.language.sentences import sentences
from assistant.language.words import content_stems, estimate_tokens, is_negated, stem


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


def test_stems_meet_across_inflections_and_leave_function_words_out() -> None:
    assert content_stems("Is dosing of the tablets safe?") == [stem("dose"), stem("tablet"), stem("safe")]
    assert content_stems("the and of") == []


@pytest.mark.parametrize(("text", "negated"), [("Do not give it", True), ("It isn't safe", True), ("Give it", False)])
def test_negation(text: str, negated: bool) -> None:
    assert is_negated(text) is negated


def test_token_estimate_grows_with_the_text() -> None:
    assert estimate_tokens("") < estimate_tokens("one two") < estimate_tokens("one two three four five, six.")


@pytest.mark.parametrize(
    ("text", "hidden", "asked"),
    [
        ("My patient Ann Lee, MRN 12: what is the target dose?", ["Ann Lee", "12"], "what is the target dose?"),
        ("What is the target dose for Ann Lee?", ["Ann Lee"], "What is the target dose for Ann Lee?"),
        ("I am Ann Lee. When is the refund paid?", ["Ann Lee"], "When is the refund paid?"),
        ("When: now or later?", [], "When: now or later?"),
        ("I am Ann Lee: why?", ["Ann Lee"], "I am Ann Lee: why?"),
        (
            "Ann Lee (12), parcel 345 was damaged. By when must it be reported?",
            ["Ann Lee", "12", "345"],
            "parcel was damaged. By when must it be reported?",
        ),
    ],
)
def test_the_clause_that_asks_stands_without_the_identifiers(text: str, hidden: list[str], asked: str) -> None:
    assert asking_clause(text, hidden) == asked


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ("How long is a gift card of a customer valid?", "How long is a gift card valid?"),
        ("What does standard delivery cost a person?", "What does standard delivery cost?"),
        ("Is there a late fee for a missed part for someone?", "Is there a late fee for a missed part?"),
        ("What is the dose for a patient with gout?", "What is the dose for a patient with gout?"),
        ("How do I identify a patient?", "How do I identify a patient?"),
        ("What is given to a patient?", "What is given to a patient?"),
        ("Who cares for people?", "Who cares for people?"),
    ],
)
def test_a_person_of_whom_nothing_is_said_is_left_out(asked: str, left: str) -> None:
    assert without_anybody(asked) == left
