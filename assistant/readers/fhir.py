"""FHIR R4: bundles and bulk exports, one document a patient, one section a resource, each located as "Type/id"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from assistant.errors import ReaderError
from assistant.formats.limits import MAX_DOCUMENTS
from assistant.readers.compose import Composer, stem
from assistant.readers.fhir_words import HEADINGS, describe
from assistant.readers.identifiers import Known
from assistant.records.fhir.values import Resource, as_dict, as_list, key_of, string
from assistant.records.people import IDENTIFIERS, name_forms
from assistant.types import Document

# Resources in the order of a chart; types that are not named follow in the order of the file.
_ORDER: Final = {kind: i for i, kind in enumerate(HEADINGS)}
_SUBJECT_KEYS: Final = ("subject", "patient", "beneficiary", "individual", "for")
_TELECOM: Final = {"phone": "PHONE_NUMBER", "sms": "PHONE_NUMBER", "fax": "PHONE_NUMBER", "email": "EMAIL_ADDRESS"}


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """All resources of one file that speak of one patient; `patient_id` is '' for those that speak of none."""

    patient_id: str
    patient: Resource
    resources: tuple[Resource, ...]


def is_fhir(value: Any) -> bool:
    """Whether a JSON value is a FHIR resource."""
    return (
        isinstance(value, dict) and isinstance(value.get("resourceType"), str) and value["resourceType"][:1].isupper()
    )


def patients(values: Iterable[Any], source: str) -> list[PatientRecord]:
    """Resources grouped by patient, in the order in which the file names the patients.

    References are followed by "Type/id", by full URL and by `urn:uuid:`. Raises ReaderError where there is no resource.
    """
    resources, aliases = _flatten(values)
    if not resources:
        raise ReaderError("the FHIR file holds no resources", path=source, remedy="export it again with entries")
    ids = {key_of(r): string(r, "id") or f"{n}" for n, r in enumerate(resources, 1) if r["resourceType"] == "Patient"}
    groups: dict[str, list[Resource]] = {patient: [] for patient in ids.values()}
    people: dict[str, Resource] = {}
    for resource in resources:
        if resource["resourceType"] == "Patient":
            patient = ids[key_of(resource)]
            people[patient] = resource
        else:
            patient = _patient_of(resource, aliases)
        groups.setdefault(patient, []).append(resource)
    if len(groups) == 2 and "" in groups:
        # Organisations, practitioners and medications of a bundle about one person belong to that person's record.
        shared = groups.pop("")
        next(iter(groups.values())).extend(shared)
    if len(groups) > MAX_DOCUMENTS:
        raise ReaderError(f"the file holds more than {MAX_DOCUMENTS:,} patients", path=source, remedy="split the file")
    return [PatientRecord(p, people.get(p, {}), tuple(rs)) for p, rs in groups.items() if rs]


def _flatten(values: Iterable[Any]) -> tuple[list[Resource], dict[str, str]]:
    """Resources out of their bundles, and every name by which a reference may call each."""
    resources: list[Resource] = []
    aliases: dict[str, str] = {}
    stack = [(value, "") for value in reversed(list(values))]
    while stack:
        value, url = stack.pop()
        if not is_fhir(value):
            continue
        if value["resourceType"] == "Bundle":
            entries = [entry for entry in as_list(value.get("entry")) if isinstance(entry, dict)]
            stack.extend((entry.get("resource"), string(entry, "fullUrl")) for entry in reversed(entries))
            continue
        resources.append(value)
        own = key_of(value)
        for name in (url, own, f"urn:uuid:{string(value, 'id')}"):
            if name:
                aliases.setdefault(name, own)
    return resources, aliases


def _patient_of(resource: Resource, aliases: Mapping[str, str]) -> str:
    for key in _SUBJECT_KEYS:
        reference = string(as_dict(resource.get(key)), "reference")
        if not reference:
            continue
        target = aliases.get(reference, reference)
        kind, _, patient = target.rpartition("/")
        if kind.endswith("Patient") and patient:
            return patient
    return ""


def read_resources(values: list[Any], source: str) -> list[Document]:
    """One document a patient: demographics first, then the chart by kind, each resource in sentences."""
    return [_document(record, source) for record in patients(values, source)]


def _document(record: PatientRecord, source: str) -> Document:
    composer, known = Composer(source), Known()
    shown = ""
    ordered = sorted(record.resources, key=lambda r: _ORDER.get(r["resourceType"], len(_ORDER)))
    names = {key_of(r): r for r in record.resources}
    for resource in ordered:
        for entity, value in identifiers(resource):
            known.note(entity, value)
        text = describe(resource, names)
        if not text:
            continue
        heading = HEADINGS.get(str(resource["resourceType"]), str(resource["resourceType"]))
        if heading != shown:
            composer.note(f"## {heading}")
            shown = heading
        composer.open(heading, key_of(resource))
        composer.add(text)
    # The title names the record, not the person: titles are shown in lists that hold no identifiers.
    title = f"Patient {record.patient_id}" if record.patient_id else stem(source)
    metadata = {"record": record.patient_id, "patient_id": record.patient_id, "resources": str(len(record.resources))}
    return composer.build(title=title, media_type="application/fhir+json", metadata=metadata, fields=known.fields)


def identifiers(resource: Resource) -> Iterator[tuple[str, str]]:
    """What the resource knows by field to identify a person: names, numbers, addresses, contacts, birth dates."""
    if resource["resourceType"] in ("Patient", "RelatedPerson", "Practitioner", "Person"):
        yield from _person(resource)
        for contact in as_list(resource.get("contact")):
            yield from _person(as_dict(contact))
        if resource["resourceType"] == "Patient":
            for extension in as_list(resource.get("extension")):
                if "maiden" in string(as_dict(extension), "url").lower():
                    yield "PERSON", string(as_dict(extension), "valueString")
    for key in (
        "subject",
        "patient",
        "requester",
        "recorder",
        "asserter",
        "performer",
        "author",
        "individual",
        "beneficiary",
    ):
        for reference in as_list(resource.get(key)):
            yield from _display(as_dict(reference), key)
    for participant in as_list(resource.get("participant")):
        yield from _display(as_dict(as_dict(participant).get("individual")), "individual")


def _display(reference: Mapping[str, Any], key: str) -> Iterator[tuple[str, str]]:
    """A reference's display is a person's name where it points to a person."""
    target, display = string(reference, "reference"), string(reference, "display")
    if display and (key in ("subject", "patient") or target.startswith(("Patient", "Practitioner", "RelatedPerson"))):
        yield "PERSON", display


def _person(person: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in [*as_list(person.get("name"))]:
        yield from (("PERSON", form) for form in name_forms(as_dict(name)))
    for identifier in as_list(person.get("identifier")):
        entry = as_dict(identifier)
        codes = [string(as_dict(c), "code") for c in as_list(as_dict(entry.get("type")).get("coding"))]
        system = string(entry, "system").lower()
        entity = next((IDENTIFIERS[c] for c in codes if c in IDENTIFIERS), "")
        if not entity:
            entity = "US_SSN" if "ssn" in system else "NPI" if "npi" in system else "MRN"
        yield entity, string(entry, "value")
    for contact in as_list(person.get("telecom")):
        entity = _TELECOM.get(string(as_dict(contact), "system"), "")
        yield entity, string(as_dict(contact), "value")
    for address in as_list(person.get("address")):
        entry = as_dict(address)
        for line in as_list(entry.get("line")):
            yield "STREET_ADDRESS", str(line)
        yield "ZIP_CODE", string(entry, "postalCode")
        yield "LOCATION", string(entry, "city")
    yield "DATE_OF_BIRTH", string(person, "birthDate")
