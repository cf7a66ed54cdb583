from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from assistant.errors import ReaderError
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
        "Medication: Lisinopril 10 MG Oral Tablet, status active, 1 tablet once a day, ordered on 2001-05-06, for Hypertension."
    )
    assert said["Observation/o1"] == "Blood pressure: Systolic 142.00001 mm[Hg], Diastolic 88 mm[Hg], on 2020-01-02."
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


def test_labelled_resources_stand_in_a_document_of_their_own() -> None:
    secret = with_subject(
        {**CHART[0], "code": concept("Trauma"), "meta": {"security": [{"code": "PSY"}]}}, "Patient/p1"
    )
    open_one = with_subject({**CHART[0], "id": "c2"}, "Patient/p1")
    plain, apart = read_json(json.dumps(bundle(PATIENT, secret, open_one)).encode(), "x.json")
    assert (plain.labels, apart.labels) == (frozenset(), {"psychotherapy"})
    assert "Trauma" not in plain.text and "Hypertension" not in apart.text
    assert plain.metadata["record"] != apart.metadata["record"]
    # Both know the person, so that both can be redacted by field.
    assert plain.fields["MRN"] == apart.fields["MRN"] == ("MRN-77",)


def test_what_states_nothing_is_named_and_not_told() -> None:
    wrong = with_subject({**CHART[3], "status": "entered-in-error"}, "Patient/p1")
    refuted = with_subject({**CHART[0], "verificationStatus": {"coding": [{"code": "refuted"}]}}, "Patient/p1")
    changed = with_subject({**CHART[4], "modifierExtension": [{"url": "http://h.example/not"}]}, "Patient/p1")
    (document,) = read_json(json.dumps(bundle(PATIENT, wrong, refuted, changed)).encode(), "x.json")
    said = " ".join(document.text[s.start : s.end] for s in document.sections)
    assert not any(word in said for word in ("Troponin", "Hypertension", "Penicillin"))
    assert "Left out (entered-in-error): Observation/o2." in document.text


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        ({"resourceType": "ServiceRequest", "id": "s", "status": "active", "doNotPerform": True, "code": concept("Resuscitation")},
         "Not to be done: Resuscitation, status active."),
        ({"resourceType": "MedicationRequest", "id": "s", "status": "active", "intent": "order", "doNotPerform": True,
          "medicationCodeableConcept": concept("Ibuprofen"), "dosageInstruction": [{"text": "three times a day"}]},
         "Not to be given: Ibuprofen, status active."),
        ({"resourceType": "MedicationStatement", "id": "s", "status": "not-taken", "medicationCodeableConcept": concept("Aspirin"),
          "statusReason": [concept("bleeding")]}, "Medication not taken: Aspirin, status not-taken, because of bleeding."),
        ({"resourceType": "Procedure", "id": "s", "status": "not-done", "code": concept("Colonoscopy")},
         "Procedure not done: Colonoscopy, status not-done."),
        ({"resourceType": "Observation", "id": "s", "status": "amended", "code": concept("Sodium"),
          "valueQuantity": {"value": 131, "unit": "mmol/L"}}, "Sodium: 131 mmol/L, status amended."),
        ({"resourceType": "Condition", "id": "s", "code": {"coding": [{"code": "160245001", "display": "No current problems"}]}},
         "The record states: No current problems."),
        # Releases before R4 have flags for it.
        ({"resourceType": "Procedure", "id": "s", "status": "completed", "notDone": True, "code": concept("Colonoscopy")},
         "Procedure not done: Colonoscopy, status not-done."),
        ({"resourceType": "MedicationStatement", "id": "s", "status": "active", "taken": "n",
          "medicationCodeableConcept": concept("Aspirin")}, "Medication not taken: Aspirin, status not-taken."),
        ({"resourceType": "MedicationStatement", "id": "s", "status": "active", "taken": "y",
          "medicationCodeableConcept": concept("Aspirin")}, "Medication taken: Aspirin, status active."),
        # A name that begins alike denies nothing.
        ({"resourceType": "Condition", "id": "s", "code": concept("No-reflow phenomenon")}, "Condition: No-reflow phenomenon."),
        ({"resourceType": "NutritionOrder", "id": "s", "doNotPerform": True, "code": concept("Milk")},
         "Not to be done. NutritionOrder.\ncode: Milk"),
    ],
)  # fmt: skip
def test_a_not_stands_in_the_first_words(resource: dict[str, Any], words: str) -> None:
    (document,) = read_json(json.dumps(bundle(PATIENT, with_subject(resource, "Patient/p1"))).encode(), "x.json")
    said = {s.locator: document.text[s.start : s.end] for s in document.sections}
    assert said[f"{resource['resourceType']}/s"].replace("\ndoNotPerform: yes", "") == words


def test_a_reference_does_not_tell_what_a_label_holds_back() -> None:
    secret = with_subject(
        {**CHART[0], "code": concept("Trauma"), "meta": {"security": [{"code": "PSY"}]}}, "Patient/p1"
    )
    order = with_subject(CHART[1], "Patient/p1")
    plain, apart = read_json(json.dumps(bundle(PATIENT, secret, order)).encode(), "x.json")
    assert "Lisinopril" in plain.text and "Trauma" not in plain.text and "Trauma" in apart.text


