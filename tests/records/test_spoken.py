from __future__ import annotations

import pytest

from assistant.records.amounts import Amount
from assistant.records.spoken import says_amount, says_as_needed, says_part
from assistant.records.timing import Timing


def mg(low: str, high: str = "") -> Amount:
    return Amount(low, high, "mg")


@pytest.mark.parametrize(
    "text", ["Take 5 mg at night.", "5mg nocte", "take (5 mg)", "5 mg, then stop", "five mg daily"]
)
def test_an_amount_is_said_in_its_usual_spellings(text: str) -> None:
    assert says_amount(text, mg("5"))


@pytest.mark.parametrize(
    "text",
    [
        "Take 15 mg.",
        "Take 5.5 mg.",
        "Take 2.5 mg.",
        "Take 50 mg.",
        "Take 1/5 mg",
        "five tablets",
        "",
    ],
)
def test_a_number_that_is_part_of_another_says_nothing(text: str) -> None:
    assert not says_amount(text, mg("5"))


@pytest.mark.parametrize("text", ["5 to 10 mg", "5-10 mg", "5–10mg", "5 or 10 mg"])
def test_a_range_is_said_whole(text: str) -> None:
    assert says_amount(text, mg("5", "10"))
    assert not says_amount("5 mg", mg("5", "10"))


def test_all_amounts_must_be_said_and_none_is_said_by_itself() -> None:
    assert says_amount("5 mg in 10 mg steps", mg("5"), mg("10"))
    assert not says_amount("5 mg", mg("5"), mg("10"))
    assert says_amount("anything", Amount())


@pytest.mark.parametrize("text", ["as needed", "Take when required", "1 tab PRN", "p.r.n.", "if necessary"])
def test_as_needed(text: str) -> None:
    assert says_as_needed(text)


@pytest.mark.parametrize("text", ["as directed", "the sprn valve", "needed now"])
def test_what_is_not_as_needed(text: str) -> None:
    assert not says_as_needed(text)


def rhythm(times: str, period: str, unit: str) -> Timing:
    return Timing(times=Amount(times), period=Amount(period, unit=unit))


@pytest.mark.parametrize(
    ("text", "timing"),
    [
        ("one twice a day", rhythm("2", "1", "d")), ("one bd", rhythm("2", "1", "d")), ("t.d.s. with food", rhythm("3", "1", "d")),
        ("take it daily", rhythm("1", "1", "d")), ("every 6 hours", rhythm("1", "6", "h")), ("every six hours", rhythm("1", "6", "h")),
        ("6-hourly", rhythm("1", "6", "h")), ("on alternate days", rhythm("1", "2", "d")), ("weekly", rhythm("1", "1", "wk")),
    ],
)  # fmt: skip
def test_a_rhythm_in_its_usual_words(text: str, timing: Timing) -> None:
    assert says_part(text, "rhythm", "nothing of the kind", timing)


@pytest.mark.parametrize(
    ("text", "timing"),
    [
        ("twice daily", rhythm("1", "1", "d")), ("6 hourly", rhythm("1", "1", "h")), ("every other day", rhythm("1", "1", "d")),
        ("every 16 hours", rhythm("1", "6", "h")), ("three times daily", rhythm("1", "1", "d")), ("a bad day", rhythm("2", "1", "d")),
    ],
)  # fmt: skip
def test_a_rhythm_inside_another_is_not_said(text: str, timing: Timing) -> None:
    assert not says_part(text, "rhythm", "nothing of the kind", timing)


def test_days_clock_and_events_must_all_be_said() -> None:
    timing = Timing(days=("mon", "thu"), clock=("08:00",), events=("HS",))
    assert says_part("on Mondays and Thursdays", "days", "", timing)
    assert not says_part("on Mondays", "days", "", timing)
    assert says_part("take it at bedtime", "events", "", timing)
    assert not says_part("take it in bed", "events", "", timing)


def test_an_event_with_an_offset_is_not_said_by_the_event_alone() -> None:
    timing = Timing(events=("C",), offset=Amount("30", unit="min"))
    assert not says_part("with meals", "events", "30 minutes before meals", timing)
    assert says_part("30 minutes before meals", "events", "30 minutes before meals", timing)
