"""Records of each kind to facts: what is stated, what is not a fact, and whose it is."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from assistant.errors import ReaderError
from assistant.records.ccda import chart as ccda
from assistant.records.dosage import dosage_words
from assistant.records.fhir.dosage import steps
from assistant.records.fhir.terms import parse
from assistant.records.hl7 import chart as hl7

from .support import HL7


def test_doses_in_words() -> None:
    coded = parse(
        '[{"doseAndRate":[{"doseQuantity":{"value":1.0}}],"timing":{"repeat":{"frequency":2,"period":1,"periodUnit":"d"}}}]',
        "x",
    )
    assert dosage_words(steps(coded)) == "dose 1 twice a day"


def test_hl7_corrections_replace_and_withdrawals_remove() -> None:
    found = hl7.chart_of("4711", hl7.read(HL7, "x.hl7")[0].messages)
    assert {(r.term.text, r.value) for r in found.results} == {("Potassium", "4.1"), ("Comment", "a&b")}
    assert [e.reason for e in found.excluded] == ["entered-in-error"]
    assert [(a.term.text, a.negated) for a in found.allergies] == [
        ("Penicillin", False),
        ("No known food allergy", True),
    ]
    assert found.problems[0].onset == "2020-01-01" and found.encounters[0].start == "2026-01-01"
    assert found.notes[0].text == "Impression: Stable on treatment." and found.person.name == "Mei Lund"


def test_a_field_repeated_thousands_of_times_is_read_in_one_pass() -> None:
    data = b"MSH|^~\\&|A\rPID|1||" + b"47&1^2^3^4^MR~" * 9_000 + b"\rOBX|1|ST|a^b||x|||" + b"H^x~" * 9_000
    started = time.process_time()
    found = hl7.chart_of("47", hl7.read(data, "x.hl7")[0].messages)
    assert time.process_time() - started < 5  # quadratic work takes minutes
    assert found.person.identifiers["MRN"] == ("47",) and found.results[0].flag == "high"
    with pytest.raises(ReaderError, match="repeats more than"):
        list(hl7.read(data.replace(b"47&1", b"47&1^2^3^4^MR~47&1"), "x.hl7"))


def test_ccda_of_the_evaluation_data(evaluation_data: Path) -> None:
    data = (evaluation_data / "ccda" / "hl7_examples" / "Referral_Note.xml").read_bytes()
    (found,) = ccda.charts_of(data, "r.xml")
    assert {a.term.text for a in found.allergies} == {"Penicillin", "codeine"}
    assert found.patient_id != "444222222"  # a social security number names no file
