"""Which resources state nothing about the patient, what happened not, and what an unknown extension turns into nothing."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.records.fhir.status import NOT_UNDERSTOOD, forbids, modified, standing_of, void


def resource(kind: str = "Condition", **fields: Any) -> dict[str, Any]:
    return {"resourceType": kind, **fields}


def coded(code: str) -> dict[str, Any]:
    return {"coding": [{"code": code}]}


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (resource(), ""),
        (resource(status="active"), ""),
        (resource(status="entered-in-error"), "entered-in-error"),
        (resource("MedicationRequest", status="cancelled"), "cancelled"),
        (resource(verificationStatus=coded("refuted")), "refuted"),
        (resource(verificationStatus=coded("confirmed")), ""),
        (resource("DocumentReference", status="superseded"), "superseded"),
        (resource("Observation", status="superseded"), ""),
        (resource("DocumentReference", status="current", docStatus="entered-in-error"), "entered-in-error"),
        (resource(modifierExtension=[{"url": "x"}]), NOT_UNDERSTOOD),
        (resource(code={"text": "x", "modifierExtension": [{"url": "x"}]}), NOT_UNDERSTOOD),
        (resource("MedicationRequest", status="active", doNotPerform=True), ""),
    ],
)
def test_why_an_entry_is_no_fact(entry: dict[str, Any], reason: str) -> None:
    assert void(entry) == reason


def test_an_order_not_to_do_something_is_told_from_one_to_do_it() -> None:
    assert forbids(resource("MedicationRequest", doNotPerform=True))
    assert not forbids(resource("MedicationRequest", doNotPerform=False))
    assert not forbids(resource("MedicationRequest"))


@pytest.mark.parametrize(
    ("entry", "status"),
    [
        (resource("Immunization", status="completed"), "completed"),
        (resource("Immunization", status="completed", notGiven=True), "not-done"),
        (resource("Procedure", status="completed", notDone=True), "not-done"),
        (resource("MedicationStatement", status="active", wasNotTaken=True), "not-taken"),
        (resource("MedicationStatement", status="active", taken="n"), "not-taken"),
        (resource("Procedure"), ""),
    ],
)
def test_flags_of_older_releases_are_a_status(entry: dict[str, Any], status: str) -> None:
    assert standing_of(entry) == status


def test_what_is_nested_deeper_than_any_resource_is_not_understood() -> None:
    deep: Any = {}
    for _ in range(30):
        deep = {"a": [deep]}
    assert modified(deep)
    assert not modified({"a": [{"b": 1}], "modifierExtension": []})
