"""Doses of C-CDA substance administrations as the model that all record formats share: PIVL, EIVL, amounts, signature, limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Final

from assistant.formats.xml import local
from assistant.records.amounts import NONE, Amount
from assistant.records.ccda.tree import Element, Words, attribute, one, reach, referred, templates, term_of, visible
from assistant.records.ccda.values import amount_at, comp_times, type_of
from assistant.records.dosage import Dose, Limit, Step
from assistant.records.hl7.timestamps import iso
from assistant.records.timing import DAYS, EVENTS, Bounds, Timing, abbreviated, time_unit

_SIGNATURE: Final = "2.16.840.1.113883.10.20.22.4.147"
_INSTRUCTION: Final = "2.16.840.1.113883.10.20.22.4.20"
# Of SNOMED CT: provider medication administration instructions, instruction.
_INSTRUCTING: Final = frozenset("422037009 423564006 409073007 311401005".split())
_A_DAY: Final = {"h": 24, "min": 1440, "d": 1}


def steps(administration: Element, words: Words, drug: str) -> list[Step]:
    """The instructions of one medicine. `drug`: its name, which is no instruction where the entry's text says only that."""
    inner = _inner(administration)
    if len(inner) > 1:
        # A taper or a split dose: each part is an administration of its own.
        return [replace(_step(part, words, drug), sequence=n) for n, part in enumerate(inner, 1)]
    return [_step(administration, words, drug)]


def _inner(administration: Element) -> list[Element]:
    found = []
    for relation in reach(administration, "entryRelationship"):
        if relation.get("typeCode") == "COMP":
            found += [
                part
                for part in reach(relation, "substanceAdministration")
                if _SIGNATURE not in templates(part) and one(part, "doseQuantity") is not None
            ]
    return found


def _step(administration: Element, words: Words, drug: str) -> Step:
    amount = amount_at(administration, "doseQuantity")
    form = term_of(one(administration, "administrationUnitCode"), words).text
    if amount and not amount.unit.strip("1") and form:
        amount = replace(amount, unit=form)
    rate = amount_at(administration, "rateQuantity")
    needed, reasons = _needed(administration, words)
    return Step(
        text=_signature(administration, words, drug),
        doses=(Dose(amount, rate),) if amount or rate else (),
        timing=timing_of(administration),
        as_needed=needed,
        reasons=reasons,
        route=term_of(one(administration, "routeCode"), words).text,
        site=term_of(one(administration, "approachSiteCode"), words).text,
        instructions=tuple(_instructions(administration, words)),
        limits=tuple(_limits(administration)),
    )


def _signature(administration: Element, words: Words, drug: str) -> str:
    """The words of the label: the free text signature, else the entry's own text where it says more than the name."""
    for inner in reach(administration, "entryRelationship/substanceAdministration"):
        if _SIGNATURE in templates(inner) and (text := _text(inner, words)):
            return text
    text = _text(administration, words)
    bare = " ".join(text.lower().split()).rstrip(".")
    return "" if bare and bare in " ".join(drug.lower().split()) else text


def _text(holder: Element, words: Words) -> str:
    text = one(holder, "text")
    return referred(text, words) if text is not None else ""


def _needed(administration: Element, words: Words) -> tuple[bool, tuple[str, ...]]:
    """Whether it is as needed (a precondition), and for what."""
    found, reasons = False, []
    for condition in reach(administration, "precondition"):
        found = True
        for criterion in reach(condition, "criterion"):
            reasons += [term_of(value, words).text or referred(value, words) for value in reach(criterion, "value")]
    return found, tuple(dict.fromkeys(filter(None, reasons)))


def _instructions(administration: Element, words: Words) -> list[str]:
    found = []
    for act in reach(administration, "entryRelationship/act"):
        if _instructs(act) and (text := _text(act, words)):
            found.append(text)
    return found


def _instructs(act: Element) -> bool:
    """Whether an act tells the patient what to do: by its template, or by its mood and code."""
    if _INSTRUCTION in templates(act):
        return True
    return act.get("moodCode") == "INT" and attribute(act, "code", "code") in _INSTRUCTING


def _limits(administration: Element) -> list[Limit]:
    found = []
    for most in reach(administration, "maxDoseQuantity"):
        per = amount_at(most, "denominator")
        known = time_unit(per.unit) if per else ""
        if amount := amount_at(most, "numerator"):
            found.append(Limit(amount, replace(per, unit=known)) if known else Limit(amount))
    return found


