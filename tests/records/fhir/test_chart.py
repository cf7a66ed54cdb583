from __future__ import annotations

from pathlib import Path

import pytest

from assistant.records.model import SECTIONS, partial
from tests.charts.support import bundle, condition
from tests.records.support import loaded


def status(code: str) -> dict:
    return {"coding": [{"code": code}]}


def test_what_is_wrong_or_refuted_is_no_fact(tmp_path: Path) -> None:
    found = loaded(
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
    (result,) = loaded(tmp_path, data).results
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
    (found,) = loaded(tmp_path, bundle(order, {**drug, "id": "m9"})).medications
    assert (found.term.text, found.dose) == ("Warfarin", "at night (5 mg)")


def test_transaction_entries_without_an_id_are_called_by_their_url(tmp_path: Path) -> None:
    data = (
        b'{"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:p","resource":{"resourceType":"Patient"}},'
        b'{"fullUrl":"urn:uuid:c","resource":{"resourceType":"Condition","code":{"text":"Gout"},"subject":{"reference":"urn:uuid:p"}}}]}'
    )
    found = loaded(tmp_path, data)
    assert (found.patient_id, found.problems[0].resource) == ("p", "Condition/c")


def test_no_known_allergy_is_not_an_allergy(tmp_path: Path) -> None:
    entry = {"resourceType": "AllergyIntolerance", "id": "a", "clinicalStatus": status("active"),
             "code": {"coding": [{"system": "http://snomed.info/sct", "code": "716186003", "display": "NKA"}]},
             "patient": {"reference": "Patient/p1"}}  # fmt: skip
    assert loaded(tmp_path, bundle(entry)).allergies[0].negated


def test_a_drug_test_says_which_organism_it_was_derived_from(tmp_path: Path) -> None:
    def observation(name: str, id_: str, **more: object) -> dict[str, object]:
        return {"resourceType": "Observation", "id": id_, "status": "final", "code": {"text": name},
                "subject": {"reference": "Patient/p1"}, **more}  # fmt: skip

    found = loaded(
        tmp_path,
        bundle(
            observation("Organism", "o", valueCodeableConcept={"text": "Klebsiella pneumoniae"}),
            observation("Cipro", "c", valueString="R", derivedFrom=[{"reference": "Observation/o"}]),
            # A measured source is no name.
            observation("Height", "h", valueQuantity={"value": 2, "unit": "m"}),
            observation("Index", "b", valueString="20", derivedFrom=[{"reference": "Observation/h"}]),
            # One that was withdrawn says nothing.
            observation("Organism", "w", valueCodeableConcept={"text": "Candida"}, status="entered-in-error"),
            observation("Mero", "m", valueString="S", derivedFrom=[{"reference": "Observation/w"}]),
        ),
    ).results
    assert {r.term.text for r in found} == {"Organism", "Cipro (Klebsiella pneumoniae)", "Height", "Index", "Mero"}


def test_a_place_on_the_body_is_part_of_what_it_is(tmp_path: Path) -> None:
    hip = condition("a", "Osteoarthritis of hip", bodySite=[{"text": "Left"}])
    knee = condition("b", "Osteoarthritis of left knee", bodySite=[{"text": "left knee"}])
    done = {"resourceType": "Procedure", "id": "o", "status": "completed", "code": {"text": "Amputation of toe"},
            "bodySite": [{"text": "Right second toe"}], "subject": {"reference": "Patient/p1"}}  # fmt: skip
    found = loaded(tmp_path, bundle(hip, knee, done))
    assert [p.term.text for p in found.problems] == ["Osteoarthritis of hip (Left)", "Osteoarthritis of left knee"]
    assert found.procedures[0].term.text == "Amputation of toe (Right second toe)"


def test_a_reaction_has_all_its_signs_and_how_bad_it_was(tmp_path: Path) -> None:
    def allergy(id_: str, *reactions: dict[str, object]) -> dict[str, object]:
        return {"resourceType": "AllergyIntolerance", "id": id_, "code": {"text": f"Drug {id_}"}, "reaction": list(reactions),
                "patient": {"reference": "Patient/p1"}}  # fmt: skip

    signs = [{"text": "Wheeze"}, {"text": "Rash"}]
    found = loaded(tmp_path, bundle(allergy("a", {"manifestation": signs, "severity": "severe"}),
                                    allergy("b", {"manifestation": signs[:1]}), allergy("c", {"severity": "mild"})))  # fmt: skip
    assert [a.reaction for a in found.allergies] == ["Wheeze, Rash (severe)", "Wheeze", ""]


def test_a_bare_class_of_a_contact_is_said_in_words(tmp_path: Path) -> None:
    def contact(id_: str, **more: object) -> dict[str, object]:
        return {
            "resourceType": "Encounter",
            "id": id_,
            "status": "finished",
            "subject": {"reference": "Patient/p1"},
            **more,
        }

    found = loaded(tmp_path, bundle(contact("a", **{"class": {"code": "EMER"}}), contact("b", **{"class": {"code": "XX"}}),
                                    contact("c", **{"class": {"code": "AMB"}, "type": [{"text": "Foot clinic"}]})))  # fmt: skip
    assert [e.term.text for e in found.encounters] == ["emergency visit", "XX", "Foot clinic"]


def test_a_care_plan_is_said_to_be_unread_and_silences_no_section(tmp_path: Path) -> None:
    plan = {
        "resourceType": "CarePlan",
        "id": "c",
        "status": "active",
        "intent": "plan",
        "subject": {"reference": "Patient/p1"},
    }
    found = loaded(tmp_path, bundle(condition("a", "Gout"), plan))
    assert [u.what for u in found.unread] == ["CarePlan"]
    assert found.problems and partial(found).isdisjoint(SECTIONS)
    asked = {
        "resourceType": "QuestionnaireResponse",
        "id": "q",
        "status": "completed",
        "subject": {"reference": "Patient/p1"},
    }
    assert "problems" in partial(loaded(tmp_path, bundle(condition("a", "Gout"), asked)))
