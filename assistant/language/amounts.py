"""Quantities in a form in which they can be compared: base units, the unit of a range for both ends, and bounds.

Units of one kind are brought to one (grams to milligrams, weeks to days); nothing is rounded.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

from assistant.language.quantities import quantities


class Bounded(NamedTuple):
    """A quantity in a base unit, and whether the text bounds it from above ("<"), from below (">") or not ("")."""

    value: str
    unit: str
    bound: str


# Unit -> (base unit, factor).
_BASE: Final[dict[str, tuple[str, str]]] = {
    "g": ("mg", "1000"),
    "kg": ("mg", "1000000"),
    "mcg": ("mg", "0.001"),
    "l": ("ml", "1000"),
    "week": ("day", "7"),
    "minute": ("second", "60"),
    "mcg/kg": ("mg/kg", "0.001"),
    "cm": ("mm", "10"),
    "km": ("mm", "1000000"),
}
_RANGE: Final = re.compile(
    r"(?<![\w.])(\d[\d,]*(?:\.\d+)?)\s?(?:-|–|—|to|and|or)\s?(?=(\d[\d,]*(?:\.\d+)?)\s?"
    r"(mg/kg(?:/day|/dose)?|mcg/kg|mg/dl|mmol/l|mmhg|ml/kg|[a-zµμ%°]+)(?![\w]))",
    re.I,
)
_ONE: Final = re.compile(
    r"\bone\b(?!\s+(?:mg|g|ml|hour|day|week|month|year|minute|dose|tablet|time|unit|percent|in\s+\w+)s?\b)", re.I
)
_TWICE: Final = re.compile(r"\b(once|twice|thrice)\b(?=\s+(?:a|per|each|every|daily|weekly|monthly|yearly|in))", re.I)
_TIMES: Final = {"once": "1 time", "twice": "2 times", "thrice": "3 times"}
_HYPHEN_UNIT: Final = re.compile(r"(?<=\d)-(?=[a-zµμ%]+\b)", re.I)
_ABOVE: Final = re.compile(
    r"(?:up to|at most|no more than|not more than|not exceed(?:ing)?|maximum(?: of| is| dose of)?|max\.?|less than|fewer than|"
    r"under|below|within|lower than|or less|≤|<)\s*(?:\w+\s+){0,2}$",
    re.I,
)
_BELOW: Final = re.compile(
    r"(?:at least|no less than|not less than|minimum(?: of| is)?|more than|over|above|greater than|higher than|exceed(?:s|ing)?|"
    r"older than|longer than|≥|>)\s*(?:\w+\s+){0,2}$",
    re.I,
)
_AFTER_ABOVE: Final = re.compile(r"^\s*(?:or (?:less|fewer|below|under|younger|lower))\b", re.I)
_AFTER_BELOW: Final = re.compile(
    r"^\s*(?:or (?:more|above|over|older|higher|greater)|and (?:above|over|older))\b", re.I
)
_CITATION: Final = re.compile(r"\[\d{1,3}\]")


def bounded(text: str) -> list[Bounded]:
    """The quantities of a text in base units, ranges given the unit of their end, each with its bound."""
    plain = _prepared(text)
    found: list[Bounded] = []
    at = 0
    for quantity in quantities(plain):
        place = _place(plain, quantity.value, at)
        bound = ""
        if place is not None:
            start, end = place
            at = end
            bound = _bound(plain[max(0, start - 40) : start], plain[end : end + 30])
        found.append(Bounded(*_based(quantity.value, quantity.unit), bound))
    return found


def _prepared(text: str) -> str:
    plain = _CITATION.sub(" ", text)
    plain = _TWICE.sub(lambda m: _TIMES[m.group(1).lower()], plain)
    plain = _ONE.sub("some", plain)
    plain = _HYPHEN_UNIT.sub(" ", plain)
    return _RANGE.sub(lambda m: f"{m.group(1)} {m.group(3)} to ", plain)


def _place(text: str, value: str, at: int) -> tuple[int, int] | None:
    whole = value.partition(".")[0]
    spelled = re.compile(rf"(?<![\w.])0*{','.join(_thousands(whole))}|(?<![\w.])0*{re.escape(value)}")
    match = spelled.search(text, at)
    return match.span() if match else None


def _thousands(digits: str) -> list[str]:
    groups: list[str] = []
    while len(digits) > 3:
        digits, group = digits[:-3], digits[-3:]
        groups.insert(0, group)
    return [digits, *groups]


def _bound(before: str, after: str) -> str:
    # The unit stands between the number and "or more".
    tail = re.sub(r"^\s?[a-zµμ%°/]+", "", after, count=1, flags=re.I) if not after.lstrip().startswith("or ") else after
    if _ABOVE.search(before) or _AFTER_ABOVE.match(tail):
        return "<"
    if _BELOW.search(before) or _AFTER_BELOW.match(tail):
        return ">"
    return ""


def _based(value: str, unit: str) -> tuple[str, str]:
    base, factor = _BASE.get(unit, (unit, "1"))
    try:
        scaled = (Decimal(value) * Decimal(factor)).normalize()
    except InvalidOperation:
        return value, unit
    return format(scaled, "f"), base
