from __future__ import annotations

from typing import Any

import pytest

from assistant.readers.fhir_words import HEADINGS, describe, tagged_use
from assistant.records.fhir.bundle import Names

NOBODY = Names(())


def told(kind: str, **inside: Any) -> str:
    return describe({"resourceType": kind, "id": "x", **inside}, NOBODY)


def test_a_patient_is_told_field_by_field_and_only_what_the_record_holds() -> None:
    said = told(
        "Patient",
        name=[{"family": "Lund", "given": ["Mei"], "prefix": ["Dr"]}, {"family": "Berg", "use": "maiden"}],
        gender="female", birthDate="1950-03-02", deceasedBoolean=False,
        telecom=[{"system": "phone", "value": "0123", "use": "old"}, {"system": "email", "value": "m@x.org", "use": "home"}],
        address=[{"line": ["1 High St"], "city": "Ware", "postalCode": "SG12"}],
        identifier=[{"type": {"text": "MRN"}, "value": "4711"}, {"value": "9"}],
    ).split("\n")  # fmt: skip
    assert said[0] == "Name: Dr Mei Lund." and "Other name: Berg (maiden)." in said
    assert "Phone: 0123 (old)." in said and "Email: m@x.org." in said
    assert "Address: 1 High St, Ware, SG12." in said and "MRN: 4711." in said and "Identifier: 9." in said
    assert not [line for line in said if line.startswith(("Died", "Marital", "Language"))]
    assert "Died: yes." in told("Patient", name=[{"family": "Lund"}], deceasedBoolean=True)


@pytest.mark.parametrize(
    ("use", "shown"), [("old", "v (old)"), ("temp", "v (temp)"), ("home", "v"), ("official", "v"), ("", "v")]
)
def test_what_makes_a_value_another_than_the_one_in_use_is_said(use: str, shown: str) -> None:
    assert tagged_use("v", use) == shown and tagged_use("", use) == ""


def test_what_is_not_to_be_done_is_never_read_as_what_is() -> None:
    plan = told(
        "CarePlan", title="Fall care", status="active",
        activity=[
            {"detail": {"code": {"text": "Walk daily"}, "status": "in-progress"}},
            {"detail": {"code": {"text": "Bed rails"}, "doNotPerform": True}},
            {"detail": {}},
        ],
    )  # fmt: skip
    assert "activities Walk daily (in-progress)" in plan and plan.endswith("Not to be done: Bed rails.")
    assert "Bed rails" not in plan.partition("Not to be done")[0]
    order = told("ServiceRequest", code={"text": "MRI of the head"}, status="active", doNotPerform=True)
    assert order.startswith("Not to be ") and "MRI of the head" in order


def test_a_goal_says_target_and_due_day() -> None:
    said = told(
        "Goal", description={"text": "Walk again"}, lifecycleStatus="active",
        target=[{"measure": {"text": "Steps"}, "detailQuantity": {"value": "500", "unit": "steps"}, "dueDate": "2026-05-01"}],
    )  # fmt: skip
    assert said.startswith("Goal: Walk again") and "target Steps 500 steps" in said and "due 2026-05-01" in said


def test_a_relative_is_told_with_what_became_of_whom() -> None:
    said = told(
        "FamilyMemberHistory", relationship={"text": "mother"}, deceasedBoolean=True,
        condition=[{"code": {"text": "Gout"}, "onsetString": "in her forties", "outcome": {"text": "resolved"}}],
    )  # fmt: skip
    assert said.startswith("Family history: mother") and "Gout" in said and "(resolved)" in said and "deceased" in said
    assert "deceased" not in told("FamilyMemberHistory", relationship={"text": "mother"}, deceasedBoolean=False)


@pytest.mark.parametrize(
    ("kind", "inside", "said"),
    [
        ("Device", {"deviceName": [{"name": "Pacemaker"}], "status": "active"}, "Device: Pacemaker"),
        ("Device", {}, "Device: not named"),
        ("ImagingStudy", {"series": [{"modality": {"code": "CT", "display": "CT"}, "bodySite": {"display": "head"}}]}, "Imaging: CT"),
        ("Claim", {"total": {"value": "12.50", "currency": "EUR"}, "type": {"text": "pharmacy"}}, "Claim: pharmacy"),
        ("ExplanationOfBenefit", {"total": [{"amount": {"value": "3", "currency": "USD"}}]}, "Explanation of benefit: not named"),
        ("Organization", {"name": "Ware Hospital"}, "Organization: Ware Hospital"),
        ("Practitioner", {"name": [{"family": "Osei", "prefix": ["Dr"]}]}, "Practitioner: Dr Osei"),
        ("Flag", {"code": {"text": "Falls"}, "status": "active"}, "Flag: Falls"),
    ],
)  # fmt: skip
def test_each_kind_begins_with_what_it_is(kind: str, inside: dict[str, Any], said: str) -> None:
    assert told(kind, **inside).startswith(said)


def test_money_is_told_with_its_currency() -> None:
    assert "total 12.50 EUR" in told("Claim", total={"value": "12.50", "currency": "EUR"})
    assert "total 3 USD" in told("ExplanationOfBenefit", total=[{"amount": {"value": "3", "currency": "USD"}}])


def test_a_party_without_a_name_says_nothing_and_notes_are_told_with_anything() -> None:
    assert told("Location") == ""
    assert told("Flag", code={"text": "Falls"}, note=[{"text": "since March"}, {}]).endswith("Note: since March.")


def test_a_kind_without_words_of_its_own_gives_its_fields() -> None:
    assert "Schedule" not in HEADINGS
    said = told("Schedule", comment="Tuesdays only", actor=[{"display": "Eye clinic"}])
    assert "Tuesdays only" in said and "Eye clinic" in said


@pytest.mark.parametrize("wrong", [None, 7, "x", [], {"a": 1}])
@pytest.mark.parametrize("kind", sorted(HEADINGS))
def test_values_of_another_shape_are_passed_over_and_break_nothing(kind: str, wrong: Any) -> None:
    keys = (
        "name",
        "code",
        "activity",
        "target",
        "condition",
        "series",
        "total",
        "item",
        "content",
        "section",
        "telecom",
    )
    assert isinstance(told(kind, **dict.fromkeys(keys, wrong)), str)
