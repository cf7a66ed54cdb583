"""Who a C-CDA document speaks of: numbers, names, addresses and contacts of all its participants, by field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from assistant.formats.xml import local, said
from assistant.records.ccda.tree import Element, attribute, ids, one, reach
from assistant.records.hl7.timestamps import iso, moment
from assistant.records.model import Person
from assistant.records.people import Name, name_forms

# Roots of identifiers (OIDs) to what they number; the others of a patient are record numbers.
_ROOTS: Final = {
    "2.16.840.1.113883.4.1": "US_SSN", "2.16.840.1.113883.4.6": "NPI", "2.16.840.1.113883.4.330": "US_PASSPORT",
    "2.16.840.1.113883.4.572": "HEALTH_PLAN_ID", "2.16.840.1.113883.2.1.4.1": "NATIONAL_ID",
    **{f"2.16.840.1.113883.4.3.{state}": "US_DRIVER_LICENSE" for state in range(1, 79)},
}  # fmt: skip
_SEX: Final = {"F": "female", "M": "male", "UN": "other"}
_PEOPLE: Final = frozenset(
    "assignedPerson associatedPerson informationRecipient relatedPerson guardianPerson subject maintainingPerson patient".split()
)
_ROLES: Final = frozenset(
    """patientRole assignedAuthor assignedEntity associatedEntity relatedEntity relatedSubject guardian intendedRecipient
    birthplace place""".split()
)
_ADDRESS: Final = {
    **dict.fromkeys(("streetAddressLine", "streetName", "houseNumber", "additionalLocator", "deliveryAddressLine"), "STREET_ADDRESS"),
    "city": "LOCATION", "county": "LOCATION", "precinct": "LOCATION", "postalCode": "ZIP_CODE",
}  # fmt: skip
# Uses of a name that is not the one a person goes by: pseudonym, artist, tribal, search, syllabic, ideographic.
_OTHER_USES: Final = frozenset("P A I SRCH SNDX PHON SYL IDE ABC".split())


def patient_id(root: Element) -> str:
    """What the document calls its patient by: a record number. Numbers of the state name no file; then the document's does."""
    numbers = ids(one(root, "recordTarget/patientRole"), but=frozenset(_ROOTS))
    return next(iter([*numbers, *ids(root)]), "")


def person_of(root: Element, number: str) -> Person:
    """The patient of the header, with everything that identifies anybody in the document by field."""
    patient = one(root, "recordTarget/patientRole/patient")
    sex = _SEX.get(attribute(patient, "administrativeGenderCode", "code"), "")
    died = iso(attribute(patient, "deceasedTime")) or ("yes" if attribute(patient, "deceasedInd") == "true" else "")
    name = usual_name(patient)
    return Person(
        f"Patient/{number}", name.plain, sex, iso(attribute(patient, "birthTime")), died, identifiers=known(root)
    )


def usual_name(person: Element) -> Name:
    """The name that a person goes by: the legal one, before those of other uses, of birth, and those that have ended."""
    names = list(reach(person, "name"))
    return human_name(min(names, key=_rank)) if names else Name()


def _rank(name: Element) -> tuple[bool, bool, bool]:
    uses = set((name.get("use") or "").split())
    family = list(reach(name, "family"))
    birth = bool(family) and all("BR" in (part.get("qualifier") or "").split() for part in family)
    ended = bool(attribute(name, "validTime/high"))
    return bool(uses & _OTHER_USES) or birth or ended, "L" not in uses, not said(name)


def human_name(name: Element) -> Name:
    """A CDA name by its parts; one without parts is a text."""
    found: dict[str, list[str]] = {"given": [], "family": [], "prefix": []}
    for part in name:
        if (value := said(part)) and local(part) in found:
            found[local(part)].append(value)
    if not any(found.values()):
        return Name(text=said(name))
    return Name(" ".join(found["family"]), tuple(found["given"]), " ".join(found["prefix"]))


def identifiers(root: Element) -> Iterator[tuple[str, str]]:
    """What the header and the entries know by field to identify a person: names, numbers, addresses, contacts, births."""
    for element in root.iter():
        kind = local(element)
        if kind in _ROLES:
            yield from _role(element, patient=kind == "patientRole")
        if kind in _PEOPLE:
            for name in reach(element, "name"):
                yield from _names(name)
            for birth in reach(element, "birthTime"):
                stamp = birth.get("value") or ""
                yield from (("DATE_OF_BIRTH", form) for form in (stamp, stamp[:8], moment(stamp)[:10]))
        elif kind == "playingEntity" and element.get("classCode") == "PSN":
            for name in reach(element, "name"):
                yield from _names(name)


def _names(name: Element) -> Iterator[tuple[str, str]]:
    found = human_name(name)
    yield from (("PERSON", form) for form in name_forms(found))
    # Parts of a double surname stand alone too.
    yield from (("PERSON", said(part)) for part in reach(name, "family"))


def _role(role: Element, *, patient: bool) -> Iterator[tuple[str, str]]:
    for identity in reach(role, "id"):
        entity = _ROOTS.get(identity.get("root") or "", "MRN" if patient else "")
        yield entity, identity.get("extension") or ""
    for address in reach(role, "addr"):
        yield from ((_ADDRESS.get(local(part), ""), said(part)) for part in address)
        if not len(address):
            yield "STREET_ADDRESS", said(address)
    for telecom in reach(role, "telecom"):
        yield _contact(telecom.get("value") or "")


def _contact(value: str) -> tuple[str, str]:
    scheme, colon, rest = value.partition(":")
    if scheme.lower() == "mailto" or "@" in value:
        return "EMAIL_ADDRESS", rest if colon else value
    return "PHONE_NUMBER", rest if colon and scheme.lower() in ("tel", "fax", "sms", "callto") else value


def known(root: Element) -> dict[str, tuple[str, ...]]:
    """All identifiers of a document by entity, each once, in its order."""
    found: dict[str, dict[str, None]] = {}
    for entity, value in identifiers(root):
        if entity and value.strip():
            found.setdefault(entity, {})[value.strip()] = None
    return {entity: tuple(values) for entity, values in found.items()}