def timing_of(administration: Element) -> Timing:
    """All timings of an administration together; its dates stand apart, a length of time stays with the dose."""
    timing = Timing()
    for outer in reach(administration, "effectiveTime"):
        for time in comp_times(outer):
            timing = _joined(timing, _timing(time))
    if (times := attribute(administration, "repeatNumber")) and times != "1":
        timing = replace(timing, count=Amount(times))
    return timing


def _timing(time: Element) -> Timing:
    kind = type_of(time)
    if one(time, "event") is not None or kind == "EIVL_TS":
        return _event(time)
    if one(time, "period") is not None or one(time, "frequency") is not None or kind == "PIVL_TS":
        return _periodic(time)
    if width := _length(time, "width"):
        return Timing(bounds=Bounds(length=width))
    return Timing()


def _length(element: Element, path: str) -> Amount:
    found = amount_at(element, path)
    return replace(found, unit=time_unit(found.unit)) if found else NONE


def _event(time: Element) -> Timing:
    code = attribute(time, "event", "code")
    offset = _length(time, "offset") or _length(time, "offset/width")
    if not code:
        return Timing()
    return Timing(events=(code,), offset=offset) if code in EVENTS else abbreviated(code) or Timing(words=code)


def _periodic(time: Element) -> Timing:
    period = _length(time, "period")
    if not period:
        return _frequent(time)
    low = attribute(time, "phase/low") or attribute(time, "phase")
    timing = Timing(Amount("1"), period)
    if time.get("institutionSpecified") == "true":
        timing = _a_day(period)
    if time.get("alignment") == "DW" and (day := _weekday(low)):
        timing = replace(timing, days=(day,))
    elif len(low) >= 12 and low[8:12].isdigit():
        timing = replace(timing, clock=(f"{low[8:10]}:{low[10:12]}",))
    if lasting := _length(time, "phase/width"):
        timing = replace(timing, lasting=lasting)
    return timing


def _frequent(time: Element) -> Timing:
    """So many times in a stretch of time, as later data types write it: a frequency of 3 per day."""
    times, per = amount_at(time, "frequency/numerator"), _length(time, "frequency/denominator")
    return Timing(replace(times, unit=""), per) if times and per else Timing()


def _a_day(period: Amount) -> Timing:
    """So many times a day, at the times of the house: a period of 12 hours is then no interval but twice a day."""
    try:
        times = Decimal(_A_DAY[period.unit]) / Decimal(period.low)
    except (KeyError, InvalidOperation, ZeroDivisionError):
        return Timing(Amount("1"), period)
    if period.high or times < 1 or times != times.to_integral_value():
        return Timing(Amount("1"), period)
    return Timing(Amount(str(int(times))), Amount("1", "", "d"))


def _weekday(stamp: str) -> str:
    day = iso(stamp)[:10]
    return list(DAYS)[date.fromisoformat(day).weekday()] if len(day) == 10 else ""


def _joined(one_: Timing, other: Timing) -> Timing:
    """Two timings of one administration: twice a day and at bedtime, on Mondays and on Fridays."""
    times = one_.times or other.times
    if one_.clock and other.clock and one_.period == other.period:
        # Once a day at 08:00 and once a day at 20:00 is twice a day.
        times = _sum(one_.times, other.times)
    return replace(
        one_,
        times=times,
        period=one_.period or other.period,
        days=(*one_.days, *(d for d in other.days if d not in one_.days)),
        clock=(*one_.clock, *(c for c in other.clock if c not in one_.clock)),
        events=(*one_.events, *(e for e in other.events if e not in one_.events)),
        offset=one_.offset or other.offset,
        lasting=one_.lasting or other.lasting,
        count=one_.count or other.count,
        bounds=one_.bounds or other.bounds,
        words=", ".join(filter(None, (one_.words, other.words))),
    )


def _sum(times: Amount, more: Amount) -> Amount:
    both = (times.low, more.low)
    is_plain = all(n.isdigit() for n in both) and not (times.high or more.high)
    return Amount(str(sum(map(int, both)))) if is_plain else times


def narrative_words(section: Element) -> Words:
    """What references of a section's entries point to: the words of the element of that ID, cells apart."""
    named = {e.get("ID"): e for e in section.iter() if e.get("ID")}

    @cache
    def words(reference: str) -> str:
        element = named.get(reference.removeprefix("#"))
        # A whole row or table tells more than one thing, so that it is not the words of any.
        if element is None or local(element) in ("tr", "table", "tbody", "list"):
            return ""
        return visible(element)

    return words
