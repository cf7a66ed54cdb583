"""Which days of the week a text names: single days, stretches of them ("Monday to Thursday"), weekdays, weekends, every day.

A short form counts where it can be nothing else ("Mon-Fri", "on Sat", "Sat:"): "the sun" and "she sat" name no day.
"""

from __future__ import annotations

import re
from typing import Final

ALL: Final = frozenset(range(7))
"""Monday is 0, as in `datetime.date.weekday`."""

_NAMES: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LONG: Final = "|".join(_NAMES)
_SHORT: Final = "mon|tues?|wed|thu(?:rs?)?|fri|sat|sun"
_TO: Final = r"\s*(?:to|until|till|through|[-–—])\s*"
_STRETCH: Final = re.compile(rf"\b(?P<first>{_LONG}|{_SHORT})s?\.?{_TO}(?P<last>{_LONG}|{_SHORT})s?\b", re.I)
_DAY: Final = re.compile(rf"\b(?P<day>{_LONG})s?\b", re.I)
_SHORT_DAY: Final = re.compile(
    rf"(?:\b(?:on|open|close[sd]?|this|next|every|each)\s+(?P<after>{_SHORT})|(?:^|[;|]\s*)(?P<row>{_SHORT}))\b(?=[\s?.:,;|]|$)",
    re.I,
)
_WEEKDAY: Final = re.compile(r"\b(?:week|working|business)[ -]?days?\b", re.I)
_WEEKEND: Final = re.compile(r"\bweek[ -]?ends?\b", re.I)
_EVERY: Final = re.compile(r"\b(?:every ?day|each day|daily|(?:seven|7) days a week|all week|24/7)\b", re.I)
# "Within five working days" is a length of time and names no day.
_LENGTH: Final = re.compile(
    r"(?:\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|few|several|of|many|next|per|a))[\s-]+$", re.I
)


def weekdays(text: str) -> frozenset[int]:
    """The days that a text names, Monday 0; empty where it names none."""
    found: set[int] = set()
    for stretch in _STRETCH.finditer(text):
        first, last = _number(stretch["first"]), _number(stretch["last"])
        found |= {(first + step) % 7 for step in range((last - first) % 7 + 1)}
    found |= {_number(match["day"]) for match in _DAY.finditer(text)}
    found |= {_number(match["after"] or match["row"]) for match in _SHORT_DAY.finditer(text)}
    if any(not _LENGTH.search(text[: match.start()]) for match in _WEEKDAY.finditer(text)):
        found |= set(range(5))
    if _WEEKEND.search(text):
        found |= {5, 6}
    return ALL if _EVERY.search(text) else frozenset(found)


def _number(name: str) -> int:
    return next(number for number, day in enumerate(_NAMES) if day.startswith(name.lower()[:3]))
