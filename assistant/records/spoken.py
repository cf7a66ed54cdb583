"""Whether an instruction in free words already says a coded amount or timing, so that it is not said twice.

In doubt it does not: a coded part that is repeated does no harm, one that is left out may.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from assistant.records.amounts import Amount, number_words, unit_words
from assistant.records.timing import DAYS, EVENTS, UNITS, Timing, clock_words

_NUMBERS: Final = "one two three four five six seven eight nine ten eleven twelve".split()
_AS_NEEDED: Final = re.compile(r"\b(?:(?:as|when|if|where) (?:needed|required|necessary)|p\.?r\.?n\b)", re.I)
_A_DAY: Final = {
    "1": ("once daily", "once a day", "once per day", "once every day", "one time a day", "daily", "every day", "od", "o.d.",
          "qd", "q.d.", "every 24 hours"),
    "2": ("twice daily", "twice a day", "twice per day", "two times a day", "two times daily", "bd", "b.d.", "bid", "b.i.d."),
    "3": ("three times a day", "three times daily", "tds", "t.d.s.", "tid", "t.i.d."),
    "4": ("four times a day", "four times daily", "qds", "q.d.s.", "qid", "q.i.d."),
}  # fmt: skip
_RHYTHMS: Final = {"h": "hourly", "wk": "weekly", "mo": "monthly", "a": "yearly"}
_AT: Final = {
    "HS": ("bedtime", "before bed", "at night", "nocte", "qhs", "q.h.s."),
    "NIGHT": ("night", "nocte"),
    "MORN": ("morning", "mane"),
    "NOON": ("noon", "midday"),
    "EVE": ("evening",),
    "AFT": ("afternoon",),
    "C": ("with food", "with meals"),
}


def says_amount(text: str, *amounts: Amount) -> bool:
    """Whether the text holds each amount, its numbers not as parts of others: 5 mg is not in "15 mg"."""
    folded = _fold(text)
    return all(_has_amount(folded, amount) for amount in amounts if amount)


def _has_amount(text: str, amount: Amount) -> bool:
    unit = re.escape(unit_words(amount.unit).lower()).replace(r"\ ", r"\s*")
    numbers = number_words(amount).lower()
    spelled = [re.escape(numbers).replace(r"\ to\ ", r"\s*(?:to|-|–|or)\s*").replace(r"\ ", r"\s*")]
    if numbers.isdigit() and 1 <= int(numbers) <= len(_NUMBERS):
        spelled.append(_NUMBERS[int(numbers) - 1])
    end = r"(?![\d.]*\d|[a-z])" if not unit or unit[-1].isalpha() else ""
    return any(re.search(rf"(?<![\d.,/a-z-]){number}\s*{unit}s?{end}", text) for number in spelled)


def says_as_needed(text: str) -> bool:
    """Whether the text says that it is taken as needed."""
    return _AS_NEEDED.search(text) is not None


def says_part(text: str, name: str, part: str, timing: Timing) -> bool:
    """Whether the text says one part of a timing's words (`timing_parts`), in any of its usual spellings."""
    folded = _fold(text)
    if name == "rhythm":
        return _has(folded, [part.lower(), *_rhythms(timing)])
    if name == "days":
        return all(_has(folded, [DAYS.get(d, d).lower(), f"{DAYS.get(d, d).lower()}s"]) for d in timing.days)
    if name == "clock":
        return all(_has(folded, [clock_words(time)]) for time in timing.clock)
    if name == "events" and not timing.offset:
        return all(_has(folded, [EVENTS.get(e, e).lower(), *_AT.get(e, ())]) for e in timing.events)
    return _has(folded, [part.lower()])


def _rhythms(timing: Timing) -> list[str]:
    """Usual spellings of a rhythm, for those that have some."""
    times, period = number_words(timing.times) or "1", number_words(timing.period)
    unit, name = timing.period.unit, UNITS.get(timing.period.unit, "")
    if not name or not period:
        return []
    if period == "1":
        return _in_each(times, unit, name)
    return _every(period, unit, name) if times == "1" else []


def _in_each(times: str, unit: str, name: str) -> list[str]:
    """So often in each day, week ..."""
    said = [f"{times} times {joint} {name}" for joint in ("a", "per", "each", "every")]
    if unit == "d":
        said += [*_A_DAY.get(times, ()), f"{times} times daily", f"{times}x daily", f"{times}x/day"]
    if times == "1":
        said += [f"every {name}", f"once every {name}", f"once per {name}", _RHYTHMS.get(unit, f"once a {name}")]
    return said


def _every(period: str, unit: str, name: str) -> list[str]:
    """Once in so many hours, days ..."""
    counts = [period]
    if period.isdigit() and int(period) <= len(_NUMBERS):
        counts.append(_NUMBERS[int(period) - 1])
    said = [f"every {count} {form}" for count in counts for form in (f"{name}s", name, unit)]
    said += [f"q{period}{unit}"]
    said += [f"{period}{joint}{_RHYTHMS[unit]}" for joint in (" ", "-") if unit in _RHYTHMS]
    return [*said, "every other day", "on alternate days", "alternate days"] if (unit, period) == ("d", "2") else said


def _fold(text: str) -> str:
    return " ".join(text.lower().split())


# "daily" is not in "twice daily", nor "hourly" in "6 hourly".
_UNCOUNTED: Final = "".join(
    rf"(?<!{count}[ -])" for count in (r"\d", "x", "times", "twice", "thrice", "other", *_NUMBERS)
)


def _has(text: str, phrases: Iterable[str]) -> bool:
    return any(re.search(_pattern(phrase), text) for phrase in phrases if phrase.strip("- "))


def _pattern(phrase: str) -> str:
    alone = _UNCOUNTED if phrase[0].isalpha() and phrase.endswith("ly") and " " not in phrase else ""
    return rf"{alone}(?<![a-z0-9.]){re.escape(phrase)}(?![a-z0-9])"
