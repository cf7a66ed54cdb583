"""Check digits of identifiers: a number that passes is very likely what it looks like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final


def _digits(text: str) -> list[int]:
    return [int(c) for c in text if c.isdigit()]


def _alphanumerics(text: str) -> str:
    return "".join(c for c in text.upper() if c.isascii() and c.isalnum())


def luhn(text: str) -> bool:
    """Luhn, ISO/IEC 7812-1 annex B: payment cards and others; at least 8 digits that are not all the same."""
    digits = _digits(text)
    if len(digits) < 8 or len(set(digits)) == 1:
        return False
    doubled = [d if i % 2 == 0 else (2 * d - 9 if d > 4 else 2 * d) for i, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def npi(text: str) -> bool:
    """US National Provider Identifier: ten digits, first 1 or 2, Luhn over the number with the prefix 80840 (45 CFR 162.406)."""
    number = "".join(map(str, _digits(text)))
    return len(number) == 10 and number[0] in "12" and luhn("80840" + number)


def nhs(text: str) -> bool:
    """NHS number of England, Wales and the Isle of Man: ten digits, weights 10 to 2, modulus 11 (NHS Data Dictionary)."""
    digits = _digits(text)
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    check = 11 - sum(weight * d for weight, d in zip(range(10, 1, -1), digits[:9], strict=True)) % 11
    return check != 10 and check % 11 == digits[9]


def dea(text: str) -> bool:
    """US DEA registration: two characters, seven digits; (1st+3rd+5th) + 2*(2nd+4th+6th) ends in the 7th."""
    digits = _digits(text[2:] if len(text) > 2 else "")
    if len(digits) != 7:
        return False
    return (digits[0] + digits[2] + digits[4] + 2 * (digits[1] + digits[3] + digits[5])) % 10 == digits[6]


def iban(text: str) -> bool:
    """IBAN, ISO 13616: move four characters to the end, letters to numbers, remainder 1 modulo 97."""
    compact = _alphanumerics(text)
    if not 15 <= len(compact) <= 34:
        return False
    return int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1


CHECKSUMS: Final[dict[str, Callable[[str], bool]]] = {"dea": dea, "iban": iban, "luhn": luhn, "nhs": nhs, "npi": npi}
