"""The name in use, and everything by which FHIR knows a person."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from assistant.records.fhir.people import current_name, known, whole_name


def name(use: str, family: str, **period: str) -> dict[str, Any]:
    return {"use": use, "family": family, **({"period": period} if period else {})}


@pytest.mark.parametrize(
    ("names", "family"),
    [
        ([name("old", "Quill"), name("usual", "Tasker")], "Tasker"),
        ([name("maiden", "Quill"), name("nickname", "Imo"), name("official", "Tasker")], "Tasker"),
        ([name("official", "Quill", end="2004-06-01"), name("usual", "Tasker", start="2004-06-01")], "Tasker"),
        # A name that only begins later is not yet in use; an end that lies ahead ends nothing yet.
        ([name("official", "Later", start="2031-01-01"), name("usual", "Tasker", end="2030")], "Tasker"),
        ([name("", "First"), name("", "Second")], "First"),
        ([name("old", "Quill")], "Quill"),
        ([], ""),
    ],
)  # fmt: skip
def test_the_name_in_use(names: list[dict[str, Any]], family: str) -> None:
    assert whole_name(current_name({"name": names}, date(2026, 1, 1))) == family


def test_kin_clinicians_and_contacts_are_known_by_field() -> None:
    patient = {
        "resourceType": "Patient", "id": "p", "name": [{"family": "Lee", "given": ["Ann"]}],
        "contact": [{"name": {"family": "Hope", "given": ["Sunny"]}, "telecom": [{"system": "email", "value": "s@mail.example"}]}],
        "address": [{"city": "Salem", "postalCode": "01970", "line": ["1 Main St"]}],
        "generalPractitioner": [{"display": "Dr. Amara Osei"}],
    }  # fmt: skip
    order = {
        "resourceType": "MedicationRequest", "id": "m", "requester": {"reference": "Practitioner/d", "display": "Yusuf Demir"},
        "performer": {"display": "Larkfield Laboratory"}, "recorder": {"reference": "Organization/o", "display": "Ward 4"},
        "contained": [{"resourceType": "RelatedPerson", "name": [{"text": "Tom Lee"}]}],
        "reasonCode": [{"coding": [{"system": "x", "code": "y", "display": "Mr Gout"}]}],
    }  # fmt: skip
    found = known([patient, order])
    assert {"Ann Lee", "Sunny Hope", "Dr. Amara Osei", "Yusuf Demir", "Tom Lee"} <= set(found["PERSON"])
    # An organisation is nobody, and what a code is called is no name.
    assert not {"Larkfield Laboratory", "Ward 4", "Mr Gout"} & set(found["PERSON"])
    assert found["EMAIL_ADDRESS"] == ("s@mail.example",)
    assert (found["LOCATION"], found["ZIP_CODE"], found["STREET_ADDRESS"]) == (("Salem",), ("01970",), ("1 Main St",))
