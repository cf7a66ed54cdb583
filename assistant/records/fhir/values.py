"""FHIR's data types as plain words: concepts, quantities, periods."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.records.amounts import Amount
from assistant.records.timing import length_words, time_unit

Resource = Mapping[str, object]


def as_dict(value: object) -> Mapping[str, object]:
    """The value where it is an object, else an empty one: exports are not always valid."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    """The value as a list: one object stands for a list of one, as some exports write it."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def string(value: Mapping[str, object], key: str) -> str:
    """A field as text, '' where it is absent or not a plain value."""
    found = value.get(key)
    if isinstance(found, bool):
        return "true" if found else "false"
    return str(found).strip() if isinstance(found, str | int | float) else ""


def exact(value: object) -> str:
    """A number in the record's spelling (FHIR is parsed with decimals kept as text), '' for what is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()


def key_of(resource: Resource) -> str:
    """ "Type/id", the name by which a citation calls the resource."""
    return f"{resource['resourceType']}/{string(resource, 'id') or 'unnamed'}"


def concept(value: object) -> str:
    """A CodeableConcept or Coding: its text, else its first display, else its first code."""
    found = as_dict(value)
    if text := string(found, "text"):
        return text
    codings = [as_dict(c) for c in as_list(found.get("coding"))] or [found]
    for key in ("display", "code"):
        for coding in codings:
            if text := string(coding, key):
                return text
    return ""


def concepts(value: object) -> str:
    """Several concepts, comma separated, each once."""
    return ", ".join(dict.fromkeys(filter(None, (concept(v) for v in as_list(value)))))


def code(value: object) -> str:
    """The first code of a concept ("active"), for statuses; a bare word stands for itself, as releases before R4 write it."""
    if isinstance(value, str):
        return value.strip()
    found = as_dict(value)
    for coding in as_list(found.get("coding")):
        if text := string(as_dict(coding), "code"):
            return text
    return string(found, "text")


def day(value: str) -> str:
    """A date or date-time as its day."""
    return value[:10]


def quantity(value: object) -> str:
    """A Quantity: "<5 mg/dL"."""
    found = as_dict(value)
    amount = string(found, "value")
    if not amount:
        return ""
    unit = string(found, "unit") or string(found, "code")
    unit = "" if unit == "1" else unit
    return f"{string(found, 'comparator')}{amount}{'' if unit.startswith('%') or not unit else ' '}{unit}".strip()


def span(value: object) -> str:
    """A Period: "from 2010-05-03 to 2010-05-17", one date where both are the same day."""
    found = as_dict(value)
    start, end = day(string(found, "start")), day(string(found, "end"))
    if start and end:
        return f"on {start}" if start == end else f"from {start} to {end}"
    return f"from {start}" if start else f"until {end}" if end else ""


def moment(resource: Resource, stem: str) -> str:
    """A choice field of time ("onset" for onsetDateTime, onsetPeriod, onsetAge, onsetString) with its preposition."""
    if text := string(resource, f"{stem}DateTime"):
        return f"on {day(text)}"
    if text := span(resource.get(f"{stem}Period")):
        return text
    if text := _age(resource.get(f"{stem}Age")):
        return f"at age {text}"
    return string(resource, f"{stem}String") or string(resource, f"{stem}Instant")[:10]


def _age(value: object) -> str:
    """An Age, whose unit is a code of UCUM ("a", "mo"), in words: "44 years"."""
    found = as_dict(value)
    amount = Amount(string(found, "value"), "", time_unit(string(found, "unit") or string(found, "code")))
    return f"{string(found, 'comparator')}{length_words(amount)}" if amount.low else ""


def value_of(holder: Mapping[str, object]) -> str:
    """The value[x] of an observation or component in words."""
    if text := quantity(holder.get("valueQuantity")):
        return text
    if text := concept(holder.get("valueCodeableConcept")):
        return text
    for key in ("valueString", "valueDateTime", "valueInteger", "valueBoolean", "valueTime", "valueDecimal"):
        if text := string(holder, key):
            return {"true": "yes", "false": "no"}.get(text, text)
    if text := span(holder.get("valuePeriod")):
        return text
    return bounds(holder.get("valueRange")) or _ratio(holder.get("valueRatio"))


def bounds(value: object) -> str:
    """A Range: "3.5 mmol/L to 5.1 mmol/L"."""
    found = as_dict(value)
    low, high = quantity(found.get("low")), quantity(found.get("high"))
    if low and high:
        return f"{low} to {high}"
    return f"{low} or more" if low else f"{high} or less" if high else ""


def _ratio(value: object) -> str:
    found = as_dict(value)
    above, below = quantity(found.get("numerator")), quantity(found.get("denominator"))
    # Without units it is a titre, which is written with a colon (FHIR R4, datatypes, Ratio).
    mark = ":" if _is_bare(above) and _is_bare(below) else " per "
    return f"{above}{mark}{below}" if above and below else ""


def _is_bare(amount: str) -> bool:
    return re.fullmatch(r"[<>]?=?\d+(?:\.\d+)?", amount) is not None
