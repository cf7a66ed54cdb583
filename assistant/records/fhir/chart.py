"""FHIR R4 resources of one patient to a chart. Entries marked as errors, and refuted ones, are no facts: they are listed apart."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from assistant.readers.fhir import identifiers
from assistant.records.codes import from_interpretation
from assistant.records.fhir.terms import Resource, dosage, first_code, is_number, limits, term, until, when
from assistant.records.fhir.values import as_dict, as_list, key_of, string, value_of
from assistant.records.model import (
    Allergy,
    Chart,
    Encounter,
    Excluded,
    Fact,
    Immunization,
    Medication,
    Note,
    Person,
    Problem,
    Procedure,
    Result,
    Term,
)
from assistant.records.negatives import denies_allergy
from assistant.records.security import labels_of

Bearings = Mapping[str, Resource]
# FHIR R4: statuses under which an entry states nothing about the patient.
_VOID: Final = frozenset({"entered-in-error", "cancelled"})
_NOT_SO: Final = frozenset({"refuted", "entered-in-error"})
_MAX_NOTE: Final = 1 << 20


def resource_labels(resource: Resource) -> frozenset[str]:
    """The access labels that the resource's own security labels ask for beside the ordinary one."""
    return labels_of(string(as_dict(tag), "code") for tag in as_list(as_dict(resource.get("meta")).get("security")))


def chart_of(patient_id: str, resources: Iterable[Resource], aliases: Mapping[str, Resource] | None = None) -> Chart:
    """The chart of one patient. `aliases`: further names (full URLs) by which references call resources."""
    kept = [r for r in resources if isinstance(r, dict)]
    names: dict[str, Resource] = {**(aliases or {}), **{key_of(r): r for r in kept}}
    sections: dict[str, list[Fact]] = {}
    excluded: list[Excluded] = []
    seen: set[str] = set()
    person = Person()
    for resource in kept:
        key = key_of(resource)
        if key in seen and string(resource, "id"):
            continue
        seen.add(key)
        if resource["resourceType"] == "Patient":
            person = _person(resource)
            continue
        section, make = _MAKERS.get(str(resource["resourceType"]), ("", None))
        if make is None:
            continue
        if reason := _void(resource):
            excluded.append(Excluded(key, reason))
            continue
        sections.setdefault(section, []).extend(make(resource, key, names))
    known = {k: tuple(dict.fromkeys([*person.identifiers.get(k, ()), *v])) for k, v in _known(kept).items()}
    return Chart(
        patient_id,
        replace(person, identifiers=known),
        excluded=tuple(excluded),
        **{name: tuple(found) for name, found in sections.items()},  # type: ignore[arg-type]
    )


