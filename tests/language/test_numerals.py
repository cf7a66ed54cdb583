"""Numbers as people write them: their value, their kind and their place."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest

from assistant.language.numerals import numerals


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,000", 1000),
        ("1,234,567", 1234567),
        ("0,5", Fraction(1, 2)),
        ("12,75", Fraction(51, 4)),
        ("0,125", Fraction(1, 8)),
        (".5", Fraction(1, 2)),
        ("7.10", Fraction(71, 10)),
        ("1 000 mg", 1000),
        ("1'000", 1000),
        ("1.234,5", Fraction(2469, 2)),
        ("½", Fraction(1, 2)),
        ("1½", Fraction(3, 2)),
        ("1 1/2 tablets", Fraction(3, 2)),
        ("1/2 tablet", Fraction(1, 2)),
        ("3 × 10⁹", 3 * 10**9),
        ("2 x 10^-3", Fraction(1, 500)),
        ("1.5e3", 1500),
        ("2 million", 2 * 10**6),
        ("three hundred and five", 305),
        ("twenty-one", 21),
        ("two thousand and ten", 2010),
        ("two and a half", Fraction(5, 2)),
        ("half a tablet", Fraction(1, 2)),
        ("two thirds of", Fraction(2, 3)),
        ("a dozen", 12),
        ("two dozen", 24),
    ],
)
def test_a_number_has_its_exact_value(text: str, value: Fraction | int) -> None:
    assert [numeral.value for numeral in numerals(text)] == [value]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("twice a day", "often", 2),
        ("b.d. with food", "latin", 2),
        ("tds", "latin", 3),
        ("at 8:30", "clock", 510),
        ("at 8 pm", "clock", 1200),
        ("at 12 am", "clock", 0),
        ("version 1.2.3", "code", 0),
        ("call 0123456789", "code", 0),
        ("one of them", "one", 1),
        ("half", "part", Fraction(1, 2)),
        ("five", "word", 5),
        ("5", "digits", 5),
    ],
)
def test_a_number_has_its_kind(text: str, kind: str, value: Fraction | int) -> None:
    (found,) = numerals(text)
    assert (found.kind, found.value) == (kind, value)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("2 500 mg tablets", [2, 500]),
        ("blood pressure 120/80", [120, 80]),
        ("the first half-life", []),
        ("B12 and A4", []),
        ("", []),
    ],
)
def test_what_is_two_numbers_or_none(text: str, values: list[int]) -> None:
    assert [numeral.value for numeral in numerals(text)] == values


def test_numbers_come_in_order_without_overlap_and_with_their_letters() -> None:
    text = "Take two 500 mg tablets twice a day, at most 4 g in 24 hours, for 1½ weeks or three days."
    found = list(numerals(text))
    assert [text[n.start : n.end] for n in found] == ["two", "500", "twice", "4", "24", "1½", "three"]
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))


def test_no_text_makes_it_slow_or_fall() -> None:
    pieces = ["1", ",", ".", " ", "/", "one", "half ", "a ", "10^", "½", "hundred ", "-", ":", "e9"]
    rng = random.Random(3)
    for _ in range(300):
        text = "".join(rng.choices(pieces, k=60))
        found = list(numerals(text))
        assert all(0 <= n.start < n.end <= len(text) for n in found)


def test_figures_longer_than_any_quantity_are_codes() -> None:
    assert [n.kind for n in numerals("9" * 60)] == ["code"]
