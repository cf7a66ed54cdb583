"""Words that a question turns on and no document holds."""

from __future__ import annotations

import pytest

from assistant.language.words import content_stems
from assistant.reading.out_of_vocabulary import is_out_of_vocabulary
from tests.policy.support import lexicon

COMMON = {"monday", "target", "valve", "flowers", "bring", "ward", "dose", "price", "daily", "orchid", "weather"}
DOCUMENTS = "The target INR for a mechanical valve is 3.0. Paracetamol is dosed by weight. Order by Sunday."


def judge(question: str, held: str = DOCUMENTS, **more: object) -> bool:
    present = set(content_stems(DOCUMENTS))
    rarity = {stem: 0.5 if stem in present else 1.0 for stem in content_stems(question)}
    words = {word.strip(".").casefold() for word in held.split()}
    return is_out_of_vocabulary(question, rarity, words, pieces=lambda w: 1 if w.casefold() in COMMON else 3, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "question",
    [
        "What is the target INR for a bioprosthetic valve?",
        "What is the dose of lisinopril?",
        "Is delivery possible in Japan?",
        "Which antidote is given?",
    ],
)
def test_an_uncommon_word_or_a_name_that_is_nowhere(question: str) -> None:
    assert judge(question)


@pytest.mark.parametrize(
    "question",
    [
        "What is the target INR for a mechanical valve?",
        # Common words have many ways to be said.
        "May I bring flowers to the ward?",
        # So has what is done, and how.
        "Can I reschedule it?",
        "Is paracetamol dosed fractionally?",
        # Title case marks no names.
        "What Is The Weather On Monday?",
        # A slip of the pen.
        "What is the dose of paracetmol?",
    ],
)
def test_what_may_be_said_otherwise_is_left_to_the_reader(question: str) -> None:
    assert not judge(question)


def test_another_drug_is_no_slip_of_the_pen() -> None:
    assert not judge("What is the dose of prednisone?", held="prednisolone")
    assert judge("What is the dose of prednisone?", held="prednisolone", known=lambda word: word == "prednisone")


def test_other_names_are_left_to_the_sources() -> None:
    words = lexicon(synonyms=[["acetaminophen", "paracetamol"]])
    assert judge("What is the dose of acetaminophen?")
    assert not judge("What is the dose of acetaminophen?", lexicon=words)


def test_what_stands_for_an_identifier_is_no_word_of_the_question() -> None:
    # The facade leaves surrogates out of `rarity`.
    assert not is_out_of_vocabulary("What is the dose for Okonkwo?", {"dose": 0.5}, set(), pieces=lambda _: 3)
