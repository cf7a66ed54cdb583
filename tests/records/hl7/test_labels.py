"""What asks for a further label stands under it, in prose and in facts, and is not called silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.readers.hl7 import read_hl7
from assistant.records import sources
from assistant.records.model import silent

from .support import message, obx, pid, segment


def order(number: str, mark: str) -> str:
    return segment("ORC", {1: "RE", 2: number, 28: mark})


@pytest.mark.parametrize(
    ("kind", "segments", "label"),
    [
        ("ORU^R01", (order("1", "V"), "OBR|1|1", obx("S^Secret", "Reactive")), "restricted"),
        ("ORU^R01", (order("1", "PSY^Psychiatric"), "OBR|1|1", obx("S^Secret", "Reactive")), "psychotherapy"),
        ("ORU^R01", (order("1", "AID"), "OBR|1|1", obx("S^Secret", "Reactive")), "restricted"),
        ("MDM^T02", (segment("TXA", {1: "1", 2: "PN", 12: "D1", 18: "R"}), obx("S^Secret", "Reactive", kind="TX")), "restricted"),
        ("ADT^A01", (segment("DG1", {1: "1", 3: "F^Secret Reactive^I10", 18: "Y"}),), "restricted"),
        ("ADT^A01", (segment("PD1", {12: "Y"}), "DG1|1||F^Secret Reactive^I10"), "restricted"),
        ("ADT^A01", ("ARV|1|A|XYZ", "DG1|1||F^Secret Reactive^I10"), "restricted"),
    ],
)  # fmt: skip
def test_labels_of_both(kind: str, segments: tuple[str, ...], label: str, tmp_path: Path) -> None:
    data = (
        message(kind, pid("1"), *segments) + message("ADT^A08", pid("1"), "AL1|1||P^Penicillin", control="M2")
    ).encode()
    plain, marked = read_hl7(data, "a.hl7")
    assert "Reactive" not in plain.text and "Penicillin" in plain.text and not plain.labels
    assert "Reactive" in marked.text and marked.labels == {label}
    assert plain.metadata["record"] != marked.metadata["record"]
    path = tmp_path / "a.hl7"
    path.write_bytes(data)
    (part,) = sources.scan(str(path), "hl7")
    seen = sources.load("1", [part], visible=lambda wanted: wanted != label)
    assert "Reactive" not in str(seen) and [a.term.text for a in seen.allergies] == ["Penicillin"]
    assert seen.withheld == {label: 1} and silent(seen, ("problems", "results")) == ()
    assert seen.person.name == "Mei Lund" and "Reactive" in str(sources.load("1", [part]))


@pytest.mark.parametrize(
    "segments", [(order("1", "U"), obx("S^Zinc", "12")), ("ARV|1|A|NO",), (segment("PD1", {12: "N"}),)]
)
def test_usual_control_asks_for_nothing(segments: tuple[str, ...]) -> None:
    data = message("ORU^R01", pid("1"), *segments, obx("T^Iron", "9")).encode()
    (document,) = read_hl7(data, "a.hl7")
    assert not document.labels


def test_an_order_without_a_mark_beside_one_with_it_stays_open() -> None:
    data = message(
        "ORU^R01", pid("1"), order("1", "V"), obx("S^Secret", "Reactive"), order("2", ""), obx("Z^Zinc", "12")
    ).encode()
    plain, marked = read_hl7(data, "a.hl7")
    assert "Zinc" in plain.text and "Reactive" not in plain.text and "Zinc" not in marked.text
