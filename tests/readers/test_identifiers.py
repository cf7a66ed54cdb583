from __future__ import annotations

import pytest

from assistant.readers.identifiers import Known, entity_of


@pytest.mark.parametrize(
    ("field", "entity"),
    [
        ("Date of birth", "DATE_OF_BIRTH"),
        ("patient_ID", "MRN"),
        ("E-mail", "EMAIL_ADDRESS"),
        ("Mother's maiden name", "PERSON"),
        ("Address (line 1)", "STREET_ADDRESS"),
        ("IBAN", "IBAN_CODE"),
        ("Place of birth", "LOCATION"),
        ("Name of the drug", ""),
        ("dose", ""),
        ("", ""),
    ],
)
def test_a_field_is_known_by_its_name_however_it_is_spelled(field: str, entity: str) -> None:
    assert entity_of(field) == entity


def test_values_are_kept_once_and_empty_ones_are_none() -> None:
    known = Known()
    for entity, value in (("MRN", " 1 "), ("MRN", "1"), ("MRN", "2"), ("", "3"), ("PERSON", "  ")):
        known.note(entity, value)
    assert known.fields == {"MRN": {"1", "2"}}


def test_a_town_is_somebodys_only_beside_a_person() -> None:
    shops, people = Known(), Known()
    for known in (shops, people):
        known.note("LOCATION", "Reading")
    people.note("MRN", "1")
    shops.note("PHONE_NUMBER", "1")
    assert shops.fields == {"PHONE_NUMBER": {"1"}}
    assert people.fields == {"LOCATION": {"Reading"}, "MRN": {"1"}}
