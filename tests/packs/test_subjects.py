"""What a question names, and whether passages and sentences speak of it."""

from __future__ import annotations

import pytest

from assistant.packs.pack import load_pack
from assistant.packs.subjects import Subjects
from assistant.types import Passage
from tests.policy.support import lexicon

SUBJECTS = lexicon(
    vocabulary={
        "drugs": ["Codeine", "Paracetamol", "Ibuprofen", "Vitamin K", "MAP"],
        "conditions": ["Otitis Media", "Gout"],
    },
    synonyms=[["acetaminophen", "paracetamol", "Tylenol"], ["ear infection", "otitis media"]],
    case_sensitive=["MAP"],
    subjects=["drugs", "conditions"],
).subjects


def passage(text: str, title: str = "Pain", heading: str = "") -> Passage:
    return Passage(1, "doc", title, text, 0, len(text), heading=heading, labels=frozenset())


def apart(question: str, text: str, part: str, **more: str) -> bool:
    at = text.index(part)
    return SUBJECTS.names_other_subject(SUBJECTS.named(question), passage(text, **more), at, at + len(part))


def test_all_names_of_a_thing_are_one_thing() -> None:
    assert SUBJECTS.named("TYLENOL's dose") == SUBJECTS.named("paracetamol") == SUBJECTS.named("Acetaminophen")
    assert SUBJECTS.named("codeine or ibuprofen for an  ear\ninfection")["drugs"] == {"codeine", "ibuprofen"}
    assert SUBJECTS.named("ear  infection") == SUBJECTS.named("otitis media")
    assert SUBJECTS.named("How long?") == {}
    assert SUBJECTS.named("a map of the codeines")["drugs"] == {"codeine"}
    assert SUBJECTS.named("Give MAP")["drugs"] == {"map"}
    assert Subjects.of({"drugs": {}}).named("codeine") == {}


def test_a_passage_must_name_all_that_is_asked_for() -> None:
    asked = SUBJECTS.named("May paracetamol be given for gout?")
    assert SUBJECTS.speaks_of(asked, passage("Give Tylenol first.", title="Gout"))
    assert SUBJECTS.speaks_of(asked, passage("It helps.", title="Gout", heading="Paracetamol"))
    assert not SUBJECTS.speaks_of(asked, passage("Give ibuprofen first.", title="Gout"))
    assert SUBJECTS.speaks_of(SUBJECTS.named("How long is the ward open?"), passage("Until eight."))


def test_a_question_is_put_in_the_passages_own_names() -> None:
    asked = "What is the dose of Tylenol for an ear infection?"
    theirs = passage("For otitis media paracetamol is given. Paracetamol helps.")
    assert SUBJECTS.reworded(asked, theirs) == "What is the dose of paracetamol for an otitis media?"
    assert SUBJECTS.reworded(asked, passage("Tylenol is paracetamol.")) == asked
    assert SUBJECTS.reworded("How long?", theirs) == "How long?"


def test_a_sentence_on_another_of_the_kind_is_apart() -> None:
    question = "What is the maximum dose of codeine?"
    text = "The maximum dose of paracetamol is 4 g. Codeine is used next."
    assert apart(question, text, "The maximum dose of paracetamol is 4 g.")
    assert not apart(question, text, "Codeine is used next.")
    assert not apart("What is the maximum dose?", text, "The maximum dose of paracetamol is 4 g.")
    # Another kind is no contradiction.
    assert not apart(question, "Avoid it in gout.", "Avoid it in gout.")


def test_what_a_sentence_stands_under_counts() -> None:
    question, text = "How is codeine reversed?", "Give vitamin K."
    assert apart(question, text, text)
    assert not apart(question, text, text, heading="After codeine")
    assert not apart(question, text, text, title="Codeine")
    # A title that names others too does not say which of them is meant.
    assert apart(question, text, text, title="Codeine and ibuprofen")
    pointing = "Codeine can harm. Stop it and give vitamin K. Give ibuprofen then."
    assert not apart(question, pointing, "Stop it and give vitamin K.")
    assert apart(question, pointing, "Give ibuprofen then.")
    assert apart(question, "Codeine can harm.\n\nStop it and give vitamin K.", "Stop it and give vitamin K.")


def test_a_row_is_about_what_its_first_column_names() -> None:
    question = "What is the dose of codeine?"
    for row in (
        "Drug: Paracetamol; Caution: not with codeine",
        "drug: Paracetamol\nform: tablet\ncaution: not with codeine",
    ):
        assert apart(question, row, row)
        assert not apart("What is the dose of paracetamol?", row, row)
    assert not apart(
        question, "Drug: Codeine; Caution: not with ibuprofen", "Drug: Codeine; Caution: not with ibuprofen"
    )
    # A first column that names nothing of the kind decides nothing.
    other = "Infection: Otitis media; Dose of codeine: 1 mg; With: ibuprofen"
    assert not apart(question, other, other)


def test_sentences_apart_are_blanked_in_place() -> None:
    text = "The dose of paracetamol is 1 g. The dose of codeine is 30 mg."
    left = SUBJECTS.without_other_subjects(SUBJECTS.named("dose of codeine"), passage(text))
    assert len(left) == len(text) and left.strip() == "The dose of codeine is 30 mg."
    assert left.index("codeine") == text.index("codeine")
    assert SUBJECTS.without_other_subjects({}, passage(text)) == text


def test_the_shipped_packs_say_what_they_are_about() -> None:
    drugs = load_pack("healthcare").lexicon.subjects
    assert drugs.named("Is Eliquis safe?") == drugs.named("apixaban")
    assert drugs.named("anemia") == drugs.named("Anaemia")
    assert load_pack("customer-service").lexicon.subjects.named("my Aria Duo")["products"] == {"aria duo"}


def test_a_kind_that_is_not_in_the_vocabulary_is_refused() -> None:
    with pytest.raises(ValueError, match="no 'plants' in vocabulary; known: drugs"):
        lexicon(vocabulary={"drugs": ["Codeine"]}, subjects=["plants"])
