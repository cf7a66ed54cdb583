"""Names by their place on the page, beside the same places with no name in them."""

from __future__ import annotations

import pytest

from assistant.privacy.positions import placed_names


def _names(text: str) -> set[str]:
    return {text[start:end] for start, end, _ in placed_names(text)}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("anneliese: hello\nDesk: hi\nanneliese: my card is lost", "anneliese"),
        ("Forename(s): Tirunesh\nBorn: 1990", "Tirunesh"),
        ("2) Olga Brandt - slept well", "Olga Brandt"),
        ("The parcel is here.\n\nBartosz Lewicki\nAccounts", "Bartosz Lewicki"),
        ("contact=józef lewandowski; tel=1", "józef lewandowski"),
        ("Please ask for Tove-Lise before noon", "Tove-Lise"),
        ("Hi all, Baker here from the ward", "Baker"),
    ],
)
def test_place_gives_a_name_away(text: str, name: str) -> None:
    assert name in _names(text)


@pytest.mark.parametrize(
    "text",
    [
        "Desk: hello\nVisitor: hi\nDesk: bye\nVisitor: bye",
        "warning: hot\nwarning: wet",
        "1) Wound care - change daily\n2) Foley catheter - out",
        "Tell reception. Call the ward. Ring twice.",
        "pt settled after supper; wife said so; call again later",
        "Name: diabetes mellitus\nContact: reception",
        "Dose: 5 mg\nDose: 10 mg",
    ],
)
def test_the_same_place_without_a_name(text: str) -> None:
    assert _names(text) == set()
