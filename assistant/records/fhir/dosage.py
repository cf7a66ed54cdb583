"""FHIR Dosage and Timing as the one model of doses and timings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from assistant.records.amounts import NONE, Amount
from assistant.records.dosage import Dose, Limit, Step
from assistant.records.fhir.values import as_dict, as_list, concept, exact, string
from assistant.records.spoken import says_part
from assistant.records.timing import Bounds, Timing, abbreviated, time_unit, timing_parts

_KINDS: Final = frozenset({"calculated"})


def steps(value: object) -> tuple[Step, ...]:
    """The instructions of a medicine (`dosageInstruction`, `dosage`), in their order."""
    return tuple(step(as_dict(entry)) for entry in as_list(value) if as_dict(entry))


def step(entry: Mapping[str, object]) -> Step:
    """One Dosage, or the dosage of an administration, which holds its dose by itself."""
    rates = [as_dict(rate) for rate in as_list(entry.get("doseAndRate"))]
    if any(key.startswith(("dose", "rate")) and key != "doseAndRate" for key in entry):
        rates.append({"doseQuantity": entry.get("dose"), **entry})
    number = string(entry, "sequence")
    reasons = tuple(filter(None, (concept(c) for c in _as_needed(entry))))
    told = [concept(c) for c in as_list(entry.get("additionalInstruction"))]
    told += [string(entry, "patientInstruction")] if string(entry, "text") else []
    return Step(
        text=string(entry, "text") or string(entry, "patientInstruction"),
        doses=tuple(dose for rate in rates if (dose := _dose(rate)) != Dose()),
        timing=timing(entry.get("timing")),
        as_needed=string(entry, "asNeededBoolean") == "true"
        or bool(_as_needed(entry))
        or string(entry, "asNeeded") == "true",
        reasons=reasons,
        route=concept(entry.get("route")),
        site=concept(entry.get("site")),
        method=concept(entry.get("method")),
        instructions=tuple(filter(None, told)),
        limits=_limits(entry),
        sequence=int(number) if number.isdecimal() else None,
    )


def _as_needed(entry: Mapping[str, object]) -> list[object]:
    """Why as needed: R4's concept, R5's list of them."""
    return [*as_list(entry.get("asNeededCodeableConcept")), *as_list(entry.get("asNeededFor"))]


def _dose(rate: Mapping[str, object]) -> Dose:
    amount = quantity(rate.get("doseQuantity")) or between(rate.get("doseRange"))
    ratio = as_dict(rate.get("rateRatio"))
    speed = quantity(rate.get("rateQuantity")) or between(rate.get("rateRange")) or quantity(ratio.get("numerator"))
    per = quantity(ratio.get("denominator")) if ratio else NONE
    kind = concept(rate.get("type")).lower()
    return Dose(amount, speed, _of_time(per), kind if kind in _KINDS else "")


def _limits(entry: Mapping[str, object]) -> tuple[Limit, ...]:
    found = []
    for ratio in map(as_dict, as_list(entry.get("maxDosePerPeriod"))):
        found.append(Limit(quantity(ratio.get("numerator")), _of_time(quantity(ratio.get("denominator")))))
    for key, words in (("maxDosePerAdministration", "dose"), ("maxDosePerLifetime", "lifetime")):
        found.append(Limit(quantity(entry.get(key)), words=words))
    return tuple(limit for limit in found if limit.amount)


def timing(value: object) -> Timing:
    """A Timing. A code that says what the structure says is not said again; one that says more stands as words."""
    found = as_dict(value)
    repeat = as_dict(found.get("repeat"))
    given = Timing(
        times=_counts(repeat, "frequency"),
        period=_counts(repeat, "period", "periodUnit"),
        days=tuple(str(day).lower() for day in as_list(repeat.get("dayOfWeek"))),
        clock=tuple(str(time) for time in as_list(repeat.get("timeOfDay"))),
        events=tuple(str(event) for event in as_list(repeat.get("when"))),
        offset=Amount(string(repeat, "offset"), unit="min") if string(repeat, "offset") not in ("", "0") else NONE,
        lasting=_counts(repeat, "duration", "durationUnit"),
        count=_counts(repeat, "count"),
        bounds=_bounds(repeat),
        moments=tuple(str(moment) for moment in as_list(found.get("event"))),
    )
    return _with_code(given, found.get("code"))


def _with_code(given: Timing, coded: object) -> Timing:
    words = concept(coded)
    if not words:
        return given
    codes = [string(as_dict(c), "code") for c in as_list(as_dict(coded).get("coding"))]
    meant = next((found for code in (*codes, words) if (found := abbreviated(code)) is not None), None)
    said = timing_parts(replace(given, bounds=Bounds(), count=NONE))
    if not said:
        return (
            replace(meant, bounds=given.bounds, count=given.count or meant.count)
            if meant
            else replace(given, words=words)
        )
    if meant is not None and set(timing_parts(meant).items()) <= set(said.items()):
        return given
    if all(says_part(words, name, part, given) for name, part in said.items()):
        return given
    return replace(given, words=f"({words})")


def _counts(repeat: Mapping[str, object], key: str, unit: str = "") -> Amount:
    low, high = exact(repeat.get(key)), exact(repeat.get(f"{key}Max"))
    return Amount(low, high, time_unit(string(repeat, unit)) if unit else "") if low or high else NONE


def _bounds(repeat: Mapping[str, object]) -> Bounds:
    period = as_dict(repeat.get("boundsPeriod"))
    length = quantity(repeat.get("boundsDuration")) or between(repeat.get("boundsRange"))
    return Bounds(string(period, "start"), string(period, "end"), _of_time(length))


def _of_time(amount: Amount) -> Amount:
    """An amount of time with UCUM's code as its unit."""
    return Amount(amount.low, amount.high, time_unit(amount.unit), amount.comparator) if amount else NONE


def quantity(value: object) -> Amount:
    """A Quantity with its unit in words, else by its code."""
    found = as_dict(value)
    number = exact(found.get("value"))
    if not number:
        return NONE
    return Amount(number, unit=string(found, "unit") or string(found, "code"), comparator=string(found, "comparator"))


def between(value: object) -> Amount:
    """A Range. With different units at its ends it is told in words as one number."""
    low, high = quantity(as_dict(value).get("low")), quantity(as_dict(value).get("high"))
    if not (low and high):
        return Amount(low.low, unit=low.unit, comparator=">=") if low else Amount(high=high.low, unit=high.unit)
    if low.unit and high.unit and low.unit != high.unit:
        return Amount(f"{low.low} {low.unit}", high.low, high.unit)
    return Amount(low.low, high.low, high.unit or low.unit)
