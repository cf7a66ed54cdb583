"""Dosages in words: steps, limits, rates, and what stands beside the record's own words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.records.amounts import Amount
from assistant.records.dosage import Dose, Limit, Step, dosage_words
from assistant.records.timing import Bounds, Timing

DAILY = Timing(Amount("1"), Amount("1", unit="d"))
FIVE_DAYS = replace(DAILY, bounds=Bounds(length=Amount("5", unit="d")))


def mg(number: str, high: str = "") -> tuple[Dose, ...]:
    return (Dose(Amount(number, high, "mg")),)


def test_a_taper_is_told_in_its_order() -> None:
    taper = [Step(doses=mg("20"), timing=FIVE_DAYS, sequence=2), Step(doses=mg("40"), timing=FIVE_DAYS, sequence=1)]
    assert dosage_words(taper) == "40 mg once a day for 5 days, then 20 mg once a day for 5 days"


def test_steps_of_one_sequence_go_together() -> None:
    both = [
        Step(doses=mg("5"), timing=Timing(events=("MORN",)), sequence=1),
        Step(doses=mg("10"), timing=Timing(events=("HS",)), sequence=1),
    ]
    assert dosage_words(both) == "5 mg in the morning, and 10 mg at bedtime"


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (Step(doses=mg("5", "10"), timing=DAILY, as_needed=True, reasons=("pain",)),
         "5 to 10 mg once a day as needed for pain"),
        (Step(doses=(Dose(rate=Amount("1000", unit="units"), per=Amount("1", unit="h")),), route="intravenous"),
         "at 1000 units per hour, route intravenous"),
        (Step(doses=(Dose(Amount("500", unit="mL"), Amount("50", unit="mL/h")),)), "500 mL at 50 mL/h"),
        (Step(doses=(Dose(Amount("1.0")),), timing=DAILY), "dose 1 once a day"),
        (Step(doses=(Dose(Amount("10", unit="[iU]")),), site="left arm"), "10 IU, site left arm"),
        (Step(doses=(Dose(Amount("2", unit="{puff}")),)), "2 puff"),
        (Step(doses=mg("3"), limits=(Limit(Amount("10", unit="mg"), Amount("1", unit="d")),)),
         "3 mg, no more than 10 mg per day"),
        (Step(limits=(Limit(Amount("4", unit="g"), Amount("24", unit="h")),)), "no more than 4 g per 24 hours"),
        (Step(), ""),
    ],
)  # fmt: skip
def test_words(step: Step, words: str) -> None:
    assert dosage_words([step]) == words


@pytest.mark.parametrize(
    ("text", "step", "words"),
    [
        ("Take as directed", Step(doses=mg("5"), timing=DAILY), "Take as directed (5 mg, once a day)"),
        ("5 mg once daily", Step(doses=mg("5"), timing=DAILY), "5 mg once daily"),
        # What the words and the codes say differently stands there twice.
        ("15 mg daily", Step(doses=mg("5"), timing=DAILY), "15 mg daily (5 mg)"),
        ("5 mg twice daily", Step(doses=mg("5"), timing=DAILY), "5 mg twice daily (once a day)"),
        ("5 mg daily", Step(doses=mg("5"), timing=FIVE_DAYS), "5 mg daily (for 5 days)"),
        ("5 mg 6 hourly", Step(timing=Timing(Amount("1"), Amount("1", unit="h"))), "5 mg 6 hourly (once an hour)"),
        ("one tablet at night prn", Step(doses=(Dose(Amount("1", unit="tablet")),), timing=Timing(events=("HS",)), as_needed=True),
         "one tablet at night prn"),
        ("by mouth", Step(route="Oral"), "by mouth (route Oral)"),
    ],
)  # fmt: skip
def test_the_records_words_go_first_and_lose_nothing(text: str, step: Step, words: str) -> None:
    assert dosage_words([replace(step, text=text)]) == words
