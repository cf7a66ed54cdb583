"""Which results stand, and that prose and facts agree about it."""

from __future__ import annotations

import time

import pytest

from assistant.readers.hl7 import read_hl7
from assistant.records.hl7 import chart as hl7
from assistant.records.model import Chart

from .support import message, obx, pid


def read(*texts: str) -> tuple[Chart, str]:
    data = "".join(texts).encode()
    (case,) = hl7.read(data, "a.hl7")
    (document,) = read_hl7(data, "a.hl7")
    return hl7.chart_of(case.patient_id, case.messages), document.text


def oru(*segments: str, control: str = "M1", when: str = "20250101") -> str:
    return message("ORU^R01", pid("1"), *segments, control=control, when=when)


@pytest.mark.parametrize(
    ("state", "reason"), [("W", "entered-in-error"), ("D", "deleted"), ("X", "cancelled"), ("N", "not-done")]
)
def test_what_the_laboratory_takes_back_is_no_fact(state: str, reason: str) -> None:
    chart, text = read(
        oru("OBR|1|O1", obx("HIV^HIV antibody", "Reactive", status=state, flag="A"), "NTE|1||Reactive twice")
    )
    assert not chart.results and [e.reason for e in chart.excluded] == [reason]
    assert "Reactive" not in text and "HIV antibody: " in text


def test_an_order_that_was_cancelled_has_no_results() -> None:
    report = "OBR|1|O1||X^Panel" + "|" * 21 + "X"
    chart, text = read(oru(report, obx("A^Zinc", "12"), "OBR|2|O2||Y^Other" + "|" * 21 + "F", obx("B^Iron", "9")))
    assert [r.term.text for r in chart.results] == ["Iron"] and "12" not in text.replace("20250101", "")


@pytest.mark.parametrize(
    ("state", "status"), [("P", "preliminary"), ("R", "preliminary"), ("C", "corrected"), ("F", "final")]
)
def test_results_say_how_far_they_are(state: str, status: str) -> None:
    chart, text = read(oru("OBR|1|O1", obx("A^Zinc", "12", status=state)))
    assert chart.results[0].status == status and f"Zinc: 12 ({status})" in text


def test_the_status_of_the_report_holds_where_a_result_has_none() -> None:
    chart, _ = read(oru("OBR|1|O1||X^Panel" + "|" * 21 + "P", obx("A^Zinc", "12", status="")))
    assert chart.results[0].status == "preliminary"


def test_a_correction_replaces_in_facts_and_in_prose() -> None:
    chart, text = read(
        oru("OBR|1|O1", obx("K^Potassium", "6.1"), obx("NA^Sodium", "120")),
        oru(
            "OBR|1|O1",
            obx("K^Potassium", "4.1", status="C"),
            obx("NA^Sodium", "", status="W"),
            control="M2",
            when="20250102",
        ),
    )
    assert [(r.term.text, r.value) for r in chart.results] == [("Potassium", "4.1")]
    assert "6.1" not in text and "120" not in text and "4.1 (corrected)" in text


def test_the_message_that_came_first_counts_by_its_time_and_not_by_its_place() -> None:
    chart, text = read(
        oru("OBR|1|O1", obx("K^Potassium", "4.1", status="C"), control="M2", when="20250102"),
        oru("OBR|1|O1", obx("K^Potassium", "6.1"), when="20250101"),
    )
    assert [r.value for r in chart.results] == ["4.1"] and "6.1" not in text


def test_other_orders_and_other_times_stand_beside_each_other() -> None:
    chart, _ = read(
        oru("OBR|1|O1", obx("G^Glucose", "5", when="202501010800"), obx("G^Glucose", "9", when="202501011000")),
        oru("OBR|1|O1", obx("G^Glucose", "7", when="202501011200"), control="M2", when="20250102"),
        oru("OBR|1|O2", obx("G^Glucose", "4", when="202501010800"), control="M3", when="20250103"),
    )
    assert {r.value for r in chart.results} == {"5", "9", "7", "4"}


def test_a_correction_among_several_is_of_the_one_of_its_time() -> None:
    chart, _ = read(
        oru("OBR|1|O1", obx("G^Glucose", "5", when="202501010800")),
        oru("OBR|1|O1", obx("G^Glucose", "9", when="202501011000"), control="M2", when="20250102"),
        oru("OBR|1|O1", obx("G^Glucose", "6", status="C", when="202501010800"), control="M3", when="20250103"),
    )
    assert {r.value for r in chart.results} == {"9", "6"}


