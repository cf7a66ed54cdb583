from __future__ import annotations

from fractions import Fraction

import pytest

from assistant.language.units import AMOUNT, CASED, FREE, TIME, currency_before, unit_at


@pytest.mark.parametrize(
    ("text", "base", "factor"),
    [
        ("mg", "mg", 1),
        ("MG", "mg", 1),
        ("g", "mg", 1000),
        ("µg", "mg", Fraction(1, 1000)),
        ("micrograms", "mg", Fraction(1, 1000)),
        ("mcg/h", "mg", Fraction(1, 1000)),
        ("MU", "unit", 10**6),
        ("mU", "unit", Fraction(1, 1000)),
        ("G needle", "gauge", 1),
        ("international units", "unit", 1),
        ("weeks'", "hour", 168),
        ("days’ notice", "hour", 24),
        ("years", "month", 12),
        ("working days", "working day", 1),
        ("°C", "°c", 1),
        ("C.", "°c", 1),
        ("%", "%", 1),
        ("£", "pound", 1),
    ],
)
def test_a_unit_is_known_by_its_name_and_case(text: str, base: str, factor: Fraction | int) -> None:
    found = unit_at(text, 0)
    assert found is not None
    unit, end = found
    assert (unit.base.replace("_", " "), unit.factor) == (base, factor)
    assert 0 < end <= len(text)


@pytest.mark.parametrize("text", ["", " mg", "5", "mgx", "Ca", "patients", "ms"])
def test_what_is_no_unit(text: str) -> None:
    assert unit_at(text, 0) is None


def test_the_longest_name_counts_and_the_place_is_told() -> None:
    text = "in 5 working days"
    found = unit_at(text, 5)
    assert found is not None
    assert (found[0].base.replace("_", " "), found[1]) == ("working day", len(text))


@pytest.mark.parametrize(("text", "base"), [("costs £5", "pound"), ("costs EUR 5", "euro"), ("costs $ 5", "dollar")])
def test_a_currency_stands_before_its_number(text: str, base: str) -> None:
    found = currency_before(text, text.index("5"))
    assert found is not None
    assert found[0].base == base
    assert text[found[1] :].strip().startswith(text[found[1] : found[1] + 1])


def test_no_currency_is_none() -> None:
    assert currency_before("costs 5", 6) is None
    assert currency_before("5", 0) is None


def test_units_of_one_kind_share_their_base_and_every_factor_is_positive() -> None:
    every = {**FREE, **CASED}
    assert every
    for unit in every.values():
        assert unit.factor > 0
    bases = {unit.base for unit in every.values()}
    assert {base.replace("_", " ") for base in TIME | AMOUNT} <= {base.replace("_", " ") for base in bases}
