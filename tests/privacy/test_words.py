"""What the word lists say of a word."""

from __future__ import annotations

import pytest

from assistant.privacy.words import is_acronym, is_word_like, looks_clinical, name_lists


def test_accents_do_not_matter() -> None:
    assert name_lists().is_surname("Nguyễn") == name_lists().is_surname("Nguyen") is True


def test_both_parts_of_a_hyphenated_name_count() -> None:
    assert name_lists().is_name("Anna-Maria")
    assert not name_lists().is_name("Anna-Paracetamol")


@pytest.mark.parametrize("word", ["May", "Grace", "Hunter"])
def test_a_name_that_is_a_word_too_is_not_clear(word: str) -> None:
    assert name_lists().is_name(word)
    assert not name_lists().is_clear(word)


@pytest.mark.parametrize("word", ["Atenolol", "appendicitis", "Clarithromycin", "colonoscopy"])
def test_words_built_like_drugs_and_conditions_are_clinical(word: str) -> None:
    assert looks_clinical(word)
    assert is_word_like(word)


@pytest.mark.parametrize("word", ["Okafor", "Salome", "Giuseppe"])
def test_names_are_not_clinical(word: str) -> None:
    assert not looks_clinical(word)


def test_short_capitals_are_an_abbreviation() -> None:
    assert is_acronym("LADA")
    assert not is_acronym("Lada")
    assert not is_acronym("NAKAMURA")
