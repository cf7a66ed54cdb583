"""Doses of HL7 v2 orders (RXE, RXO, RXD, RXG with TQ1 or the older TQ, RXR) as the model that all record formats share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from assistant.records.amounts import NONE, Amount, amount_words, number_words
from assistant.records.dosage import Dose, Step
from assistant.records.hl7.message import Segment
from assistant.records.hl7.timestamps import clock, iso
from assistant.records.hl7.values import coded
from assistant.records.timing import EVENTS, Bounds, Timing, abbreviated, time_unit

# Segment -> fields of least and most amount, units, instructions, and of rate amount, rate units and the time it is per.
_FIELDS: Final[dict[str, tuple[int, int, int, int, int, int, int]]] = {
    "RXE": (3, 4, 5, 7, 23, 24, 22), "RXO": (2, 3, 4, 7, 21, 22, 17), "RXG": (5, 6, 7, 13, 15, 16, 14), "RXD": (0, 0, 0, 15, 0, 0, 0),
    "RXA": (6, 0, 7, 0, 12, 13, 11),
}  # fmt: skip
# The old quantity and timing (TQ): its field in a segment.
_TIMING_AT: Final = {"RXE": 1, "RXO": 0, "RXG": 3, "ORC": 7}
_LENGTH: Final = re.compile(r"([SMHDWLXT])(\d+(?:\.\d+)?)")
_LENGTH_UNIT: Final = {"S": "s", "M": "min", "H": "h", "D": "d", "W": "wk", "L": "mo"}
_PER: Final = re.compile(r"([SMHDWL])(\d+)?")
_AS_NEEDED: Final = re.compile(r"PRN\s*", re.I)
# Amounts that say that there is none: 999 is what vaccine messages send for "unknown".
_UNKNOWN: Final = frozenset({"", "0", "999"})


def steps(
    medicine: Segment, timings: Sequence[Segment], routes: Sequence[Segment], order: Segment | None
) -> list[Step]:
    """The instructions of one medicine: one for each TQ1, or for each repetition of the older timing; at least one."""
    base = _base(medicine, routes)
    found = [_with_tq1(_of_step(base, tq1) if len(timings) > 1 else base, tq1) for tq1 in timings]
    if not found:
        for segment in filter(None, (medicine, order)):
            at = _TIMING_AT.get(segment.name, 0)
            found = [_with_tq(base, segment, at, n) for n in range(segment.repeats(at))] if at else []
            if found:
                break
    if len(found) > 1 and any(s.sequence for s in found):
        return found
    return [replace(step, sequence=None) for step in found] or [base]


def _base(s: Segment, routes: Sequence[Segment]) -> Step:
    low, high, unit, told, rate, rate_unit, per = _FIELDS[s.name]
    least, most = (s.part(at) if at else "" for at in (low, high))
    amount = NONE if least in _UNKNOWN else Amount(least, "" if most == least else most, _unit(s, unit))
    speed = Amount(s.part(rate), "", _unit(s, rate_unit)) if rate and s.part(rate) else NONE
    words = dict.fromkeys(filter(None, (coded(s, told, n) for n in range(s.repeats(told))))) if told else ()
    route, site, method = (coded(routes[0], at) for at in (1, 2, 4)) if routes else ("", "", "")
    return Step(
        text="; ".join(words),
        doses=(Dose(amount, speed, _per(s.part(per)) if speed else NONE),) if amount or speed else (),
        route=route,
        site=site,
        method=method,
        instructions=_daily(s),
    )


def _daily(s: Segment) -> tuple[str, ...]:
    """The total of a day (RXE-19)."""
    amount = amount_words(_amount(s, 19)) if s.name == "RXE" else ""
    return (f"total daily dose {amount}",) if amount else ()


def _unit(s: Segment, at: int) -> str:
    return coded(s, at) if at else ""


def _per(text: str) -> Amount:
    """Give per (RXE-22): "H" or "H1" is an hour, "M30" thirty minutes."""
    found = _PER.fullmatch(text.strip().upper())
    return Amount(found.group(2) or "1", "", _LENGTH_UNIT[found.group(1)]) if found is not None else NONE


def _with_tq1(base: Step, s: Segment) -> Step:
    timing, needed = _rhythm([s.part(3, 1, n) for n in range(s.repeats(3))])
    urgent, wanted = _priority(s.part(9))
    period = s.part(3, 5), s.part(3, 6)
    if period[0] and period[1] and not timing.period:
        timing = replace(timing, times=Amount("1"), period=Amount(period[0], "", time_unit(period[1])))
    event = s.part(3, 8).upper()
    timing = replace(
        timing,
        clock=tuple(clock(t) for t in s.parts(4)) or timing.clock,
        events=(*timing.events, event) if event in EVENTS and event not in timing.events else timing.events,
        bounds=Bounds(iso(s.part(7)), iso(s.part(8)), _amount(s, 6)),
        count=Amount(s.part(14)) if s.part(14) else timing.count,
        lasting=_amount(s, 13),
    )
    needed = needed or wanted
    # Under which condition the medicine is given: of one as needed it is the need.
    told, reason = _conditions(urgent, s.part(10), s.part(11), needed)
    dose = _amount(s, 2)
    sequence = int(s.part(1)) if s.part(1).isdigit() and s.part(12).upper() in ("S", "C", "") else None
    return _filled(base, timing, dose, needed, told, sequence, reason=reason)


def _conditions(urgent: str, condition: str, text: str, needed: bool) -> tuple[tuple[str, ...], str]:
    """What is told beside a dose, and why it is needed where it is given as needed."""
    told = tuple(filter(None, (urgent, "" if needed else condition, text)))
    return told, _AS_NEEDED.sub("", condition) if needed else ""


# HL7 table 0485. "Routine" is the usual way and is not said.
_PRIORITIES: Final = {
    "S": "at once (stat)", "STAT": "at once (stat)", "A": "as soon as possible", "ASAP": "as soon as possible", "R": "", "ROUTINE": "",
    "P": "before the operation", "C": "callback", "T": "timing critical",
}  # fmt: skip


def _priority(text: str) -> tuple[str, bool]:
    """How urgent an order is (TQ1-9), and whether it is as needed; words of the sender's own stand as they are."""
    bare, needed = _AS_NEEDED.subn("", text.strip())
    return _PRIORITIES.get(bare.upper(), bare), bool(needed)


