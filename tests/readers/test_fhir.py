from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from assistant.errors import ReaderError
from assistant.readers.fhir import patients
from assistant.readers.records import read_json, read_jsonl


def concept(text: str) -> dict[str, Any]:
    return {"text": text}


PATIENT = {
    "resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1950-02-03",
    "name": [{"family": "Lee", "given": ["Ann", "Mae"], "prefix": ["Mrs."]}],
    "identifier": [
        {"type": {"coding": [{"code": "MR"}], "text": "Medical Record Number"}, "value": "MRN-77"},
        {"type": {"coding": [{"code": "SS"}]}, "system": "http://hl7.org/fhir/sid/us-ssn", "value": "999-11-2222"},
    ],
    "telecom": [{"system": "phone", "value": "555-123-4567"}],
    "address": [{"line": ["1 Main St"], "city": "Salem", "postalCode": "01970"}],
}  # fmt: skip
CHART: list[dict[str, Any]] = [
    {"resourceType": "Condition", "id": "c1", "code": concept("Hypertension"), "onsetDateTime": "2001-05-06T10:00:00Z",
     "clinicalStatus": {"coding": [{"code": "active"}]}, "verificationStatus": {"coding": [{"code": "confirmed"}]}},
    {"resourceType": "MedicationRequest", "id": "m1", "status": "active", "intent": "order", "authoredOn": "2001-05-06",
     "medicationCodeableConcept": concept("Lisinopril 10 MG Oral Tablet"), "reasonReference": [{"reference": "Condition/c1"}],
     "dosageInstruction": [{"timing": {"repeat": {"frequency": 1, "period": 1.0, "periodUnit": "d"}},
                            "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}]}]},
    {"resourceType": "Observation", "id": "o1", "status": "final", "code": concept("Blood pressure"),
     "effectiveDateTime": "2020-01-02", "component": [
         {"code": concept("Systolic"), "valueQuantity": {"value": 142.00001, "unit": "mm[Hg]"}},
         {"code": concept("Diastolic"), "valueQuantity": {"value": 88, "unit": "mm[Hg]"}}]},
    {"resourceType": "Observation", "id": "o2", "status": "final", "code": concept("Troponin"),
     "valueQuantity": {"comparator": "<", "value": 0.01, "unit": "ng/mL"},
     "referenceRange": [{"high": {"value": 0.04, "unit": "ng/mL"}}], "interpretation": [concept("Normal")]},
    {"resourceType": "AllergyIntolerance", "id": "a1", "code": concept("Penicillin"), "criticality": "high",
     "reaction": [{"manifestation": [concept("Hives")], "severity": "severe"}]},
    {"resourceType": "DocumentReference", "id": "d1", "type": concept("Discharge note"), "date": "2020-03-01",
     "content": [{"attachment": {"contentType": "text/plain", "data": base64.b64encode(b"Patient walks well.").decode()}}]},
    {"resourceType": "Basic", "id": "b1", "code": concept("Referral"), "created": "2020-01-01"},
]  # fmt: skip


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}


def with_subject(resource: dict[str, Any], reference: str) -> dict[str, Any]:
    key = "patient" if resource["resourceType"] == "AllergyIntolerance" else "subject"
    return {**resource, key: {"reference": reference}}


def test_a_bundle_reads_as_sentences_located_by_resource() -> None:
    data = json.dumps(bundle(PATIENT, *(with_subject(r, "Patient/p1") for r in CHART))).encode()
    (document,) = read_json(data, "ann_lee.json")
    said = {s.locator: document.text[s.start : s.end] for s in document.sections}
    assert said["Condition/c1"] == "Condition: Hypertension, status active, onset on 2001-05-06."
    assert said["MedicationRequest/m1"] == (
        "Medication: Lisinopril 10 MG Oral Tablet, status active, 1 tablet once every day, ordered on 2001-05-06, for Hypertension."
    )
    assert said["Observation/o1"] == "Blood pressure: Systolic 142 mm[Hg], Diastolic 88 mm[Hg], on 2020-01-02."
    assert said["Observation/o2"] == "Troponin: <0.01 ng/mL, interpretation Normal, reference range 0.04 ng/mL or less."
    assert said["AllergyIntolerance/a1"].startswith(
        "Allergy or intolerance: Penicillin, criticality high, reaction Hives"
    )
    assert said["DocumentReference/d1"].endswith("Patient walks well.")
    assert said["Basic/b1"] == "Basic.\ncode: Referral\ncreated: 2020-01-01"
    assert "Date of birth: 1950-02-03." in said["Patient/p1"]


def test_identifiers_are_known_by_field_and_the_title_names_nobody() -> None:
    (document,) = read_json(json.dumps(bundle(PATIENT)).encode(), "x.json")
    assert document.title == "Patient p1"
    assert document.fields["MRN"] == ("MRN-77",)
    assert document.fields["US_SSN"] == ("999-11-2222",)
    assert document.fields["DATE_OF_BIRTH"] == ("1950-02-03",)
    assert {"Ann Mae Lee", "Lee", "Lee, Ann"} <= set(document.fields["PERSON"])


def test_each_patient_is_a_document_and_nobodys_facts_move() -> None:
    other = {**PATIENT, "id": "p2"}
    first = with_subject(CHART[0], "Patient/p1")
    second = with_subject({**CHART[0], "id": "c2", "code": concept("Asthma")}, "Patient/p2")
    documents = read_json(json.dumps(bundle(PATIENT, other, second, first)).encode(), "two.json")
    assert [d.title for d in documents] == ["Patient p1", "Patient p2"]
    assert "Asthma" not in documents[0].text
    assert "Hypertension" not in documents[1].text


def test_references_by_urn_are_followed() -> None:
    data = bundle(PATIENT, with_subject(CHART[0], "urn:uuid:abc"))
    data["entry"][0]["fullUrl"] = "urn:uuid:abc"
    (record,) = patients([data], "x.json")
    assert record.patient_id == "p1"
    assert len(record.resources) == 2


def test_bulk_lines_are_grouped_by_patient() -> None:
    lines = [with_subject({**CHART[0], "id": f"c{n}"}, f"Patient/p{n % 2}") for n in range(6)]
    documents = read_jsonl("\n".join(map(json.dumps, lines)).encode(), "Condition.ndjson")
    assert [d.title for d in documents] == ["Patient p0", "Patient p1"]
    assert [len(d.sections) for d in documents] == [3, 3]


@pytest.mark.parametrize(
    "value",
    [
        {"resourceType": "Bundle"},
        {"resourceType": "Bundle", "entry": "x"},
        {"resourceType": "Bundle", "entry": [None, 3, {"resource": []}]},
    ],
)
def test_an_empty_bundle_is_a_problem(value: dict[str, Any]) -> None:
    with pytest.raises(ReaderError):
        read_json(json.dumps(value).encode(), "x.json")


def test_sample_records_lose_no_condition_or_medication(evaluation_data) -> None:  # type: ignore[no-untyped-def]
    for path in sorted((evaluation_data / "fhir").glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        (document,) = read_json(path.read_bytes(), path.name)
        said = {s.locator: document.text[s.start : s.end] for s in document.sections}
        for entry in data["entry"]:
            resource = entry["resource"]
            text = said[f"{resource['resourceType']}/{resource['id']}"]
            name = resource.get("code") or resource.get("medicationCodeableConcept") or {}
            assert name.get("text", "") in text
