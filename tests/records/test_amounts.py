"""Amounts in words, and which units are one."""

from __future__ import annotations

import pytest

from assistant.records.amounts import Amount, amount_words, same_unit, unit_words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (Amount("500", unit="mg"), "500 mg"), (Amount("1", "2", "tablet"), "1 to 2 tablet"), (Amount("5", unit="%"), "5%"),
        (Amount(high="4", unit="g"), "up to 4 g"), (Amount("5", unit="mg", comparator=">="), ">=5 mg"),
        (Amount("2", "2", "mg"), "2 mg"), (Amount("0.50", unit="mg"), "0.50 mg"), (Amount("3", unit="1"), "3"), (Amount(), ""),
    ],
)  # fmt: skip
def test_words(amount: Amount, words: str) -> None:
    assert amount_words(amount) == words


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("mg/dl", "mg/dL", True), ("µmol/L", "umol/l", True), ("mcg/L", "ug/L", True), ("[iU]/L", "IU/L", True),
        ("10*9/L", "10^9/L", True), ("mmHg", "mm[Hg]", True),
        ("mg/dL", "mmol/L", False), ("mU/L", "MU/L", False), ("mg", "g", False), ("ml", "dl", False), ("mol", "mmol", False),
    ],
)  # fmt: skip
def test_units(one: str, other: str, same: bool) -> None:
    assert same_unit(one, other) is same


@pytest.mark.parametrize(
    ("code", "shown"),
    [("[iU]/h", "IU/h"), ("m[iU]/mL", "mIU/mL"), ("mm[Hg]/min", "mmHg/min"), ("{tablet}", "tablet"), ("ug/kg/min", "ug/kg/min"),
     ("[pH]", "[pH]")],
)  # fmt: skip
def test_codes_within_a_unit_are_shown_as_units(code: str, shown: str) -> None:
    assert unit_words(code) == shown
