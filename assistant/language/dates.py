"""Days of a month and ordinals: "5 May", "May the 5th", "the 3rd". They are no amounts."""

from __future__ import annotations

import re
from typing import Final

from assistant.language.numerals import Numeral

_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
# "5 may be given" and "march" are no months; in small letters only the names count that are nothing else.
_MONTH: Final = (
    r"(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|"
    r"Dec(?:ember)?|january|february|april|june|july|august|september|october|november|december)\b"
)
_MONTH_AFTER: Final = re.compile(rf"(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}")
_MONTH_BEFORE: Final = re.compile(rf"\b{_MONTH}\.?\s(?:the\s)?$")
ORDINAL: Final = re.compile(r"(?:st|nd|rd|th)\b", re.IGNORECASE)


def dated(text: str, numeral: Numeral) -> tuple[str, int, int]:
    """The unit of a day of a month ("date/5") or of an ordinal ("th"), "" for other numbers; and where it begins and ends."""
    start, end = numeral.start, numeral.end
    if 0 < numeral.value < 32 and numeral.value.denominator == 1:
        if month := _MONTH_AFTER.match(text, end):
            return _month(month[1]), start, month.end()
        if month := _MONTH_BEFORE.search(text, max(0, start - 16), start):
            return _month(month[1]), month.start(), end
    ordinal = ORDINAL.match(text, end)
    return ("th", start, ordinal.end()) if ordinal else ("", start, end)


def _month(name: str) -> str:
    return f"date/{_MONTHS.index(name[:3].lower()) + 1}"
