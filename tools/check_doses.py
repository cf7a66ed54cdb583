"""What a FHIR Dosage has to say, read from FHIR's definition with code of its own: nothing of the assistant is imported."""

from __future__ import annotations

import re
from typing import Any, Final

UNITS: Final = {"s": "second", "min": "minute", "h": "hour", "d": "day", "wk": "week", "mo": "month", "a": "year"}
DAYS: Final = {"mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday", "sat": "Saturday",
               "sun": "Sunday"}  # fmt: skip
EVENTS: Final = {
    "HS": "bedtime", "MORN": "morning", "NOON": "noon", "EVE": "evening", "AC": "before meals", "PC": "after meals",
    "ACM": "before breakfast", "PCV": "after the evening meal", "C": "with meals", "WAKE": "waking",
}  # fmt: skip
# Words that may stand between the parts of an order.
JOINTS: Final = frozenset(
    "and at on in the then for all once over each time dose doses route as needed no more than per from until a an day".split()
)


def number(low: Any, high: Any = None) -> str:
    """One number or a range; 1.0 is 1."""
    ends = [re.sub(r"\.0+$", "", str(end)) for end in (low, high) if end not in (None, "")]
    return " to ".join(ends)


def amount(quantity: dict[str, Any]) -> str:
    """A Quantity."""
    return f"{number(quantity['value'])} {quantity.get('unit') or quantity.get('code', '')}".strip()


def length(value: Any, unit: str, high: Any = None) -> str:
    """A length of time."""
    said = number(value, high)
    return f"{said} {UNITS[unit]}{'' if said == '1' else 's'}"


def parts_of(dosage: dict[str, Any]) -> list[str]:
    """Everything that one Dosage orders, part by part."""
    found: list[str] = []
    for rate in dosage.get("doseAndRate", []):
        found += _amounts(rate)
    repeat = dosage.get("timing", {}).get("repeat", {})
    found += _rhythm(repeat)
    found += [DAYS[day] for day in repeat.get("dayOfWeek", [])]
    found += [time[:5] for time in repeat.get("timeOfDay", [])]
    if repeat.get("offset"):
        found.append(length(repeat["offset"], "min"))
    found += [EVENTS[event] for event in repeat.get("when", [])]
    if bounds := repeat.get("boundsDuration"):
        found.append(f"for {length(bounds['value'], bounds['code'])}")
    if count := repeat.get("count"):
        found.append(f"for {count} dose{'' if count == 1 else 's'} in all")
    if dosage.get("asNeededBoolean") or dosage.get("asNeededCodeableConcept"):
        reason = dosage.get("asNeededCodeableConcept", {}).get("text", "")
        found.append(f"as needed for {reason}" if reason else "as needed")
    found += [told["text"] for told in dosage.get("additionalInstruction", []) if told.get("text")]
    if route := dosage.get("route", {}).get("text"):
        found.append(route)
    if most := dosage.get("maxDosePerPeriod"):
        below = most["denominator"]
        found.append(
            f"no more than {amount(most['numerator'])} per {length(below['value'], below['unit']).removeprefix('1 ')}"
        )
    return found


def _amounts(rate: dict[str, Any]) -> list[str]:
    found = []
    if "doseQuantity" in rate:
        found.append(amount(rate["doseQuantity"]))
    if "doseRange" in rate:
        low, high = rate["doseRange"]["low"], rate["doseRange"]["high"]
        found.append(f"{number(low['value'], high['value'])} {high['unit']}")
    if "rateQuantity" in rate:
        found.append(amount(rate["rateQuantity"]))
    if "rateRatio" in rate:
        below = rate["rateRatio"]["denominator"]
        unit = UNITS.get(below["unit"], below["unit"])
        found.append(f"{amount(rate['rateRatio']['numerator'])} per {unit}")
    return found


def _rhythm(repeat: dict[str, Any]) -> list[str]:
    often, period = repeat.get("frequency"), repeat.get("period")
    if period is None:
        return []
    times = {"1": "once", "2": "twice"}.get(number(often, repeat.get("frequencyMax")), "")
    times = times or f"{number(often, repeat.get('frequencyMax'))} times"
    span, unit = number(period, repeat.get("periodMax")), UNITS[repeat["periodUnit"]]
    if span == "1":
        return [f"{times} a{'n' if unit == 'hour' else ''} {unit}"]
    return [f"every {span} {unit}s" if times == "once" else f"{times} every {span} {unit}s"]


def holds(said: str, dosages: list[dict[str, Any]]) -> bool:
    """Whether a text says each part of the orders in their sequence, and no number or word of its own beside them."""
    left = said
    at = 0
    for dosage in sorted(dosages, key=lambda d: d.get("sequence", 0)):
        if text := dosage.get("text", ""):
            where = left.find(text, at)
            if where < 0:
                return False
            left = left[:where] + " " * len(text) + left[where + len(text) :]
            if text != "Take as directed":
                continue  # whether free words say what is coded is not for a program to judge
        for part in parts_of(dosage):
            where = left.find(part, at if "sequence" in dosage else 0)
            if where < 0:
                return False
            left = left[:where] + " " * len(part) + left[where + len(part) :]
        at = _end_of_step(said, at)
    return set(re.findall(r"[^\W_]+", left.lower())) <= JOINTS


def _end_of_step(said: str, at: int) -> int:
    following = said.find(", then ", at)
    return following if following >= 0 else at