def test_what_was_preliminary_is_final_without_being_sent_again() -> None:
    chart, text = read(
        oru("OBR|1|O1", obx("C^Culture", "E. coli", status="P")),
        oru("OBR|1|O1", obx("C^Culture", "", status="U"), control="M2", when="20250102"),
    )
    assert [(r.value, r.status) for r in chart.results] == [("E. coli", "final")] and "E. coli (final)" in text


def test_lines_of_a_text_are_one_result_and_are_replaced_as_one() -> None:
    chart, text = read(
        oru(
            "OBR|1|O1",
            *(obx("R^Report", line, kind="TX") for line in ("Shadow on the left.", "Seen twice.", "Old scar.")),
        ),
        oru("OBR|1|O1", obx("R^Report", "No shadow.", kind="TX", status="C"), control="M2", when="20250102"),
    )
    assert [r.value for r in chart.results] == ["No shadow."] and "left" not in text and "scar" not in text


def test_texts_of_different_tests_stay_apart() -> None:
    chart, text = read(
        oru("OBR|1|O1", obx("A^HCV", "Nonreactive", flag="N"), obx("B^HBV", "Reactive", flag="A", when="20250311"))
    )
    assert [(r.term.text, r.value, r.flag) for r in chart.results] == [
        ("HCV", "Nonreactive", "normal"),
        ("HBV", "Reactive", "abnormal"),
    ]
    assert "HBV: Reactive (abnormal, final, 2025-03-11)" in text


def test_documents_that_are_cancelled_or_replaced_do_not_stand() -> None:
    def mdm(event: str, number: str, words: str, control: str, parent: str = "", state: str = "") -> str:
        txa = f"TXA|1|DS^Discharge summary|TX|20250101||||||||{number}|{parent}|||||{state}"
        return message(
            f"MDM^{event}", pid("1"), txa, obx("T^Text", words, kind="TX"), control=control, when=f"2025010{control[1]}"
        )

    chart, text = read(
        mdm("T02", "D1", "Wrong man.", "M1"), mdm("T02", "D2", "Went home.", "M2"), mdm("T11", "D1", "", "M3"),
        mdm("T10", "D3", "Went home well.", "M4", parent="D2"), mdm("T02", "D5", "Draft words.", "M5", state="x|OB"),
    )  # fmt: skip
    assert [n.text for n in chart.notes] == ["Went home well."]
    assert "Wrong man" not in text and "Went home." not in text and "Draft words" not in text


def test_what_is_deleted_elsewhere_is_void_in_both() -> None:
    chart, text = read(
        message(
            "ADT^A01", pid("1"), "DG1|1||E11^Diabetes^I10", "DG1|2||I10^Hypertension^I10" + "|" * 18 + "D",
            "IAM|1||P^Penicillin|SV|Rash|A", "IAM|2||L^Latex|MI||D", "PRB|AD|2025|M10^Gout^I10|1||||||||||active",
            "PRB|DE|2025|N20^Kidney stone^I10|2",
        )
    )  # fmt: skip
    assert {p.term.text: p.status for p in chart.problems} == {"Diabetes": "recorded", "Gout": "active"}
    assert [a.term.text for a in chart.allergies] == ["Penicillin"]
    for gone in ("Hypertension", "Latex", "Kidney stone"):
        assert gone not in text


def test_long_series_take_time_in_proportion() -> None:
    minutes = [f"20250101{n // 60:02d}{n % 60:02d}" for n in range(1_400)]
    started = time.process_time()
    pulses = [oru("OBR|1|O1", obx("P^Pulse", "60", when=at), control=f"C{at}", when=at) for at in minutes]
    assert len(read(*pulses)[0].results) == 1_400
    many = "".join(f"ORC|NW|{n}\rRXE||{n}^Drug {n}^L|1||TAB\rTQ1|1||BID\r" for n in range(4_000))
    found, _ = read(message("RDE^O11", pid("1")) + many)
    assert len(found.medications) == 4_000 and found.medications[-1].dose == "1 TAB twice a day"
    assert time.process_time() - started < 20  # quadratic work takes minutes
