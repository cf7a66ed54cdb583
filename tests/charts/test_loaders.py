"""Records of each kind to facts: what is stated, what is not a fact, and whose it is."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest

from assistant.errors import ReaderError
from assistant.records import notes, sources
from assistant.records.ccda import chart as ccda
from assistant.records.dosage import dosage_words
from assistant.records.fhir import bulk
from assistant.records.fhir.bundle import security_labels
from assistant.records.fhir.dosage import steps
from assistant.records.fhir.terms import parse
from assistant.records.hl7 import chart as hl7

from .support import HL7, bundle, condition


def chart(tmp_path: Path, data: bytes, name: str = "r.json"):
    path = tmp_path / name
    path.write_bytes(data)
    (part,) = sources.scan(str(path), sources.kind_of(path))
    return sources.load(part.patient_id, [part])


def status(code: str) -> dict:
    return {"coding": [{"code": code}]}


def test_what_is_wrong_or_refuted_is_no_fact(tmp_path: Path) -> None:
    found = chart(
        tmp_path,
        bundle(
            condition("a", "Gout"),
            condition("b", "Anaemia", verificationStatus=status("refuted")),
            condition("c", "Asthma", verificationStatus=status("entered-in-error")),
            {"resourceType": "MedicationRequest", "id": "m", "status": "active", "doNotPerform": True,
             "medicationCodeableConcept": {"text": "Ibuprofen"}, "subject": {"reference": "Patient/p1"}},
        ),
    )  # fmt: skip
    assert [p.term.text for p in found.problems] == ["Gout"]
    assert found.medications == ()
    assert {e.reason for e in found.excluded} == {"refuted", "entered-in-error", "do-not-perform"}


def test_numbers_keep_their_digits_and_components_are_results(tmp_path: Path) -> None:
    part = {"code": {"text": "Systolic"}, "valueQuantity": {"value": 7.10, "unit": "mm[Hg]"}}
    data = bundle(
        {"resourceType": "Observation", "id": "o", "status": "final", "code": {"text": "BP"}, "component": [part],
         "subject": {"reference": "Patient/p1"}}
    ).replace(b"7.1,", b"7.10,")  # fmt: skip
    (result,) = chart(tmp_path, data).results
    assert (result.value, result.number, result.unit) == ("7.10", "7.10", "mm[Hg]")


@pytest.mark.parametrize(
    "reference",
    [{"reference": "#x"}, {"reference": "Medication/m9"}, {"reference": "https://h.example/f/Medication/m9"}],
)
def test_medicines_are_found_by_reference(tmp_path: Path, reference: dict[str, str]) -> None:
    drug = {"resourceType": "Medication", "code": {"text": "Warfarin"}}
    order = {
        "resourceType": "MedicationRequest", "id": "m", "status": "active", "contained": [{**drug, "id": "x"}],
        "medicationReference": reference, "subject": {"reference": "Patient/p1"},
        "dosageInstruction": [{"text": "at night", "doseAndRate": [{"doseQuantity": {"value": 5, "unit": "mg"}}]}],
    }  # fmt: skip
    (found,) = chart(tmp_path, bundle(order, {**drug, "id": "m9"})).medications
    assert (found.term.text, found.dose) == ("Warfarin", "at night (5 mg)")


def test_doses_in_words() -> None:
    coded = parse(
        '[{"doseAndRate":[{"doseQuantity":{"value":1.0}}],"timing":{"repeat":{"frequency":2,"period":1,"periodUnit":"d"}}}]',
        "x",
    )
    assert dosage_words(steps(coded)) == "dose 1 twice a day"


def test_transaction_entries_without_an_id_are_called_by_their_url(tmp_path: Path) -> None:
    data = (
        b'{"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:p","resource":{"resourceType":"Patient"}},'
        b'{"fullUrl":"urn:uuid:c","resource":{"resourceType":"Condition","code":{"text":"Gout"},"subject":{"reference":"urn:uuid:p"}}}]}'
    )
    found = chart(tmp_path, data)
    assert (found.patient_id, found.problems[0].resource) == ("p", "Condition/c")


def test_no_known_allergy_is_not_an_allergy(tmp_path: Path) -> None:
    entry = {"resourceType": "AllergyIntolerance", "id": "a", "clinicalStatus": status("active"),
             "code": {"coding": [{"system": "http://snomed.info/sct", "code": "716186003", "display": "NKA"}]},
             "patient": {"reference": "Patient/p1"}}  # fmt: skip
    assert chart(tmp_path, bundle(entry)).allergies[0].negated


def test_bulk_lines_go_to_their_patients_with_the_medicines_they_name(tmp_path: Path) -> None:
    (tmp_path / "Patient.ndjson").write_text(
        '{"resourceType":"Patient","id":"a"}\n{"resourceType":"Patient","id":"b"}\n'
    )
    (tmp_path / "Medication.ndjson").write_text('{"resourceType":"Medication","id":"m","code":{"text":"Digoxin"}}\n')
    (tmp_path / "MedicationRequest.ndjson").write_text(
        '{"resourceType":"MedicationRequest","id":"r","status":"active","medicationReference":{"reference":"Medication/m"},'
        '"subject":{"reference":"Patient/b"}}\n'
    )
    parts = bulk.index(sorted(map(str, tmp_path.glob("*.ndjson"))))
    own = [part for part in parts if part.patient_id == "b"]
    assert [m.term.text for m in sources.load("b", own).medications] == ["Digoxin"]
    assert {part.patient_id for part in parts} == {"a", "b"}


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


def test_ccda_refuses_doctype_and_other_xml() -> None:
    with pytest.raises(ReaderError, match="document type"):
        ccda.charts_of(b'<!DOCTYPE ClinicalDocument [<!ENTITY a "b">]><ClinicalDocument/>', "x.xml")
    with pytest.raises(ReaderError, match="not a clinical document"):
        ccda.charts_of(b"<a/>", "x.xml")


def test_ccda_of_the_evaluation_data(evaluation_data: Path) -> None:
    data = (evaluation_data / "ccda" / "hl7_examples" / "Referral_Note.xml").read_bytes()
    (found,) = ccda.charts_of(data, "r.xml")
    assert {a.term.text for a in found.allergies} == {"Penicillin", "codeine"}
    assert found.patient_id != "444222222"  # a social security number names no file


def test_notes_give_only_headed_items() -> None:
    rows = notes.table(
        b'patient_id,date,note\n7,2026-01-02,"Allergies: NKDA\nMedications:\n- Metformin 500 mg twice daily\n\nDenies gout."\n',
        "n.csv",
    )
    found = notes.chart_of("7", [note for _, note in rows])
    assert [(m.term.text, m.dose) for m in found.medications] == [("Metformin", "500 mg twice daily")]
    assert [a.negated for a in found.allergies] == [True] and found.problems == ()


def test_a_head_of_quotation_marks_takes_no_time() -> None:
    started = time.process_time()
    with pytest.raises(ReaderError, match="no column"):
        notes.table(b'",","' + b'""' * 5_000 + b'"\n1,2\n', "n.csv")
    assert time.process_time() - started < 2
    assert csv.field_size_limit() == 131_072


def test_notes_longer_than_a_cell_of_csv_and_parted_by_semicolons() -> None:
    ((patient, note),) = notes.table(b"patient_id;note\n7;" + b"long " * 40_000, "n.csv")
    assert patient == "7" and len(note.text) > 190_000 and csv.field_size_limit() == 131_072


@pytest.mark.parametrize(
    ("name", "data"), [("a.json", b"{"), ("a.json", b"{}"), ("a.xml", b"<a"), ("a.hl7", b"x"), ("a.csv", b"a,b\n1,2\n")]
)
def test_broken_files_are_one_error(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ReaderError):
        sources.scan(str(tmp_path / name), sources.kind_of(tmp_path / name))


def test_security_labels_hold_resources_back(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_bytes(
        bundle(condition("a", "Gout"), condition("b", "X", meta={"security": [{"code": "PSYTHPN"}]}))
    )
    (part,) = sources.scan(str(tmp_path / "r.json"), "fhir")
    found = sources.load("p1", [part], visible=lambda label: label != "psychotherapy")
    assert [p.term.text for p in found.problems] == ["Gout"] and found.withheld == {"psychotherapy": 1}
    assert security_labels({"resourceType": "Condition"}) == frozenset()
