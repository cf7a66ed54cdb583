"""FHIR's data types in words."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.records.fhir.values import moment, value_of


def amount(value: float, unit: str = "", **more: str) -> dict[str, Any]:
    return {"value": value, "unit": unit, **more}


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (amount(44, "a"), "at age 44 years"),
        ({"value": 1, "code": "a"}, "at age 1 year"),
        (amount(6, "months"), "at age 6 months"),
        (amount(5, "a", comparator="<"), "at age <5 years"),
        ({"unit": "a"}, ""),
    ],
)
def test_an_age_is_said_in_words(age: dict[str, Any], words: str) -> None:
    assert moment({"onsetAge": age}, "onset") == words


@pytest.mark.parametrize(
    ("above", "below", "words"),
    [
        (amount(1), amount(64), "1:64"),
        (amount(1), amount(64, comparator=">="), "1:>=64"),
        (amount(100, "mL"), amount(1, "h"), "100 mL per 1 h"),
        (amount(5, "mg"), amount(2), "5 mg per 2"),
    ],
)
def test_a_ratio_without_units_is_a_titre(above: dict[str, Any], below: dict[str, Any], words: str) -> None:
    assert value_of({"valueRatio": {"numerator": above, "denominator": below}}) == words
