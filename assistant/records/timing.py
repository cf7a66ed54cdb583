"""When something is done: one model for FHIR Timing, C-CDA PIVL/EIVL and HL7 TQ, and the words for it.

Numbers keep the record's spelling. Units of time are UCUM's (s, min, h, d, wk, mo, a).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from assistant.records.amounts import NONE, Amount, amount_words, number_words, plain

UNITS: Final[Mapping[str, str]] = {
    "s": "second", "min": "minute", "h": "hour", "d": "day", "wk": "week", "mo": "month", "a": "year",
}  # fmt: skip
_UNIT_NAMES: Final = {
    "sec": "s", "m": "min", "mins": "min", "hr": "h", "hrs": "h", "w": "wk", "wks": "wk", "mon": "mo", "y": "a", "yr": "a",
    "yrs": "a",
    **{name: code for code, name in UNITS.items()},
    **{f"{name}s": code for code, name in UNITS.items()},
    **{code: code for code in UNITS},
}  # fmt: skip
DAYS: Final[Mapping[str, str]] = {
    "mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday", "sat": "Saturday",
    "sun": "Sunday",
}  # fmt: skip
# HL7 v3 TimingEvent and FHIR event-timing. An event that says before or after takes an offset in that direction.
EVENTS: Final[Mapping[str, str]] = {
    "MORN": "in the morning", "MORN.early": "in the early morning", "MORN.late": "in the late morning", "NOON": "at noon",
    "AFT": "in the afternoon", "AFT.early": "in the early afternoon", "AFT.late": "in the late afternoon",
    "EVE": "in the evening", "EVE.early": "in the early evening", "EVE.late": "in the late evening", "NIGHT": "at night",
    "PHS": "after going to sleep", "IMD": "at once", "HS": "at bedtime", "WAKE": "on waking", "C": "with meals",
    "CM": "with breakfast", "CD": "with lunch", "CV": "with the evening meal", "AC": "before meals",
    "ACM": "before breakfast", "ACD": "before lunch", "ACV": "before the evening meal", "PC": "after meals",
    "PCM": "after breakfast", "PCD": "after lunch", "PCV": "after the evening meal", "IC": "between meals",
    "ICM": "between breakfast and lunch", "ICD": "between lunch and the evening meal",
    "ICV": "between the evening meal and bedtime",
}  # fmt: skip
_TIMES: Final = {"1": "once", "2": "twice"}
_PREPOSITIONS: Final = frozenset({"in", "at", "on", "with"})


@dataclass(frozen=True, slots=True)
class Bounds:
    """Over which time it is done: between two dates (ISO 8601), or for a length of time."""

    start: str = ""
    end: str = ""
    length: Amount = NONE

    def __bool__(self) -> bool:
        return bool(self.start or self.end or self.length)


@dataclass(frozen=True, slots=True)
class Timing:
    """When it is done.

    `times` in each `period` (once, where only a period is given); on `days` (keys of DAYS), at `clock` (HH:MM), at `events`
    (keys of EVENTS) with an `offset` (a negative one before, where the event does not say); each time `lasting` so long;
    `count` times in all; within `bounds`; at exact `moments`. `words`: a coded or written timing without structure.
    """

    times: Amount = NONE
    period: Amount = NONE
    days: tuple[str, ...] = ()
    clock: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    offset: Amount = NONE
    lasting: Amount = NONE
    count: Amount = NONE
    bounds: Bounds = Bounds()
    moments: tuple[str, ...] = ()
    words: str = ""

    def __bool__(self) -> bool:
        return self != _NEVER


_NEVER: Final = Timing()


def timing_words(timing: Timing) -> str:
    """The timing as a pharmacist writes it: "twice a day for 7 days", "every 4 to 6 hours", "once a week on Tuesday"."""
    return " ".join(timing_parts(timing).values())


def timing_parts(timing: Timing) -> dict[str, str]:
    """What the timing says, part by part, in the order of the words; each stands for one part of the order."""
    parts = {
        "rhythm": _rhythm(timing.times, timing.period),
        "days": f"on {_listed([DAYS.get(day, day) for day in timing.days])}" if timing.days else "",
        "clock": f"at {_listed([clock_words(time) for time in timing.clock])}" if timing.clock else "",
        "events": _events(timing.events, timing.offset),
        "moments": f"on {_listed(list(timing.moments))}" if timing.moments else "",
        "words": timing.words,
        "lasting": f"over {length_words(timing.lasting)} each time" if timing.lasting else "",
        "bounds": _bounds(timing.bounds),
        "count": _count(timing.count),
    }
    return {name: part for name, part in parts.items() if part}


def _rhythm(times: Amount, period: Amount) -> str:
    if not times and not period:
        return ""
    how_often = _times(times) if times else "once"
    if not period:
        return how_often
    unit = UNITS.get(period.unit, period.unit)
    if number_words(period) == "1":
        return f"{how_often} a{'n' if unit.startswith('hour') else ''} {unit}"
    every = f"every {number_words(period)} {_many(unit)}"
    return every if how_often == "once" else f"{how_often} {every}"


def _times(times: Amount) -> str:
    said = number_words(times)
    return _TIMES.get(said, f"{said} time" if said == "up to 1" else f"{said} times")


def _many(unit: str) -> str:
    return f"{unit}s" if unit in UNITS.values() else unit


def length_words(length: Amount) -> str:
    """A length of time: "7 days", "1 week", "5 to 7 days"."""
    unit = UNITS.get(length.unit, "")
    if not unit:
        return amount_words(length)
    said = number_words(length)
    return f"{said} {unit if said == '1' else _many(unit)}"


def clock_words(time: str) -> str:
    """08:00:00 as 08:00; seconds stay where they are not zero."""
    return time[:5] if re.fullmatch(r"\d\d:\d\d:00(?:\.0+)?", time) else time


def _events(events: tuple[str, ...], offset: Amount) -> str:
    said = [EVENTS.get(event, event) for event in events]
    if not said:
        return f"with an offset of {length_words(offset)}" if offset else ""
    if not offset:
        return _listed(said)
    return _listed([_with_offset(words, offset) for words in said])


def _with_offset(words: str, offset: Amount) -> str:
    """The offset of an event: before it where the event says so or the offset is negative, else after it."""
    size = Amount(offset.low.lstrip("-"), offset.high.lstrip("-"), offset.unit)
    relation, _, rest = words.partition(" ")
    if relation in ("before", "after"):
        return f"{length_words(size)} {words}"
    side = "before" if offset.low.startswith("-") else "after"
    return f"{length_words(size)} {side} {rest.removeprefix('the ') if relation in _PREPOSITIONS else words}"


# A moment without a zone, to the minute.
_SECONDLESS: Final = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::00)?$")


def _bounds(bounds: Bounds) -> str:
    parts = [f"for {length_words(bounds.length)}" if bounds.length else ""]
    start, end = (_SECONDLESS.sub(r"\1 \2", day) for day in (bounds.start, bounds.end))
    if start and end:
        parts.append(f"on {start}" if start == end else f"from {start} to {end}")
    elif start:
        parts.append(f"from {start}")
    elif end:
        parts.append(f"until {end}")
    return " ".join(filter(None, parts))


def _count(count: Amount) -> str:
    if not count:
        return ""
    said = number_words(count)
    return f"for {said} {'dose' if said.rpartition(' ')[2] == '1' else 'doses'} in all"


def _listed(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def time_unit(unit: str) -> str:
    """The UCUM code of a unit of time by code or name ("days" is d); what it is not stands as it is."""
    return _UNIT_NAMES.get(unit.strip().lower(), unit.strip())


# Abbreviations of HL7 v3 GTSAbbreviation and v2 table 0335; "QID" is four times a day.
_ABBREVIATIONS: Final[Mapping[str, Timing]] = {
    **{name: Timing(Amount("1"), Amount("1", unit="d")) for name in ("QD", "OD", "DAILY", "Q1D")},
    **{f"{word}ID": Timing(Amount(n), Amount("1", unit="d")) for word, n in (("B", "2"), ("T", "3"), ("Q", "4"))},
    "QDS": Timing(Amount("4"), Amount("1", unit="d")),
    "BD": Timing(Amount("2"), Amount("1", unit="d")),
    "TDS": Timing(Amount("3"), Amount("1", unit="d")),
    "QOD": Timing(Amount("1"), Amount("2", unit="d")),
    "WK": Timing(Amount("1"), Amount("1", unit="wk")),
    "QW": Timing(Amount("1"), Amount("1", unit="wk")),
    "MO": Timing(Amount("1"), Amount("1", unit="mo")),
    "AM": Timing(events=("MORN",)), "QAM": Timing(Amount("1"), Amount("1", unit="d"), events=("MORN",)),
    "PM": Timing(events=("EVE",)), "QPM": Timing(Amount("1"), Amount("1", unit="d"), events=("EVE",)),
    "BED": Timing(events=("HS",)), "QHS": Timing(Amount("1"), Amount("1", unit="d"), events=("HS",)),
    "ONCE": Timing(count=Amount("1")), "STAT": Timing(events=("IMD",)),
    **{code: Timing(events=(code,)) for code in EVENTS if "." not in code},
}  # fmt: skip
_EVERY: Final = re.compile(r"Q(\d+)(?:-(\d+))?([SMHDWL])")
_EVERY_UNIT: Final = {"S": "s", "M": "min", "H": "h", "D": "d", "W": "wk", "L": "mo"}
_TIMES_A_DAY: Final = re.compile(r"X?(\d+)(?:ID|XD|X/D)")
_ON_DAYS: Final = re.compile(r"Q(\d+)?J([1-7]+)")


def abbreviated(code: str) -> Timing | None:
    """The timing that an abbreviation stands for (BID, Q6H, Q4-6H, QHS, QJ135), None for one that is not known."""
    bare = code.strip().upper().replace(".", "")
    if bare in _ABBREVIATIONS:
        return _ABBREVIATIONS[bare]
    if found := _EVERY.fullmatch(bare):
        low, high, unit = found.groups()
        return Timing(Amount("1"), Amount(low, high or "", _EVERY_UNIT[unit]))
    if found := _TIMES_A_DAY.fullmatch(bare):
        return Timing(Amount(found.group(1)), Amount("1", unit="d"))
    if found := _ON_DAYS.fullmatch(bare):
        # Table 0335: Q<n>J<days>, the days numbered from Monday; n weeks apart.
        days = tuple(list(DAYS)[int(n) - 1] for n in found.group(2))
        weeks = plain(found.group(1) or "1")
        return Timing(period=Amount(weeks, unit="wk") if weeks != "1" else NONE, days=days)
    return None
