"""Timings in words, abbreviations, and no part of an order that the words leave out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.records.amounts import NONE, Amount
from assistant.records.timing import DAYS, EVENTS, UNITS, Bounds, Timing, abbreviated, time_unit, timing_words

ONE_DAY = Amount("1", unit="d")


@pytest.mark.parametrize(
    ("timing", "words"),
    [
        (Timing(Amount("1"), Amount("4", "6", "h")), "every 4 to 6 hours"),
        (Timing(Amount("2", "4"), ONE_DAY), "2 to 4 times a day"),
        (Timing(Amount(high="3"), ONE_DAY), "up to 3 times a day"),
        (Timing(Amount("2"), ONE_DAY, bounds=Bounds(length=Amount("7", unit="d"))), "twice a day for 7 days"),
        (Timing(Amount("1"), Amount("1", unit="wk"), days=("tue",)), "once a week on Tuesday"),
        (Timing(period=Amount("8", unit="h")), "every 8 hours"),
        (Timing(Amount("3"), Amount("2", unit="wk")), "3 times every 2 weeks"),
        (Timing(Amount("1"), Amount("1", unit="h")), "once an hour"),
        (Timing(clock=("08:00:00", "20:30:15")), "at 08:00 and 20:30:15"),
        (Timing(events=("HS",)), "at bedtime"),
        (Timing(events=("ACM", "ACV"), offset=Amount("30", unit="min")),
         "30 minutes before breakfast and 30 minutes before the evening meal"),
        (Timing(events=("HS",), offset=Amount("-60", unit="min")), "60 minutes before bedtime"),
        (Timing(events=("WAKE",), offset=Amount("1", unit="h")), "1 hour after waking"),
        (Timing(lasting=Amount("30", unit="min"), count=Amount("1")), "over 30 minutes each time for 1 dose in all"),
        (Timing(bounds=Bounds("2025-01-01", "2025-01-08")), "from 2025-01-01 to 2025-01-08"),
        (Timing(), ""),
    ],
)  # fmt: skip
def test_words(timing: Timing, words: str) -> None:
    assert timing_words(timing) == words
    assert bool(timing) is bool(words)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("BID", "twice a day"), ("t.i.d.", "3 times a day"), ("Q6H", "every 6 hours"), ("q4-6h", "every 4 to 6 hours"),
        ("QHS", "once a day at bedtime"), ("QJ135", "on Monday, Wednesday and Friday"), ("Q2J1", "every 2 weeks on Monday"),
        ("5ID", "5 times a day"), ("Q30M", "every 30 minutes"), ("Q3L", "every 3 months"), ("QOD", "every 2 days"),
        ("AC", "before meals"), ("ONCE", "for 1 dose in all"),
    ],
)  # fmt: skip
def test_abbreviations(code: str, words: str) -> None:
    found = abbreviated(code)
    assert found is not None
    assert timing_words(found) == words


@pytest.mark.parametrize("code", ["", "PRN", "U C", "Q", "QID-ish", "Take"])
def test_what_is_no_abbreviation_is_not_guessed(code: str) -> None:
    assert abbreviated(code) is None


def test_units_of_time_by_name() -> None:
    assert [time_unit(u) for u in ("days", "Week", "h", "MO", "fortnight")] == ["d", "wk", "h", "mo", "fortnight"]


numbers = st.integers(2, 99).map(str)
amounts = st.builds(Amount, numbers) | st.tuples(numbers, numbers).filter(lambda p: int(p[0]) < int(p[1])).map(
    lambda p: Amount(*p)
)
lengths = st.builds(lambda a, u: Amount(a.low, a.high, u), amounts, st.sampled_from(list(UNITS)))
timings = st.builds(
    Timing,
    times=amounts | st.just(NONE),
    period=lengths,
    days=st.lists(st.sampled_from(list(DAYS)), unique=True, max_size=3).map(tuple),
    clock=st.lists(st.times().map(lambda t: f"{t:%H:%M:%S}"), unique=True, max_size=3).map(tuple),
    events=st.lists(st.sampled_from(list(EVENTS)), unique=True, max_size=2).map(tuple),
    lasting=lengths | st.just(NONE),
    count=amounts | st.just(NONE),
    bounds=st.builds(Bounds, length=lengths | st.just(NONE)),
)


def read_back(words: str) -> Timing:
    """An independent reading of the words, by their own grammar."""
    number = r"(\d+)(?: to (\d+))?"
    unit = rf"({'|'.join(sorted(UNITS.values(), key=len, reverse=True))})s?"

    def amount(found: re.Match[str] | None, with_unit: bool = True) -> Amount:
        if found is None:
            return NONE
        low, high = found.group(1), found.group(2) or ""
        return Amount(low, high, next(c for c, name in UNITS.items() if name == found.group(3)) if with_unit else "")

    times = re.match(rf"(?:(once|twice)|{number} times) every", words)
    given = {"twice": "2"}.get(times.group(1) or "", "") if times else ""
    return Timing(
        times=Amount(given) if given else Amount(times.group(2), times.group(3) or "") if times else NONE,
        period=amount(re.search(rf"every {number} {unit}", words)),
        days=tuple(d for m in [re.search(r"on ((?:\w+day(?:, | and )?)+)", words)] if m
                   for name in re.split(", | and ", m.group(1)) for d, full in DAYS.items() if full == name.strip()),
        clock=tuple(t if len(t) == 8 else f"{t}:00" for t in re.findall(r"\d\d:\d\d(?::\d\d)?", words)),
        events=tuple(sorted((c for c, w in EVENTS.items() if re.search(rf"(?<![a-z]){w}(?= and|, | over| for|$| \d)", words)),
                            key=lambda c: words.index(EVENTS[c]))),
        lasting=amount(re.search(rf"over {number} {unit} each time", words)),
        count=amount(re.search(rf"for {number} doses in all", words), with_unit=False),
        bounds=Bounds(length=amount(re.search(rf"for {number} {unit}", words))),
    )  # fmt: skip


@given(timings)
def test_words_hold_the_whole_timing(timing: Timing) -> None:
    assert read_back(timing_words(timing)) == timing
