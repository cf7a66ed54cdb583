"""Places smaller than a state, and organisations that a person belongs to."""

from __future__ import annotations

import pytest

from assistant.privacy.places import LOCATION, ORGANIZATION, find_places


def found(text: str, *voted: str) -> set[tuple[str, str]]:
    votes = [(text.index(word), text.index(word) + len(word)) for word in voted]
    return {(span.entity, text[span.start : span.end]) for span in find_places(text, votes)}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("She lives in Brackford with her son.", "Brackford"),
        ("He moved here from Stratford upon Avon last year.", "Stratford upon Avon"),
        ("Her home town of Larkhaven is small.", "Larkhaven"),
    ],
)
def test_where_somebody_lives_is_a_place(text: str, place: str) -> None:
    assert (LOCATION, place) in found(text)


@pytest.mark.parametrize("text", ["He lives in California.", "She was born in Texas.", "It is based in Diabetes Care."])
def test_states_and_conditions_are_no_place(text: str) -> None:
    assert not {entity for entity, _ in found(text)} & {LOCATION}


def test_an_employer_is_an_organisation_and_a_drug_maker_s_product_is_not() -> None:
    assert (ORGANIZATION, "Harbourline Freight") in found("He works for Harbourline Freight.")
    assert (ORGANIZATION, "Corvale Analytics Ltd") in found("The invoice of Corvale Analytics Ltd came.")
    assert found("Warfarin Analytics Ltd") == set()


def test_a_vote_alone_needs_a_preposition_of_place() -> None:
    assert (LOCATION, "Eastholt") in found("The clinic near Eastholt is closed.", "Eastholt")
    assert found("Eastholt criteria were met.", "Eastholt") == set()