def _of_step(base: Step, s: Segment) -> Step:
    """A medicine in one of several steps, whose own quantity in the same unit is the amount of this step."""
    quantity = _amount(s, 2)
    if not quantity.unit or not base.doses or quantity.unit.lower() != base.doses[0].amount.unit.lower():
        return base
    return replace(base, doses=(replace(base.doses[0], amount=quantity),))


def _amount(s: Segment, at: int) -> Amount:
    number = s.part(at)
    unit = s.part(at, 2, sub=2) or s.part(at, 2)
    return Amount(number, "", time_unit(unit) if at in (6, 13) else unit) if number else NONE


def _length(text: str) -> tuple[str, Amount]:
    """How often ("X3": 3 times) or how long ("D10": 10 days) an order is to be given."""
    found = _LENGTH.fullmatch(text.upper())
    if found is None:
        return "", NONE
    kind, number = found.group(1), found.group(2)
    return (number if kind == "X" else ""), (Amount(number, "", _LENGTH_UNIT[kind]) if kind in _LENGTH_UNIT else NONE)


def _with_tq(base: Step, s: Segment, at: int, n: int) -> Step:
    """TQ: quantity, interval (pattern & times), duration, start, end, priority, condition, text, conjunction, ..., total."""
    timing, needed = _rhythm([s.part(at, 2, n)])
    times_given, lasting = _length(s.part(at, 3, n))
    count = s.part(at, 12, n) or times_given
    times = [t for t in s.part(at, 2, n, sub=2).split(",") if t.strip()]
    timing = replace(
        timing,
        clock=tuple(clock(t) for t in times) or timing.clock,
        bounds=Bounds(iso(s.part(at, 4, n)), iso(s.part(at, 5, n)), lasting),
        count=Amount(count) if count else timing.count,
    )
    quantity, unit = s.part(at, 1, n), s.part(at, 1, n, sub=2)
    urgent, wanted = _priority(s.part(at, 6, n))
    needed = needed or wanted
    condition = s.part(at, 7, n)
    told = tuple(filter(None, (urgent, "" if needed else condition, s.part(at, 8, n))))
    # A bare 1 says only that the order is given once each time.
    dose = Amount(quantity, "", unit) if quantity and (unit or quantity != "1") else NONE
    sequence = n + 1 if s.part(at, 9, n).upper() != "A" else None
    return _filled(base, timing, dose, needed, told, sequence, reason=_AS_NEEDED.sub("", condition) if needed else "")


def _filled(
    base: Step,
    timing: Timing,
    dose: Amount,
    needed: bool,
    told: tuple[str, ...],
    sequence: int | None,
    *,
    reason: str = "",
) -> Step:
    if dose and base.doses and not _is_same(dose, base.doses[0].amount):
        # The amount is that of one administration; how many of it are given each time is told beside it, never multiplied.
        told = (f"quantity {amount_words(dose)} each time", *told)
    return replace(
        base,
        doses=base.doses or ((Dose(dose),) if dose else ()),
        timing=timing,
        as_needed=needed,
        reasons=(reason,) if reason else (),
        instructions=tuple(t for t in dict.fromkeys((*told, *base.instructions)) if t != base.text),
        sequence=sequence,
    )


def _is_same(quantity: Amount, amount: Amount) -> bool:
    """Whether a quantity says nothing beside an amount: a bare 1, or the amount once more."""
    if not quantity.unit:
        return quantity.low in ("", "1") or (not amount.high and quantity.low == amount.low)
    return quantity.low == amount.low and not amount.high and quantity.unit.lower() == amount.unit.lower()


def _rhythm(patterns: Sequence[str]) -> tuple[Timing, bool]:
    """Repeat patterns (table 0335) as one timing, and whether it is as needed; one that is not known stands in its words."""
    timing, needed, unknown = Timing(), False, []
    for pattern in filter(None, patterns):
        bare, count = _AS_NEEDED.subn("", pattern.strip())
        needed = needed or bool(count)
        if not bare:
            continue
        # C is "continuously" in version 2, and "with meals" in version 3.
        known = abbreviated(bare) if bare.upper() != "C" else Timing(words="continuously")
        if known is None:
            unknown += [bare]
            continue
        timing = _both(timing, known) if timing else known
    return (replace(timing, words=", ".join(unknown)) if unknown else timing), needed


def _both(one: Timing, other: Timing) -> Timing:
    """Two patterns of one order together: BID and AC, Q6H and HS. QAM and QHS are two times of a day, each once."""
    each_once = all(number_words(t.times) in ("", "1") and t.events for t in (one, other))
    return replace(
        one,
        times=NONE if each_once else one.times or other.times,
        period=NONE if each_once else one.period or other.period,
        days=(*one.days, *(d for d in other.days if d not in one.days)),
        events=(*one.events, *(e for e in other.events if e not in one.events)),
        count=one.count or other.count,
        words=", ".join(filter(None, (one.words, other.words))),
    )
