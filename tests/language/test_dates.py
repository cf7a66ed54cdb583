from __future__ import annotations

import pytest

from assistant.language.dates import dated
from assistant.language.numerals import numerals
from assistant.language.quantities import quantities


def of(text: str) -> tuple[str, str]:
    """The unit of the first number, and the words it takes in."""
    unit, start, end = dated(text, next(numerals(text)))
    return unit, text[start:end]


@pytest.mark.parametrize(
    ("text", "unit", "whole"),
    [
        ("on 5 May", "date/5", "5 May"), ("on the 5th of March", "date/3", "5th of March"), ("on May 5", "date/5", "May 5"),
        ("on Dec. 24", "date/12", "Dec. 24"), ("on September the 3", "date/9", "September the 3"), ("on 1 january", "date/1", "1 january"),
        ("the 3rd visit", "th", "3rd"),
    ],
)  # fmt: skip
def test_a_day_of_a_month_and_an_ordinal_take_their_words_in(text: str, unit: str, whole: str) -> None:
    assert of(text) == (unit, whole)


@pytest.mark.parametrize(
    "text", ["5 may be given", "32 May tablets", "5 marched on", "take 5", "1.5 May", "0 June", "5 mg in May"]
)
def test_what_is_no_day_of_a_month(text: str) -> None:
    assert of(text)[0] == ""


def test_a_day_is_no_amount_and_the_same_day_is_the_same_quantity_however_it_is_written() -> None:
    (one,), (other,) = quantities("on 5 May"), quantities("on May 5")
    assert (one.unit, one.low) == (other.unit, other.low) == ("date/5", 5)