def _known(resources: Iterable[Resource]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for resource in resources:
        for entity, value in identifiers(resource):
            if entity and value:
                found.setdefault(entity, []).append(value)
    return found


def _void(resource: Resource) -> str:
    status = string(resource, "status")
    if status in _VOID:
        return status
    verified = first_code(resource.get("verificationStatus"))
    if verified in _NOT_SO:
        return verified
    return "do-not-perform" if resource.get("doNotPerform") is True else ""


def _person(r: Resource) -> Person:
    names = [as_dict(n) for n in as_list(r.get("name"))]
    official = next((n for n in names if string(n, "use") == "official"), names[0] if names else {})
    given = [str(p) for p in as_list(official.get("given")) if p]
    whole = string(official, "text") or " ".join(filter(None, [*given, string(official, "family")]))
    died = string(r, "deceasedDateTime") or ("yes" if r.get("deceasedBoolean") is True else "")
    return Person(key_of(r), whole, string(r, "gender"), string(r, "birthDate"), died)


def _named(value: Any, names: Bearings, holder: Resource) -> Term:
    """What a reference points to: contained ("#id"), relative, by full URL; its display where nothing is there."""
    reference = as_dict(value)
    target = string(reference, "reference")
    found: Resource = {}
    if target.startswith("#"):
        inside = [as_dict(c) for c in as_list(holder.get("contained"))]
        found = next((c for c in inside if string(c, "id") == target[1:]), {})
    else:
        found = names.get(target) or names.get("/".join(target.split("/_history")[0].split("/")[-2:])) or {}
    named = term(found.get("code"))
    return named if named.text else Term(string(reference, "display"))


def _reasons(r: Resource, names: Bearings) -> str:
    said = [term(c).text for c in as_list(r.get("reasonCode"))]
    said += [_named(x, names, r).text for x in as_list(r.get("reasonReference"))]
    return ", ".join(dict.fromkeys(filter(None, said)))


def _problem(r: Resource, key: str, _: Bearings) -> list[Fact]:
    return [
        Problem(
            key,
            term(r.get("code")),
            first_code(r.get("clinicalStatus")) or ("resolved" if when(r, "abatement") else "unknown"),
            when(r, "onset"),
            when(r, "abatement"),
            first_code(r.get("verificationStatus")),
            term(r.get("severity")).text,
        )
    ]


_KINDS: Final = {
    "MedicationRequest": "ordered",
    "MedicationStatement": "taken",
    "MedicationAdministration": "given",
    "MedicationDispense": "dispensed",
}


def _medication(r: Resource, key: str, names: Bearings) -> list[Fact]:
    drug = term(r.get("medicationCodeableConcept"))
    if not drug.text:
        drug = _named(r.get("medicationReference"), names, r)
    dose = r.get("dosageInstruction") or r.get("dosage")
    start = string(r, "authoredOn") or when(r, "effective") or string(r, "whenHandedOver")
    return [
        Medication(
            key,
            drug,
            string(r, "status") or "unknown",
            _given(dose) if r["resourceType"] == "MedicationAdministration" else dosage(dose),
            start,
            until(r, "effective"),
            _KINDS[r["resourceType"]],
            string(r, "intent"),
            _reasons(r, names),
        )
    ]


def _given(value: Any) -> str:
    entry = as_dict(value)
    return string(entry, "text") or dosage([{"doseAndRate": [{"doseQuantity": entry.get("dose")}]}])


def _allergy(r: Resource, key: str, _: Bearings) -> list[Fact]:
    named = term(r.get("code"))
    reactions = [as_dict(x) for x in as_list(r.get("reaction"))]
    if not named.text:
        named = next((t for x in reactions if (t := term(x.get("substance"))).text), named)
    shown = [term(m).text for x in reactions for m in as_list(x.get("manifestation"))]
    return [
        Allergy(
            key,
            named,
            first_code(r.get("clinicalStatus")) or "unknown",
            ", ".join(dict.fromkeys(filter(None, shown))),
            string(r, "criticality"),
            string(r, "recordedDate") or when(r, "onset"),
            first_code(r.get("verificationStatus")),
            denies_allergy(named),
        )
    ]


def _results(r: Resource, key: str, _: Bearings) -> list[Fact]:
    date = when(r, "effective") or string(r, "issued")
    status = string(r, "status") or "unknown"
    found: list[Fact] = []
    named = term(r.get("code"))
    for holder, name in [
        (r, named),
        *((as_dict(c), term(as_dict(c).get("code"))) for c in as_list(r.get("component"))),
    ]:
        value, number, comparator, unit = _value(holder)
        if value:
            flag = from_interpretation([first_code(i) for i in as_list(holder.get("interpretation"))])
            found.append(
                Result(
                    key,
                    name,
                    value,
                    number,
                    comparator,
                    unit,
                    date,
                    status,
                    flag,
                    "record" if flag else "",
                    limits=limits(holder.get("referenceRange")),
                )
            )
    return found


def _value(holder: Resource) -> tuple[str, str, str, str]:
    """Value in words, as a decimal, its comparator and unit."""
    measured = as_dict(holder.get("valueQuantity"))
    amount = string(measured, "value")
    if amount:
        unit = string(measured, "unit") or string(measured, "code")
        comparator = string(measured, "comparator")
        unit = "" if unit == "1" else unit
        return f"{comparator}{amount}", amount if is_number(amount) else "", comparator, unit
    whole = string(holder, "valueInteger")
    if whole:
        return whole, whole, "", ""
    return value_of(holder), "", "", ""


def _encounter(r: Resource, key: str, names: Bearings) -> list[Fact]:
    kind = as_dict(r.get("class"))
    named = next((t for value in as_list(r.get("type")) if (t := term(value)).text), term(kind))
    period = as_dict(r.get("period"))
    return [
        Encounter(
            key,
            named,
            string(r, "status") or "unknown",
            string(kind, "code"),
            string(period, "start"),
            string(period, "end"),
            _reasons(r, names),
        )
    ]


def _procedure(r: Resource, key: str, _: Bearings) -> list[Fact]:
    date = when(r, "performed") or string(r, "performedString")
    return [Procedure(key, term(r.get("code")), string(r, "status") or "unknown", date)]


def _immunization(r: Resource, key: str, _: Bearings) -> list[Fact]:
    date = when(r, "occurrence") or string(r, "occurrenceString")
    return [Immunization(key, term(r.get("vaccineCode")), string(r, "status") or "unknown", date)]


def _note(r: Resource, key: str, _: Bearings) -> list[Fact]:
    attachments = [as_dict(as_dict(c).get("attachment")) for c in as_list(r.get("content"))]
    attachments += [as_dict(a) for a in as_list(r.get("presentedForm"))]
    if r["resourceType"] == "DiagnosticReport" and not attachments:
        return []
    text = "\n\n".join(filter(None, map(_text, attachments)))
    named = next((t for t in (term(r.get("type")), term(r.get("code"))) if t.text), Term("clinical note"))
    return [Note(key, named, string(r, "date") or when(r, "effective") or string(r, "issued"), text)]


def _text(attachment: Mapping[str, Any]) -> str:
    if not string(attachment, "contentType").lower().startswith("text/plain"):
        return ""
    try:
        data = base64.b64decode(string(attachment, "data")[: _MAX_NOTE * 4 // 3 // 4 * 4], validate=False)
    except (binascii.Error, ValueError):
        return ""
    return data.decode("utf-8", "replace").strip()


_Maker = Callable[[Resource, str, Bearings], list[Fact]]
_MAKERS: Final[dict[str, tuple[str, _Maker]]] = {
    "Condition": ("problems", _problem),
    **dict.fromkeys(_KINDS, ("medications", _medication)),
    "AllergyIntolerance": ("allergies", _allergy),
    "Observation": ("results", _results),
    "Encounter": ("encounters", _encounter),
    "Procedure": ("procedures", _procedure),
    "Immunization": ("immunizations", _immunization),
    "DocumentReference": ("notes", _note),
    "DiagnosticReport": ("notes", _note),
}
