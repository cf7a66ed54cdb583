"""Numbers with units in a text, in a plain form that can be compared."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_NUMBER_WORDS: Final = {
    w: str(i)
    for i, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen twenty".split()
    )
} | {"thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90"}
_NUMBER_WORDS_RE = re.compile(r"\b(" + "|".join(_NUMBER_WORDS) + r")\b", re.I)
_QUANTITY = re.compile(
    r"(?<![\w.])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s?"
    r"(mg/kg(?:/day|/dose)?|mcg/kg|micrograms?/kg|mg/dl|mmol/l|mmol/mol|mmhg|ml/kg|mg|mcg|µg|μg|micrograms?|milligrams?|grams?|g|kg|ml|"
    r"millilitres?|litres?|liters?|l|iu|units?|%|percent|per cent|°c|°f|hours?|hrs?|h|minutes?|mins?|seconds?|days?|weeks?|months?|years?|"
    r"doses?|tablets?|times?|eur|euros?|usd|dollars?|pounds?|gbp|bpm|cm|mm|km|miles?)?(?![\w])",
    re.I,
)
_UNIT_FORMS: Final = {
    "micrograms": "mcg", "microgram": "mcg", "µg": "mcg", "μg": "mcg", "milligrams": "mg", "milligram": "mg", "grams": "g",
    "gram": "g", "millilitres": "ml", "millilitre": "ml", "litres": "l", "litre": "l", "liters": "l", "liter": "l",
    "percent": "%", "per cent": "%", "hours": "hour", "hrs": "hour", "hr": "hour", "h": "hour", "minutes": "minute",
    "mins": "minute", "min": "minute", "seconds": "second", "days": "day", "weeks": "week", "months": "month",
    "years": "year", "doses": "dose", "tablets": "tablet", "times": "time", "units": "unit", "iu": "unit",
    "euros": "euro", "eur": "euro", "usd": "dollar", "dollars": "dollar", "pounds": "pound", "gbp": "pound", "miles": "mile",
    "micrograms/kg": "mcg/kg", "microgram/kg": "mcg/kg",
}  # fmt: skip


class Quantity(NamedTuple):
    """A number with its unit in a plain form: value as a normalized decimal string, unit lower-case or ''."""

    value: str
    unit: str


def quantities(text: str) -> list[Quantity]:
    """Numbers with units, in order: "1,000 milligrams" is ("1000", "mg"), "twice" is not a number, "two days" is."""
    spelled = _NUMBER_WORDS_RE.sub(lambda m: _NUMBER_WORDS[m.group().lower()], text)
    found = []
    for match in _QUANTITY.finditer(spelled):
        value = match.group(1).replace(",", "")
        if "." in value:
            value = value.rstrip("0").rstrip(".")
        unit = (match.group(2) or "").lower()
        found.append(Quantity(value if "." in value else value.lstrip("0") or "0", _UNIT_FORMS.get(unit, unit)))
    return found
