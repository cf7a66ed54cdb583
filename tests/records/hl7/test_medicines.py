"""Medicines of messages: ordered, dispensed, given; replaced, stopped, taken back."""

from __future__ import annotations

import pytest

from assistant.records.hl7 import chart
from assistant.records.model import Chart

from .support import message, pid, segment


def read(*segments: str, kind: str = "RDE^O11") -> Chart:
    (case,) = chart.read(message(kind, pid("1"), *segments).encode(), "m.hl7")
    return chart.chart_of("1", case.messages)


GIVEN = {1: "0", 2: "1", 3: "20250110", 5: "m^Metformin^L", 6: "500", 7: "mg"}
ORDER = "RXE|1^^^20250102^20250301|m^Metformin^L|500||mg"


@pytest.mark.parametrize(
    ("order", "status"),
    [
        ("ORC|NW|A1", "recorded"),
        ("ORC|CA|A1", "cancelled"),
        ("ORC|DC|A1", "stopped"),
        ("ORC|HD|A1", "on-hold"),
        ("ORC|SC|A1|||CM", "completed"),
        ("ORC|SC|A1|||DC", "stopped"),
        ("ORC|ca|A1", "cancelled"),
        ("ORC|XX|A1|||YY", "recorded"),
    ],
)
def test_an_order_stands_as_its_control_and_status_say(order: str, status: str) -> None:
    (medicine,) = read(order, ORDER).medications
    assert (medicine.term.text, medicine.status, medicine.kind) == ("Metformin", status, "ordered")
    assert (medicine.start, medicine.end) == ("2025-01-02", "2025-03-01")


def test_a_later_message_about_the_order_replaces_it_and_an_erroneous_one_takes_it_back() -> None:
    later = read("ORC|NW|A1", ORDER, "ORC|XO|A1", ORDER.replace("500", "850"))
    (medicine,) = later.medications
    assert "850" in medicine.dose and "500" not in medicine.dose
    gone = read("ORC|NW|A1", ORDER, "ORC|DE|A1", ORDER)
    assert gone.medications == () and [e.reason for e in gone.excluded] == ["entered-in-error"]
    two = read("ORC|NW|A1", ORDER, "ORC|NW|A2", ORDER.replace("Metformin", "Glipizide"))
    assert [m.term.text for m in two.medications] == ["Metformin", "Glipizide"]


def test_what_is_dispensed_is_no_order_and_has_its_own_day() -> None:
    found = read("ORC|NW|A1", ORDER, "RXD|1|m^Metformin^L|20250105", kind="RDS^O13")
    assert [(m.kind, m.start) for m in found.medications] == [("ordered", "2025-01-02"), ("dispensed", "2025-01-05")]


@pytest.mark.parametrize(
    ("code", "status"), [("CP", "completed"), ("PA", "partially-administered"), ("RE", "not-done"), ("", "recorded")]
)
def test_what_was_given_says_whether_it_was(code: str, status: str) -> None:
    (given,) = read(segment("RXA", GIVEN | {20: code}), kind="RAS^O17").medications
    assert (given.kind, given.status, given.start) == ("given", status, "2025-01-10")


@pytest.mark.parametrize(("kind", "system"), [("VXU^V04", "L"), ("RAS^O17", "CVX")])
def test_a_vaccine_is_one_by_its_message_or_by_its_code(kind: str, system: str) -> None:
    found = read(segment("RXA", GIVEN | {5: f"208^Influenza vaccine^{system}", 20: "CP"}), kind=kind)
    assert [(i.term.text, i.date) for i in found.immunizations] == [("Influenza vaccine", "2025-01-10")]
    assert found.medications == ()


def test_a_deleted_administration_is_taken_back() -> None:
    given, deleted = (segment("RXA", GIVEN | {20: "CP", 21: action}) for action in ("A", "D"))
    found = read(given, deleted, kind="RAS^O17")
    assert found.medications == () and [e.reason for e in found.excluded] == ["deleted"]


def test_a_medicine_without_a_name_is_unread_and_none_is_a_denial() -> None:
    nameless = read("ORC|NW|A1", "RXE|1||500||mg")
    assert nameless.medications == () and [u.section for u in nameless.unread] == ["medications"]
    none = read("ORC|NW|A1", "RXE|1|x^No known medications^L")
    assert none.medications == () and [d.section for d in none.denials] == ["medications"]