def test_a_medicine_is_named_by_what_lies_beside_it_in_the_order() -> None:
    inside = [
        {"resourceType": "Medication", "id": "m", "ingredient": [
            {"itemReference": {"reference": "#s"}, "strength": {"numerator": {"value": 5, "unit": "mg"}, "denominator": {"value": 1}}},
            {"itemCodeableConcept": concept("Hydrochlorothiazide")}]},
        {"resourceType": "Substance", "id": "s", "code": concept("Ramipril")},
    ]  # fmt: skip
    order = {"resourceType": "MedicationRequest", "id": "r", "status": "active", "contained": inside,
             "medicationReference": {"reference": "#m"}}  # fmt: skip
    (document,) = read_json(json.dumps(bundle(PATIENT, with_subject(order, "Patient/p1"))).encode(), "x.json")
    assert "Medication: Ramipril 5 mg and Hydrochlorothiazide, status active." in document.text


def test_a_list_of_resources_reads_like_a_bundle() -> None:
    resources = [PATIENT, with_subject(CHART[0], "Patient/p1")]
    (listed,) = read_json(json.dumps(resources).encode(), "x.json")
    (bundled,) = read_json(json.dumps(bundle(*resources)).encode(), "x.json")
    assert listed == bundled


def test_the_name_in_use_is_the_name() -> None:
    names = [
        {"use": "maiden", "family": "Quill", "given": ["Ann"]},
        {"use": "official", "family": "Ended", "given": ["Ann"], "period": {"end": "2004-06-01"}},
        {"use": "usual", "family": "Lee", "given": ["Ann"], "prefix": ["Dr."]},
    ]
    (document,) = read_json(json.dumps(bundle({**PATIENT, "name": names})).encode(), "x.json")
    assert "\nName: Dr. Ann Lee.\nOther name: Ann Quill (maiden).\n" in f"\n{document.text.partition(chr(10) * 2)[2]}"


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


def said_of(*resources: dict[str, Any]) -> dict[str, str]:
    """What is said of each resource of one patient."""
    (document,) = read_json(
        json.dumps(bundle(PATIENT, *(with_subject(r, "Patient/p1") for r in resources))).encode(), "x.json"
    )
    return {s.locator: document.text[s.start : s.end] for s in document.sections}


def result(key: str, name: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "id": key, "status": "final", "code": concept(name), **more}


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        (
            result(
                "x",
                "Blood pressure",
                bodySite=concept("left arm"),
                component=[
                    {
                        "code": concept("Systolic"),
                        "valueQuantity": {"value": 142, "unit": "mmHg"},
                        "interpretation": [{"coding": [{"code": "H"}]}],
                    },
                    {"code": concept("Diastolic"), "dataAbsentReason": concept("not measured")},
                ],
            ),
            "Blood pressure: Systolic 142 mmHg (high), Diastolic no value, reason not measured, site left arm.",
        ),
        (
            result(
                "x",
                "Glucose",
                valueQuantity={"value": 5.6, "unit": "mmol/L"},
                referenceRange=[
                    {"high": {"value": 5.5, "unit": "mmol/L"}, "appliesTo": [concept("fasting")]},
                    {"high": {"value": 7.8, "unit": "mmol/L"}, "age": {"low": {"value": 18, "unit": "a"}}},
                ],
            ),
            "Glucose: 5.6 mmol/L, reference range 5.5 mmol/L or less (fasting), 7.8 mmol/L or less (age 18 a or more).",
        ),
        (result("x", "ECG", valueSampledData={"data": "1 2 3"}), "ECG: a series of measured values, not read."),
        (
            result("x", "Weight", valueQuantity={"value": 70, "unit": "kg"}, note=[{"text": "In shoes."}]),
            "Weight: 70 kg.\n\nNote: In shoes.",
        ),
        (
            {
                "resourceType": "CarePlan",
                "id": "x",
                "title": "Diabetes",
                "activity": [
                    {"detail": {"code": concept("Foot check"), "doNotPerform": True}},
                    {"detail": {"code": concept("Eye check"), "status": "scheduled"}},
                ],
            },
            "Care plan: Diabetes, activities Eye check (scheduled). Not to be done: Foot check.",
        ),
        (
            {
                "resourceType": "Goal",
                "id": "x",
                "description": concept("Lose weight"),
                "target": [
                    {
                        "measure": concept("Body weight"),
                        "detailQuantity": {"value": 80, "unit": "kg"},
                        "dueDate": "2026-06-01",
                    }
                ],
            },
            "Goal: Lose weight, target Body weight 80 kg, due 2026-06-01.",
        ),
        (
            {
                "resourceType": "MedicationDispense",
                "id": "x",
                "status": "completed",
                "medicationCodeableConcept": concept("Ramipril"),
                "quantity": {"value": 28, "unit": "tablet"},
                "daysSupply": {"value": 14, "unit": "d"},
            },
            "Medication dispensed: Ramipril, status completed, quantity dispensed 28 tablet, supply for 14 d.",
        ),
    ],
)
def test_what_belongs_to_a_value_stands_with_it(resource: dict[str, Any], words: str) -> None:
    assert said_of(resource)[f"{resource['resourceType']}/x"] == words


def test_the_test_of_a_drug_says_what_was_grown() -> None:
    grown = result("g", "Organism", valueCodeableConcept=concept("Escherichia coli"))
    tested = result(
        "t", "Amoxicillin", valueCodeableConcept=concept("Resistant"), derivedFrom=[{"reference": "Observation/g"}]
    )
    assert said_of(grown, tested)["Observation/t"] == "Amoxicillin: Resistant, derived from Organism Escherichia coli."
    # What was entered in error gives no value.
    assert (
        said_of({**grown, "status": "entered-in-error"}, tested)["Observation/t"]
        == "Amoxicillin: Resistant, derived from Organism."
    )
