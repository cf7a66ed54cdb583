"""What a name may look like."""

from __future__ import annotations

import pytest

from assistant.privacy.name_shapes import is_clinical_phrase, is_company, opens_sentence, titled_in_small_letters, trim


def test_a_name_ends_before_what_is_none() -> None:
    assert trim("Sandra Nguyen MRN") == "Sandra Nguyen"
    assert trim("Sandra Nguyen's") == "Sandra Nguyen"
    assert trim("Phuong Do") == "Phuong Do"


@pytest.mark.parametrize("before", ["", "It ended. ", "Warning:\n", "| ", "- ", "Really? "])
def test_any_word_may_be_capitalised_there(before: str) -> None:
    assert opens_sentence(f"{before}May", len(before))


@pytest.mark.parametrize("before", ["with ", "for ", "and, ", "Ms "])
def test_elsewhere_a_capital_tells_something(before: str) -> None:
    assert not opens_sentence(f"{before}May", len(before))


def test_a_title_allows_an_unlisted_name_and_kin_does_not() -> None:
    assert titled_in_small_letters("von der leyden to ring", True) == "von der leyden"
    assert titled_in_small_letters("wuthering to ring", False) == ""
    assert titled_in_small_letters("de novo finding", True) == ""


def test_companies_and_streets_are_no_people() -> None:
    assert is_company("Harrison Street", 15, "Harrison Street")
    assert not is_company("Min-ji Park", 11, "Min-ji Park")


def test_the_noun_behind_makes_a_thing_of_a_name() -> None:
    text = "Crohn disease; Crohn called."
    assert is_clinical_phrase(text, 0, 5, False)
    assert not is_clinical_phrase(text, 15, 20, True)
