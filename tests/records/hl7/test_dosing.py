"""Doses and timings of orders in the words of a label."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.readers.hl7 import read_hl7
from assistant.records.amounts import Amount
from assistant.records.dosage import Dose, Step
from assistant.records.hl7 import chart as hl7
from assistant.records.hl7.dosing import steps
from assistant.records.hl7.message import messages
from assistant.records.hl7.orders import around
from assistant.records.model import Medication
from assistant.records.timing import Bounds, Timing

from .support import message, pid, segment

DRUG = "1^Prednisolone^RXNORM"


def order(*segments: str) -> tuple[Medication, ...]:
    data = message("RDE^O11", pid("1"), *segments).encode()
    (case,) = hl7.read(data, "a.hl7")
    found = hl7.chart_of("1", case.messages).medications
    text = read_hl7(data, "a.hl7")[0].text
    assert all(not m.dose or f"Dose: {m.dose}" in text for m in found)
    return found


def rxe(**fields: str) -> str:
    return segment("RXE", {2: DRUG, **{int(k[1:]): v for k, v in fields.items()}})


@pytest.mark.parametrize(
    ("segments", "dose"),
    [
        ((rxe(f1="^BID", f3="1", f5="TAB"),), "1 TAB twice a day"),
        ((rxe(f1="^Q6H&0600,1200^D7", f3="500", f4="1000", f5="mg"),), "500 to 1000 mg every 6 hours at 06:00 and 12:00 for 7 days"),
        ((rxe(f1="^QHS PRN", f3="1", f5="TAB"),), "1 TAB once a day at bedtime as needed"),
        ((rxe(f1="^BID~^QHS", f3="1", f5="TAB"),), "1 TAB twice a day, then 1 TAB once a day at bedtime"),
        ((rxe(f1="^BID~^QHS^^^^^^^A", f3="1", f5="TAB"),), "1 TAB twice a day, and 1 TAB once a day at bedtime"),
        ((rxe(f1="2&PUFF^TID", f3=""),), "2 PUFF 3 times a day"),
        ((rxe(f1="^ONCE", f3="40", f5="mg"),), "40 mg for 1 dose in all"),
        ((rxe(f1="^QJ135", f3="1", f5="TAB"),), "1 TAB on Monday, Wednesday and Friday"),
        ((rxe(f1="^EVERY FULL MOON", f3="1", f5="TAB"),), "1 TAB EVERY FULL MOON"),
        ((rxe(f3="1", f5="TAB", f7="^Take with food"), "TQ1|1||BID~AC", "RXR|PO^Oral"),
         "Take with food (1 TAB, twice a day, before meals, route Oral)"),
        ((rxe(f3="10", f5="mg"), "TQ1|1||Q8H|||5^d"), "10 mg every 8 hours for 5 days"),
        ((rxe(f3="40", f5="mg"), "TQ1|1||QD|||5^d||||||S", "TQ1|2|20^mg|QD|||5^d"),
         "40 mg once a day for 5 days, then 20 mg once a day for 5 days"),
        # The amount of one administration and how many are given each time are two things; a bare 1 says nothing.
        ((rxe(f3="500", f5="mg"), "TQ1|1|2|BID"), "500 mg twice a day, quantity 2 each time"),
        ((rxe(f3="500", f5="mg"), "TQ1|1|2^TAB|BID"), "500 mg twice a day, quantity 2 TAB each time"),
        ((rxe(f3="500", f5="mg"), "TQ1|1|1|BID"), "500 mg twice a day"),
        ((rxe(f3="2", f5="TAB"), "TQ1|1|2^tab|BID"), "2 TAB twice a day"),
        ((rxe(f3="1", f4="2", f5="TAB"), "TQ1|1|2^TAB|BID"), "1 to 2 TAB twice a day, quantity 2 TAB each time"),
        ((rxe(f3="10", f5="mg"), "TQ1|1||^^^^6^h"), "10 mg every 6 hours"),
        ((rxe(f3="500", f5="mL", f22="H1", f23="125", f24="mL"), "RXR|IV^Intravenous"), "500 mL at 125 mL per hour, route Intravenous"),
        ((rxe(f3="1", f5="L"), "TQ1|1||C"), "1 L continuously"),
    ],
)  # fmt: skip
def test_doses_in_words(segments: tuple[str, ...], dose: str) -> None:
    (found,) = order(*segments)
    assert found.dose == dose


def test_dates_and_reason_stand_apart() -> None:
    (found,) = order(rxe(f3="1", f5="TAB", f27="^Gout"), "TQ1|1||QD||||20250102|20250109")
    assert (found.start, found.end, found.reason) == ("2025-01-02", "2025-01-09", "Gout")


@pytest.mark.parametrize(
    ("orc", "status"),
    [
        ("ORC|NW|1", "recorded"),
        ("ORC|CA|1", "cancelled"),
        ("ORC|DC|1", "stopped"),
        ("ORC|HD|1", "on-hold"),
        ("ORC|SC|1|||CM", "completed"),
    ],
)
def test_what_is_to_be_done_with_the_order_is_its_status(orc: str, status: str) -> None:
    assert order(orc, rxe(f3="1", f5="TAB"))[0].status == status


def test_two_orders_of_one_medicine_stand_beside_each_other_and_a_change_replaces() -> None:
    first, second = order("ORC|NW|1", rxe(f3="40", f5="mg"), "ORC|NW|2", rxe(f3="20", f5="mg"))
    assert (first.dose, second.dose) == ("40 mg", "20 mg")
    (only,) = order("ORC|NW|1", rxe(f3="40", f5="mg"), "ORC|XO|1", rxe(f3="20", f5="mg"))
    assert only.dose == "20 mg"


def test_several_medicines_under_one_order_number_are_all_there() -> None:
    other = segment("RXE", {2: "2^Warfarin^RXNORM", 3: "5", 5: "mg"})
    assert {m.term.text for m in order("ORC|NW|1", rxe(f3="40", f5="mg"), other)} == {"Prednisolone", "Warfarin"}


def test_what_is_given_is_a_medicine_or_a_vaccine() -> None:
    data = message(
        "RAS^O17", pid("1"), "ORC|RE|1", "RXA|0|1|202501010800|202501010800|1^Morphine^RXNORM|10|mg" + "|" * 13 + "CP",
        "RXR|IV^Intravenous", "ORC|RE|2", "RXA|0|1|20250101||141^Influenza^CVX|999" + "|" * 14 + "RE",
    ).encode()  # fmt: skip
    (case,) = hl7.read(data, "a.hl7")
    chart = hl7.chart_of("1", case.messages)
    (given,), (vaccine,) = chart.medications, chart.immunizations
    assert (given.kind, given.dose, given.status) == ("given", "10 mg, route Intravenous", "completed")
    assert (vaccine.term.text, vaccine.status) == ("Influenza", "not-done")
    text = read_hl7(data, "a.hl7")[0].text
    assert "Not given: Influenza" in text and "Completion: refused, not given" in text and "Given: Morphine" in text


def test_the_reason_of_a_refusal_alone_says_that_a_vaccine_was_not_given() -> None:
    def given(fields: dict[int, str]) -> str:
        return segment("RXA", {1: "0", 2: "1", 3: "20250101", 5: "208^COVID-19^CVX", 6: "999", **fields})

    data = message(
        "VXU^V04", pid("1"), "ORC|RE|1", given({18: "00^Parental decision^NIP002"}), "ORC|RE|2",
        segment("RXA", {1: "0", 2: "1", 3: "20250102", 5: "141^Influenza^CVX", 6: "0.5", 7: "mL"}),
    ).encode()  # fmt: skip
    text = read_hl7(data, "a.hl7")[0].text
    assert "Not given: COVID-19" in text and "Given: Influenza" in text
    (case,) = hl7.read(data, "a.hl7")
    assert [v.status for v in hl7.chart_of("1", case.messages).immunizations] == ["not-done", "recorded"]


# Repeat patterns and what they mean, each kind once; the words of the standard's table 0335.
PATTERNS = {
    "BID": Timing(Amount("2"), Amount("1", unit="d")), "Q6H": Timing(Amount("1"), Amount("6", "", "h")),
    "Q4-6H": Timing(Amount("1"), Amount("4", "6", "h")), "QHS": Timing(Amount("1"), Amount("1", unit="d"), events=("HS",)),
    "QJ25": Timing(days=("tue", "fri")), "": Timing(),
}  # fmt: skip


@settings(deadline=None)
@given(st.integers(1, 90), st.integers(0, 90), st.sampled_from(["mg", "TAB", "mL"]), st.sampled_from(sorted(PATTERNS)),
       st.integers(0, 20), st.booleans(), st.sampled_from(["", "Oral", "Intravenous"]))  # fmt: skip
def test_a_written_order_is_read_back(
    low: int, more: int, unit: str, code: str, days: int, needed: bool, route: str
) -> None:
    high = low + more
    prn = [code, "PRN"] if needed else [code]
    tq1 = segment("TQ1", {1: "1", 3: "~".join(filter(None, prn)), 6: f"{days}^d" if days else ""})
    parts = [rxe(f3=str(low), f4=str(high), f5=unit), tq1, *([f"RXR|X^{route}"] if route else [])]
    (found,) = messages(message("RDE^O11", pid("1"), *parts).encode(), "a.hl7")
    ((at, beside),) = around(found).items()
    length = Bounds(length=Amount(str(days), "", "d")) if days else Bounds()
    assert steps(found.segments[at], beside.timings, beside.routes, beside.order) == [
        Step(
            doses=(Dose(Amount(str(low), str(high) if more else "", unit)),), timing=replace(PATTERNS[code], bounds=length),
            as_needed=needed, route=route,
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("timing", "dose"),
    [
        # As needed may stand in the priority (table 0485); the condition is then the need.
        ({3: "Q4H", 9: "PRN", 10: "wheeze"}, "40 mg every 4 hours as needed for wheeze"),
        ({3: "Q4H PRN", 10: "PRN wheeze"}, "40 mg every 4 hours as needed for wheeze"),
        ({3: "Q4H", 9: "R", 10: "if fasting"}, "40 mg every 4 hours, if fasting"),
        ({3: "ONCE", 9: "S"}, "40 mg for 1 dose in all, at once (stat)"),
        ({3: "BID", 9: "Fridays first"}, "40 mg twice a day, Fridays first"),
        # Two patterns that each name a time of day are two doses, and not one a day.
        ({3: "QAM~QHS"}, "40 mg in the morning and at bedtime"),
        ({3: "BID~AC"}, "40 mg twice a day before meals"),
        ({3: "QD", 7: "202504121200"}, "40 mg once a day from 2025-04-12 12:00"),
    ],
)
def test_priority_condition_and_several_patterns(timing: dict[int, str], dose: str) -> None:
    (found,) = order(rxe(f3="40", f5="mg"), segment("TQ1", {1: "1", **timing}))
    assert found.dose == dose


def test_the_total_of_a_day_is_told() -> None:
    (found,) = order(rxe(f3="40", f5="mg", f19="3^tab"), segment("TQ1", {1: "1", 3: "TID"}))
    assert found.dose == "40 mg 3 times a day, total daily dose 3 tab"
