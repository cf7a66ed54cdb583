"""FHIR's data types as chart values. Numbers keep the record's spelling: 7.10 stays "7.10", because digits carry precision."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from assistant.errors import ReaderError
from assistant.records.fhir.values import as_dict, as_list, quantity, string
from assistant.records.model import Code, Limits, Term

Resource = Mapping[str, Any]
Resolve = Callable[[str], Resource]

_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_UNIT_OF_TIME: Final = {
    "s": "second",
    "min": "minute",
    "h": "hour",
    "d": "day",
    "wk": "week",
    "mo": "month",
    "a": "year",
}
_TIMES: Final = {"1": "once", "2": "twice"}


def parse(data: bytes | str, source: str) -> Any:
    """JSON with decimals kept as the text they are. Raises ReaderError without the content."""
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        return json.loads(text, parse_float=str, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise ReaderError("not valid JSON in UTF-8", path=source, line=line, remedy="export it again") from None


def _refuse(name: str) -> Any:
    raise ValueError(name)


def is_number(text: str) -> bool:
    """Whether the text is one plain decimal."""
    return _NUMBER.fullmatch(text) is not None


def term(value: Any) -> Term:
    """A CodeableConcept or Coding: its text, else its first display, else its first code."""
    found = as_dict(value)
    codings = [as_dict(c) for c in as_list(found.get("coding"))] or ([found] if found.get("code") else [])
    codes = tuple(Code(string(c, "system"), string(c, "code"), string(c, "display")) for c in codings)
    text = string(found, "text")
    chosen = text or next((c.display for c in codes if c.display), "") or next((c.code for c in codes if c.code), "")
    coded = any(c.system and chosen in (c.display, c.code) for c in codes)
    return Term(chosen, codes, coded)


def first_code(value: Any) -> str:
    """The first code of a concept, for statuses; its text where it has no code."""
    for coding in as_list(as_dict(value).get("coding")):
        if text := string(as_dict(coding), "code"):
            return text
    return string(as_dict(value), "text")


def when(resource: Resource, stem: str) -> str:
    """The start of a choice field of time as an ISO date or instant; '' where it is an age, a range or words."""
    for ending in ("DateTime", "Instant"):
        if text := string(resource, f"{stem}{ending}"):
            return text
    return string(as_dict(resource.get(f"{stem}Period")), "start")


def until(resource: Resource, stem: str) -> str:
    """The end of a choice field of time."""
    return string(as_dict(resource.get(f"{stem}Period")), "end")


def limits(value: Any) -> Limits:
    """The one normal range of a result; nothing where several are given and none can be chosen."""
    ranges = [as_dict(entry) for entry in as_list(value)]
    normal = [r for r in ranges if _kind(r) in ("", "normal") and not r.get("appliesTo") and not r.get("age")]
    if len(normal) != 1:
        return Limits()
    low, high = as_dict(normal[0].get("low")), as_dict(normal[0].get("high"))
    return Limits(string(low, "value"), string(high, "value"), string(normal[0], "text"))


def _kind(entry: Mapping[str, Any]) -> str:
    return first_code(entry.get("type")).lower()


def dosage(value: Any) -> str:
    """Dosage instructions in words: the record's own text, with the coded dose where the text does not hold it."""
    return "; ".join(filter(None, (_dose(as_dict(entry)) for entry in as_list(value))))


def _dose(entry: Mapping[str, Any]) -> str:
    amounts = [a for rate in as_list(entry.get("doseAndRate")) for a in _amounts(as_dict(rate))]
    if text := string(entry, "text"):
        missing = [a for a in amounts if _squeeze(a.removeprefix("dose ")) not in _squeeze(text)]
        # "Take as directed" with a coded dose: the coded times are as much part of it as the amount.
        missing += filter(None, [timing(entry.get("timing"))] if missing else [])
        return f"{text} ({', '.join(missing)})" if missing else text
    parts = [*amounts, timing(entry.get("timing"))]
    if entry.get("asNeededCodeableConcept"):
        parts.append(f"as needed for {term(entry['asNeededCodeableConcept']).text}")
    elif string(entry, "asNeededBoolean") == "true":
        parts.append("as needed")
    parts += [f"route {route}" if (route := term(entry.get("route")).text) else ""]
    parts += [term(extra).text for extra in as_list(entry.get("additionalInstruction"))]
    most = as_dict(entry.get("maxDosePerPeriod"))
    above, below = quantity(most.get("numerator")), quantity(most.get("denominator"))
    parts.append(f"no more than {above} per {below}" if above and below else "")
    return ", ".join(filter(None, parts)) or string(entry, "patientInstruction")


def _amounts(rate: Mapping[str, Any]) -> list[str]:
    found = []
    if text := quantity(rate.get("doseQuantity")):
        found.append(f"dose {text}")
    spread = as_dict(rate.get("doseRange"))
    low, high = quantity(spread.get("low")), quantity(spread.get("high"))
    if low and high:
        found.append(f"dose {low} to {high}")
    if text := quantity(rate.get("rateQuantity")):
        found.append(f"rate {text}")
    return found


def _squeeze(text: str) -> str:
    return "".join(text.split()).lower()


def timing(value: Any) -> str:
    """A Timing in words: "twice a day", "every 6 hours"."""
    found = as_dict(value)
    repeat = as_dict(found.get("repeat"))
    frequency, period, unit = (_plain(string(repeat, key)) for key in ("frequency", "period", "periodUnit"))
    name = _UNIT_OF_TIME.get(unit, "")
    if not (frequency and period and name):
        return term(found.get("code")).text
    if period == "1":
        return f"{_TIMES.get(frequency, f'{frequency} times')} a{'n' if name == 'hour' else ''} {name}"
    every = f"every {period} {name}s"
    return every if frequency == "1" else f"{_TIMES.get(frequency, f'{frequency} times')} {every}"


def _plain(number: str) -> str:
    """1.0 as 1: a count, not a measurement."""
    return number[:-2] if number.endswith(".0") else number
