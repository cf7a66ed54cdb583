"""The forms in which a name may stand in a text."""

from __future__ import annotations

import pytest

from assistant.records.people import Name, name_forms

MARY = Name("Lund", ("Mary Ann", "Jo"), "Dr")


def test_a_name_is_written_in_all_its_forms() -> None:
    forms = set(name_forms(MARY))
    assert {"Dr Mary Ann Jo Lund", "Mary Ann Jo Lund", "Mary Ann Lund", "Lund, Mary Ann", "Lund", "Mary Ann"} <= forms
    assert {"Mary", "Ann"} <= forms


def test_two_letters_alone_are_as_often_a_word() -> None:
    assert "Jo" not in set(name_forms(MARY))
    assert "Jo Lund" in set(name_forms(Name("Lund", ("Jo",))))


@pytest.mark.parametrize(
    ("name", "whole", "plain"),
    [
        (MARY, "Dr Mary Ann Jo Lund", "Mary Ann Jo Lund"),
        (Name(text="Lund, Mary"), "Lund, Mary", "Lund, Mary"),
        (Name(prefix="Dr", text="Lund"), "Dr", "Lund"),
        (Name("Lund"), "Lund", "Lund"),
        (Name(), "", ""),
    ],
)
def test_the_whole_name_falls_back_to_its_text(name: Name, whole: str, plain: str) -> None:
    assert (name.whole, name.plain) == (whole, plain)
