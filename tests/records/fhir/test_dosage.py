"""FHIR Dosage to words: what random Timings say against an oracle of its own, and the forms that exports use."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.records.dosage import dosage_words
from assistant.records.fhir.dosage import steps, timing
from assistant.records.timing import timing_words


def quantity(value: Any, unit: str = "mg") -> dict[str, Any]:
    return {"value": value, "unit": unit}


@pytest.mark.parametrize(
    ("dosage", "words"),
    [
        ({"doseAndRate": [{"doseRange": {"low": quantity(5), "high": quantity(10)}}]}, "5 to 10 mg"),
        ({"doseAndRate": [{"doseRange": {"high": quantity(10)}}]}, "up to 10 mg"),
        ({"doseAndRate": [{"rateRange": {"low": quantity(50, "mL/h"), "high": quantity(75, "mL/h")}}]}, "at 50 to 75 mL/h"),
        ({"doseAndRate": [{"rateRatio": {"numerator": quantity(1000, "units"), "denominator": quantity(1, "h")}}]},
         "at 1000 units per hour"),
        ({"dose": quantity(2, "g"), "route": {"text": "oral"}}, "2 g, route oral"),
        ({"doseAndRate": [{"doseQuantity": quantity(1, "tablet")}], "asNeededCodeableConcept": {"text": "pain"}},
         "1 tablet as needed for pain"),
        ({"asNeededFor": [{"text": "pain"}, {"text": "fever"}], "doseAndRate": [{"doseQuantity": quantity(1, "g")}]},
         "1 g as needed for pain or fever"),
        ({"timing": {"code": {"coding": [{"code": "BID"}]}}}, "twice a day"),
        ({"timing": {"code": {"text": "with the first cigarette"}}}, "with the first cigarette"),
        ({"timing": {"code": {"coding": [{"code": "BID", "display": "two times a day"}]},
                     "repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}}, "twice a day"),
        # A code that says something else than the structure stands beside it.
        ({"timing": {"code": {"coding": [{"code": "TID"}]}, "repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}},
         "twice a day (TID)"),
        ({"timing": {"code": {"coding": [{"code": "Q6H"}]}, "repeat": {"boundsDuration": quantity(7, "days")}}},
         "every 6 hours for 7 days"),
        ({"timing": {"repeat": {"boundsRange": {"low": quantity(5, "d"), "high": quantity(7, "d")}}}}, "for 5 to 7 days"),
        ({"timing": {"repeat": {"boundsPeriod": {"start": "2025-01-01"}}}}, "from 2025-01-01"),
        ({"timing": {"event": ["2025-01-01T08:00:00Z"]}}, "on 2025-01-01T08:00:00Z"),
        ({"timing": {"repeat": {"when": ["PCM"], "offset": 30}}}, "30 minutes after breakfast"),
        ({"text": "as told", "patientInstruction": "with water"}, "as told (with water)"),
        ({"patientInstruction": "with water"}, "with water"),
        ({"maxDosePerAdministration": quantity(800), "maxDosePerPeriod": {"numerator": quantity(4, "g"), "denominator": quantity(24, "h")}},
         "no more than 4 g per 24 hours, no more than 800 mg per dose"),
    ],
)  # fmt: skip
def test_words(dosage: dict[str, Any], words: str) -> None:
    assert dosage_words(steps([dosage])) == words


def test_digits_stay_as_they_are_written() -> None:
    assert dosage_words(steps([{"doseAndRate": [{"doseQuantity": quantity("0.50")}]}])) == "0.50 mg"


UNITS = {"s": "second", "min": "minute", "h": "hour", "d": "day", "wk": "week", "mo": "month", "a": "year"}
DAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
counts = st.integers(1, 30)


@st.composite
def repeats(draw: st.DrawFn) -> dict[str, Any]:
    """A Timing.repeat with every part that is given or not by chance, as an export may hold it."""
    found: dict[str, Any] = {}
    for key, unit in (("frequency", ""), ("period", "periodUnit"), ("duration", "durationUnit"), ("count", "")):
        if not draw(st.booleans()):
            continue
        found[key] = draw(counts)
        if draw(st.booleans()):
            found[f"{key}Max"] = found[key] + draw(counts)
        if unit:
            found[unit] = draw(st.sampled_from(list(UNITS)))
    found |= (
        {"dayOfWeek": draw(st.lists(st.sampled_from(list(DAYS)), unique=True, min_size=1))}
        if draw(st.booleans())
        else {}
    )
    found |= {"timeOfDay": [f"{draw(st.times()):%H:%M}:00"]} if draw(st.booleans()) else {}
    if draw(st.booleans()):
        found["boundsDuration"] = {"value": draw(counts), "code": draw(st.sampled_from(list(UNITS)))}
    return found


def told(repeat: dict[str, Any]) -> list[str]:
    """What has to stand in the words, by a second reading of FHIR's definition: each number with its meaning."""
    expected = []
    for key in ("frequency", "period", "duration", "count"):
        low, high = repeat.get(key), repeat.get(f"{key}Max")
        if low is None:
            continue
        number = f"{low} to {high}" if high else str(low)
        unit = UNITS.get(repeat.get(f"{key}Unit", ""), "")
        if key == "frequency":
            expected.append({"1": "once", "2": "twice"}.get(number, f"{number} times"))
            if number == "1" and (repeat.get("period", 1), repeat.get("periodMax")) != (1, None):
                expected.pop()  # "every 6 hours" is once in each
        elif key == "count":
            expected.append(f"for {number} dose{'' if number == '1' else 's'} in all")
        elif key == "period":
            expected.append(f"{'an' if unit == 'hour' else 'a'} {unit}" if number == "1" else f"every {number} {unit}s")
        else:
            expected.append(f"over {number} {unit}{'' if number == '1' else 's'} each time")
    expected += [DAYS[day] for day in repeat.get("dayOfWeek", ())]
    expected += [time[:5] for time in repeat.get("timeOfDay", ())]
    if bounds := repeat.get("boundsDuration"):
        expected.append(f"for {bounds['value']} {UNITS[bounds['code']]}{'' if bounds['value'] == 1 else 's'}")
    return expected


@given(repeats())
def test_every_part_of_a_timing_is_told_and_nothing_else(repeat: dict[str, Any]) -> None:
    words = timing_words(timing({"repeat": repeat}))
    assert words or not repeat
    left = words
    for part in told(repeat):
        assert part in left, (part, words)
        left = left.replace(part, "", 1)
    assert set(left.replace(",", " ").split()) <= {"on", "at", "and", "once"}
