"""CDA's data types as values: quantities, intervals with open ends, ratios, codes, texts (HL7 v3 data types R1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from assistant.formats.xml import local
from assistant.records.amounts import NONE, Amount
from assistant.records.ccda.tree import Element, Words, attribute, one, reach, referred, term_of
from assistant.records.fhir.terms import is_number
from assistant.records.hl7.timestamps import iso
from assistant.records.model import Limits

_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
_NUMERIC: Final = frozenset("PQ INT REAL MO".split())


@dataclass(frozen=True, slots=True)
class Value:
    """`text` in the record's spelling; `number` where it is one plain decimal, with its `comparator`; `file`: an enclosed one."""

    text: str = ""
    number: str = ""
    comparator: str = ""
    unit: str = ""
    file: str = ""


NOTHING: Final = Value()


def type_of(element: Element) -> str:
    """The data type that an element names: "PQ", "IVL_PQ"."""
    return str(element.get(_TYPE, "")).rpartition(":")[2]


def values_of(holder: Element, words: Words) -> Value:
    """The value of an observation; several ones side by side."""
    found = [value for element in reach(holder, "value") if (value := value_of(element, words)) != NOTHING]
    if len(found) < 2:
        return found[0] if found else NOTHING
    return Value(", ".join(f"{v.text} {v.unit}".strip() for v in found if v.text))


def value_of(element: Element, words: Words) -> Value:
    """One value."""
    kind = type_of(element)
    if kind == "ED" and element.get("representation") == "B64":
        return Value(file=element.get("mediaType") or "unknown")
    if amount := element.get("value"):
        return _simple(kind, amount, element.get("unit", ""))
    if one(element, "low") is not None or one(element, "high") is not None:
        return _interval(element)
    if one(element, "numerator") is not None:
        return _ratio(element)
    if element.get("nullFlavor") is not None:
        # A value that is no plain one may be told by a translation or in words.
        inner = next((e for e in reach(element, "translation") if e.get("value")), None)
        if inner is not None:
            return _simple("PQ", inner.get("value", ""), inner.get("unit", ""))
        return Value(term_of(element, words).text)
    if element.get("code"):
        return Value(term_of(element, words).text)
    return Value(referred(element, words) or term_of(element, words).text)


def _simple(kind: str, amount: str, unit: str) -> Value:
    if kind in ("TS", "DTM"):
        return Value(iso(amount) or amount)
    if kind == "BL":
        return Value({"true": "yes", "false": "no"}.get(amount, amount))
    return Value(amount, amount if kind in _NUMERIC and is_number(amount) else "", "", "" if unit == "1" else unit)


def _interval(element: Element) -> Value:
    """An interval: "20 to 50"; one with an open end keeps its sign: "<0.04", ">=60"."""
    low, high = one(element, "low"), one(element, "high")
    ends = [e.get("value", "") if e is not None else "" for e in (low, high)]
    if type_of(element).endswith("TS"):
        return Value(" to ".join(filter(None, map(iso, ends))))
    unit = next(filter(None, (e.get("unit", "") for e in (low, high) if e is not None)), "")
    unit = "" if unit == "1" else unit
    if not any(ends):
        return NOTHING
    if not all(ends):
        number = ends[0] or ends[1]
        sign = (">" if ends[0] else "<") + ("=" if _is_shut(low if ends[0] else high) else "")
        return _exact(number, sign, unit)
    return _exact(ends[0], "", unit) if ends[0] == ends[1] else _between(low, high, unit)


def _exact(number: str, sign: str, unit: str) -> Value:
    """One number, with the sign that an open end gives it."""
    return Value(f"{sign}{number}", number if is_number(number) else "", sign, unit)


def _between(low: Element, high: Element, unit: str) -> Value:
    """An interval with two ends, and the unit of each where they differ."""
    first = low.get("unit", "") if low.get("unit", "") != high.get("unit", "") else ""
    lower, upper = "" if _is_shut(low) else ">", "" if _is_shut(high) else "<"
    text = " to ".join((f"{lower}{low.get('value', '')} {first}".strip(), f"{upper}{high.get('value', '')}"))
    return Value(text, "", "", high.get("unit", "") if first else unit)


def _is_shut(end: Element | None) -> bool:
    """Whether an end belongs to its interval, as it does unless it says otherwise."""
    return end is None or end.get("inclusive", "true") != "false"


def _ratio(element: Element) -> Value:
    """A ratio: a titre "1:128", else "5 mg per 1 dL"."""
    above, below = amount_at(element, "numerator"), amount_at(element, "denominator")
    if not (above and below):
        return NOTHING
    if not above.unit.strip("1") and not below.unit.strip("1"):
        return Value(f"{above.low}:{below.low}")
    return Value(f"{above.low} {above.unit} per {below.low} {below.unit}".strip())


def amount_at(element: Element, path: str) -> Amount:
    """A quantity or an interval of quantities at a path as an amount."""
    found = one(element, path)
    if found is None:
        return NONE
    unit = found.get("unit", "") or attribute(found, "low", "unit") or attribute(found, "high", "unit")
    if value := found.get("value", ""):
        return Amount(value, "", unit)
    low, high = attribute(found, "low"), attribute(found, "high")
    if low and not high and one(found, "high") is None:
        return Amount(low, "", unit, ">=")
    return Amount(low, "" if low == high else high, unit)


def limits_of(observation: Element, unit: str) -> Limits:
    """The reference range of a result; one in another unit, or of several, is only words."""
    found = list(reach(observation, "referenceRange/observationRange"))
    if len(found) != 1:
        return Limits()
    span = found[0]
    low, high = attribute(span, "value/low"), attribute(span, "value/high")
    words = " ".join("".join(t.itertext()).strip() for t in reach(span, "text")).split()
    other = {u for end in ("low", "high") if (u := attribute(span, f"value/{end}", "unit"))} - {unit}
    if other and (low or high):
        text = " ".join(words) or " to ".join(filter(None, (low, high))) + f" {', '.join(sorted(other))}"
        return Limits(text=text)
    return Limits(low, high, " ".join(words))


def comp_times(time: Element) -> list[Element]:
    """The parts of a parenthesised timing (SXPR_TS), or the timing itself."""
    inner = [e for e in time if local(e) == "comp"]
    return [part for e in inner for part in comp_times(e)] if inner else [time]
