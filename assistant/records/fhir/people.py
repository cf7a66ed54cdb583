"""People in FHIR resources: the name that is theirs now, and everything that identifies them by field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from assistant.records.fhir.values import Resource, as_dict, as_list, key_of, string
from assistant.records.model import Person
from assistant.records.people import IDENTIFIERS, Name, name_forms

_TELECOM: Final = {"phone": "PHONE_NUMBER", "sms": "PHONE_NUMBER", "fax": "PHONE_NUMBER", "email": "EMAIL_ADDRESS"}
PEOPLE: Final = frozenset({"Patient", "RelatedPerson", "Practitioner", "Person"})
_POINTED: Final = ("Patient", "Practitioner", "RelatedPerson", "Person")
_SUBJECTS: Final = ("subject", "patient", "beneficiary")
# A display without a reference is a person's where it bears his title: it may be a laboratory's.
_TITLE: Final = re.compile(r"(?:Dr|Mr|Mrs|Ms|Miss|Mx|Prof|Professor|Doctor|Sister|Nurse)\b\.?\s", re.I)
# FHIR R4 name-use, the first being the name that a person is called by in a record; what is old comes last.
_USES: Final = ("official", "usual", "", "temp", "nickname", "anonymous", "maiden", "old")
_DEPTH: Final = 12


def current_name(person: Mapping[str, object], today: date | None = None) -> Mapping[str, object]:
    """The name that is in use: one whose period has not ended before one that has, then by its use; {} for none."""
    day = (today or date.today()).isoformat()  # noqa: DTZ011 - names end by the day, wherever that is
    names = [as_dict(n) for n in as_list(person.get("name")) if isinstance(n, dict)]
    return min(names, key=lambda name: _rank(name, day), default={})


def _rank(name: Mapping[str, object], day: str) -> tuple[bool, bool, int, bool]:
    period, use = as_dict(name.get("period")), string(name, "use")
    end, start = string(period, "end"), string(period, "start")
    ended = bool(end) and end < day[: len(end)]
    place = _USES.index(use) if use in _USES else len(_USES)
    return use in ("old", "maiden"), ended or start[:10] > day, place, not whole_name(name)


def whole_name(name: Mapping[str, object], *, prefix: bool = False) -> str:
    """A name in one line; with what goes before it ("Mrs.") on demand."""
    parts = [*(as_list(name.get("prefix")) if prefix else ()), *as_list(name.get("given"))]
    return string(name, "text") or " ".join([*(str(p) for p in parts if p), string(name, "family")]).strip()


def name_of(name: Mapping[str, object]) -> Name:
    """A HumanName by its parts."""
    given = tuple(str(part) for part in as_list(name.get("given")) if part)
    prefix = " ".join(str(part) for part in as_list(name.get("prefix")) if part)
    return Name(string(name, "family"), given, prefix, string(name, "text"))


def person_of(patient: Resource) -> Person:
    """The person of a Patient resource, without what identifies him by field."""
    died = string(patient, "deceasedDateTime") or ("yes" if patient.get("deceasedBoolean") is True else "")
    name = whole_name(current_name(patient))
    return Person(key_of(patient), name, string(patient, "gender"), string(patient, "birthDate"), died)


def identity_of(patient: Resource) -> tuple[str, ...]:
    """What tells two people apart who carry the same id: birth date, sex, family name."""
    return string(patient, "birthDate"), string(patient, "gender"), string(current_name(patient), "family").lower()


def known(resources: Iterable[Resource]) -> dict[str, tuple[str, ...]]:
    """Everything that the resources know by field to identify people, by entity, each value once."""
    found: dict[str, dict[str, None]] = {}
    for resource in resources:
        for entity, value in identifiers(resource):
            if entity and value.strip():
                found.setdefault(entity, {})[value.strip()] = None
    return {entity: tuple(values) for entity, values in found.items()}


def identifiers(resource: Resource) -> Iterator[tuple[str, str]]:
    """What the resource knows by field to identify a person: names, numbers, addresses, contacts, birth dates."""
    if resource.get("resourceType") in PEOPLE:
        yield from _person(resource)
        for contact in as_list(resource.get("contact")):
            yield from _person(as_dict(contact))
        for extension in as_list(resource.get("extension")):
            if "maiden" in string(as_dict(extension), "url").lower():
                yield "PERSON", string(as_dict(extension), "valueString")
    for inner in as_list(resource.get("contained")):
        yield from identifiers(as_dict(inner))
    yield from _displays(resource, "", 0)


def _displays(value: object, key: str, depth: int) -> Iterator[tuple[str, str]]:
    """The displays of references to people, wherever in the resource they stand."""
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _displays(item, key, depth + 1)
    elif isinstance(value, dict):
        display = string(value, "display")
        if display and "code" not in value and "system" not in value and _is_person(value, key, display):
            yield "PERSON", display
        for name, inner in value.items():
            if isinstance(inner, dict | list) and name != "contained":
                yield from _displays(inner, name, depth + 1)


def _is_person(reference: Mapping[str, object], key: str, display: str) -> bool:
    target = string(reference, "reference") or string(reference, "type")
    if target:
        return any(f"/{kind}/" in f"/{target}/" for kind in _POINTED)
    return key in _SUBJECTS or _TITLE.match(display) is not None


def _person(person: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name in as_list(person.get("name")):
        yield from (("PERSON", form) for form in name_forms(name_of(as_dict(name))))
    for identifier in as_list(person.get("identifier")):
        yield _number(as_dict(identifier))
    for contact in as_list(person.get("telecom")):
        entity = _TELECOM.get(string(as_dict(contact), "system"), "")
        yield entity, string(as_dict(contact), "value").removeprefix("tel:").removeprefix("mailto:")
    for address in as_list(person.get("address")):
        entry = as_dict(address)
        for line in as_list(entry.get("line")):
            yield "STREET_ADDRESS", str(line)
        yield "STREET_ADDRESS", string(entry, "text")
        yield "ZIP_CODE", string(entry, "postalCode")
        for part in ("city", "district"):
            yield "LOCATION", string(entry, part)
    yield "DATE_OF_BIRTH", string(person, "birthDate")


def _number(identifier: Mapping[str, object]) -> tuple[str, str]:
    codes = [string(as_dict(c), "code") for c in as_list(as_dict(identifier.get("type")).get("coding"))]
    entity = next((IDENTIFIERS[c] for c in codes if c in IDENTIFIERS), "")
    if not entity:
        system = string(identifier, "system").lower()
        entity = "US_SSN" if "ssn" in system else "NPI" if "npi" in system else "MRN"
    return entity, string(identifier, "value")
