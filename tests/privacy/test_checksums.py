"""Check digits, held against python-stdnum, whose code is not ours."""

from __future__ import annotations

import random

import pytest
from stdnum import iban as stdnum_iban
from stdnum import luhn as stdnum_luhn
from stdnum.gb import nhs as stdnum_nhs

from assistant.privacy.checksums import CHECKSUMS, dea, iban, luhn, nhs, npi


def numbers(length: int, count: int = 3000) -> list[str]:
    chance = random.Random(length)
    return ["".join(chance.choice("0123456789") for _ in range(length)) for _ in range(count)]


def test_nhs_numbers_are_judged_as_stdnum_judges_them() -> None:
    found = [number for number in numbers(10) if nhs(number)]
    assert len(found) > 200
    sample = numbers(10)
    assert len(sample) == 3000
    for number in sample:
        assert nhs(number) == (stdnum_nhs.is_valid(number) and len(set(number)) > 1), number


def test_luhn_is_judged_as_stdnum_judges_it() -> None:
    sample = numbers(16)
    assert len(sample) == 3000
    for number in sample:
        assert luhn(number) == stdnum_luhn.is_valid(number), number


@pytest.mark.parametrize("written", ["GB29 NWBK 6016 1331 9268 19", "DE89370400440532013000", "NO93 8601 1117 947"])
def test_ibans_pass_and_one_changed_digit_does_not(written: str) -> None:
    assert stdnum_iban.is_valid(written)
    assert iban(written)
    changed = written[:-1] + ("1" if written[-1] != "1" else "2")
    assert not iban(changed)


def test_registrations_of_prescribers() -> None:
    assert npi("1234567893")
    assert not npi("1234567890")
    assert not npi("3234567893"), "the first digit is 1 or 2"
    assert dea("AB1234563")
    assert not dea("AB1234567")
    assert not dea("1234563"), "two characters stand before the digits"


def test_repeated_digits_are_placeholders() -> None:
    assert CHECKSUMS
    for name, check in CHECKSUMS.items():
        assert not check("0000000000"), name
