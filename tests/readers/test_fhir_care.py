"""Care in sentences: what is denied, not done or forbidden says so in its first words."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.readers import fhir_care as care
from assistant.records.fhir.bundle import Entry, Names

NOBODY = Names(())


def text(value: str) -> dict[str, str]:
    return {"text": value}


def codes(value: str) -> dict[str, Any]:
    return {"coding": [{"code": value}]}


@pytest.mark.parametrize(
    ("writer", "resource", "begins"),
    [
        (care.condition, {"code": text("Gout")}, "Condition: Gout"),
        (care.condition, {"code": text("No known problems")}, "The record states: No known problems"),
        (care.allergy, {"code": text("Latex")}, "Allergy or intolerance: Latex"),
        (care.allergy, {"code": text("No known allergies")}, "The record states: No known allergies"),
        (care.allergy, {}, "Allergy or intolerance: not named"),
        (care.procedure, {"resourceType": "Procedure", "code": text("Biopsy"), "status": "completed"}, "Procedure: Biopsy"),
        (care.procedure, {"resourceType": "Procedure", "code": text("Biopsy"), "status": "not-done"}, "Procedure not done: Biopsy"),
        (
            care.immunization,
            {"resourceType": "Immunization", "vaccineCode": text("Flu"), "status": "not-done"},
            "Immunization not given: Flu",
        ),
        (care.encounter, {"type": [text("Ward round")]}, "Encounter: Ward round"),
        (care.encounter, {}, "Encounter: visit"),
        (care.order, {"code": text("MRI")}, "Order: MRI"),
        (care.order, {"code": text("MRI"), "doNotPerform": True}, "Not to be done: MRI"),
        (care.product, {"code": text("Metformin 500 mg")}, "Medicinal product: Metformin 500 mg"),
    ],
)  # fmt: skip
def test_the_first_words_say_what_it_is(writer: Any, resource: dict[str, Any], begins: str) -> None:
    assert writer(resource, NOBODY).startswith(begins)


@pytest.mark.parametrize(
    ("kind", "status", "begins"),
    [
        ("MedicationRequest", "active", "Medication: Metformin"),
        ("MedicationStatement", "active", "Medication taken: Metformin"),
        ("MedicationStatement", "not-taken", "Medication not taken: Metformin"),
        ("MedicationAdministration", "not-done", "Medication not given: Metformin"),
        ("MedicationDispense", "declined", "Medication not dispensed: Metformin"),
    ],
)
def test_a_medicine_says_whether_it_is_taken(kind: str, status: str, begins: str) -> None:
    resource = {"resourceType": kind, "status": status, "medicationCodeableConcept": text("Metformin")}
    assert care.medication(resource, NOBODY).startswith(begins)


def test_a_medicine_that_must_not_be_given_has_no_dose() -> None:
    resource = {
        "resourceType": "MedicationRequest", "medicationCodeableConcept": text("Metformin"), "status": "active",
        "dosageInstruction": [{"text": "500 mg twice a day"}], "intent": "plan", "statusReason": [text("lactic acidosis")],
    }  # fmt: skip
    said = care.medication(resource, NOBODY)
    assert "500 mg twice a day" in said and "intent plan" in said and "because of lactic acidosis" in said
    barred = care.medication(resource | {"doNotPerform": True}, NOBODY)
    assert barred.startswith("Not to be given: Metformin") and "500 mg" not in barred


def test_what_is_dispensed_is_no_dose() -> None:
    resource = {
        "resourceType": "MedicationRequest", "medicationCodeableConcept": text("Metformin"),
        "dispenseRequest": {"quantity": {"value": "56", "unit": "tablets"}, "numberOfRepeatsAllowed": "0"},
    }  # fmt: skip
    said = care.medication(resource, NOBODY)
    assert "quantity to dispense 56 tablets" in said and "refills" not in said


def test_a_condition_that_is_not_confirmed_says_so() -> None:
    doubted = {"code": text("Gout"), "verificationStatus": codes("refuted"), "clinicalStatus": codes("inactive")}
    assert "refuted" in care.condition(doubted, NOBODY) and "status inactive" in care.condition(doubted, NOBODY)
    assert "confirmed" not in care.condition({"code": text("Gout"), "verificationStatus": codes("confirmed")}, NOBODY)


def test_a_result_has_its_value_range_and_mark_each_with_whom_it_holds_for() -> None:
    said = care.observation(
        {
            "code": text("Haemoglobin"), "valueQuantity": {"value": "11.2", "unit": "g/dL"}, "interpretation": [codes("L")],
            "referenceRange": [
                {"low": {"value": "12", "unit": "g/dL"}, "appliesTo": [text("women")]},
                {"text": "13 to 17", "type": {"coding": [{"code": "treatment"}], "text": "treatment"}},
            ],
            "status": "preliminary",
        },
        NOBODY,
    )  # fmt: skip
    assert said.startswith("Haemoglobin: 11.2 g/dL") and "interpretation low" in said and "status preliminary" in said
    assert "(women)" in said and "13 to 17 (treatment)" in said


def test_a_result_without_a_value_says_why_and_what_is_no_words_is_named() -> None:
    absent = {"code": text("Glucose"), "dataAbsentReason": text("not performed")}
    assert "no value, reason not performed" in care.observation(absent, NOBODY)
    assert care.unread_value({"valueSampledData": {"data": "1 2 3"}}) == "a series of measured values, not read"
    assert care.unread_value({"valueAttachment": {}}) == "" and care.unread_value({"valueAttachment": {"url": "x"}})
    parts = {"code": text("Blood pressure"), "component": [
        {"code": text("systolic"), "valueQuantity": {"value": "120", "unit": "mmHg"}},
        {"code": text("diastolic"), "dataAbsentReason": text("not measured")}]}  # fmt: skip
    said = care.observation(parts, NOBODY)
    assert "systolic 120 mmHg" in said and "diastolic no value, reason not measured" in said


def test_a_result_about_somebody_else_says_so() -> None:
    assert "concerning another person or thing" in care.observation({"code": text("Weight"), "focus": [{}]}, NOBODY)


def test_what_a_result_was_derived_from_is_told_with_its_value_unless_it_is_void() -> None:
    culture = {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": text("Culture"),
        "valueString": "E. coli",
    }
    drug = {"resourceType": "Observation", "code": text("Cefalexin"), "valueString": "resistant",
            "derivedFrom": [{"reference": "Observation/o1"}]}  # fmt: skip
    assert "derived from Culture E. coli" in care.observation(drug, Names([Entry(culture)]))
    void = culture | {"status": "entered-in-error"}
    assert "E. coli" not in care.observation(drug, Names([Entry(void)]))


def test_a_report_carries_its_contained_results_and_conclusion() -> None:
    said = care.report(
        {
            "code": text("Blood count"), "status": "final", "conclusion": "Anaemia",
            "contained": [{"resourceType": "Observation", "code": text("Haemoglobin"), "valueString": "low"}],
        },
        NOBODY,
    )  # fmt: skip
    assert said.split("\n\n") == ["Report: Blood count.", "Haemoglobin: low.", "Conclusion: Anaemia."]


def test_a_conclusion_that_is_not_final_says_so_itself() -> None:
    report = {"resourceType": "DiagnosticReport", "code": text("CT head"), "conclusion": "No bleeding."}
    early = care.report({**report, "status": "preliminary"}, NOBODY)
    assert "Conclusion (preliminary): No bleeding." in early
    assert "Conclusion: No bleeding." in care.report({**report, "status": "final"}, NOBODY)


def test_a_bare_class_of_a_contact_is_read_in_words() -> None:
    assert care.encounter({"class": codes("VR")["coding"][0]}, NOBODY).startswith("Encounter: virtual visit")
