"""FHIR resources in sentences that say only what the record says; the words are fixed, no model writes them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any, Final

from assistant.readers.compose import squeeze, tidy
from assistant.records.fhir.values import (
    Resource,
    as_dict,
    as_list,
    bounds,
    code,
    concept,
    concepts,
    day,
    dosage,
    moment,
    quantity,
    reference,
    span,
    string,
    value_of,
)

Names = Mapping[str, Resource]

HEADINGS: Final = {
    "Patient": "Patient", "AllergyIntolerance": "Allergies", "Condition": "Conditions",
    "MedicationStatement": "Medications", "MedicationRequest": "Medications", "MedicationAdministration": "Medications",
    "MedicationDispense": "Medications", "Medication": "Medications", "Immunization": "Immunizations",
    "Procedure": "Procedures", "Observation": "Results", "DiagnosticReport": "Reports", "CarePlan": "Care plans",
    "Goal": "Goals", "CareTeam": "Care teams", "ServiceRequest": "Orders", "FamilyMemberHistory": "Family history",
    "Device": "Devices", "ImagingStudy": "Imaging", "Encounter": "Encounters", "DocumentReference": "Notes",
    "Composition": "Notes", "Flag": "Flags", "Claim": "Billing", "ExplanationOfBenefit": "Billing",
    "Practitioner": "People and organisations", "Organization": "People and organisations",
    "RelatedPerson": "People and organisations", "Location": "People and organisations",
}  # fmt: skip
_READABLE: Final = ("text/plain", "text/html", "application/xhtml+xml", "text/markdown", "text/rtf")
_MAX_NOTE: Final = 4 * 1024 * 1024


def describe(resource: Resource, names: Names) -> str:
    """The resource in sentences, '' where it says nothing. A type without words of its own gives its fields as lines."""
    writer = _WORDS.get(resource["resourceType"])
    text = writer(resource, names) if writer else _fields(resource)
    notes = [
        f"Note: {string(as_dict(n), 'text')}." for n in as_list(resource.get("note")) if string(as_dict(n), "text")
    ]
    return "\n\n".join(filter(None, [text, *notes]))


def _sentence(subject: str, *parts: str) -> str:
    """ "Subject: part, part." or "Kind: name, part, part." with the empty parts left out."""
    said = ", ".join(part for part in parts if part)
    joint = ", " if ": " in subject else ": "
    body = tidy(f"{subject}{joint}{said}" if said else subject).rstrip(".:; ")
    return f"{body}." if body else ""


def _tagged(name: str, value: str) -> str:
    return f"{name} {value}" if value else ""


def _patient(r: Resource, _: Names) -> str:
    name = as_dict(next(iter(as_list(r.get("name"))), {}))
    whole = string(name, "text") or " ".join(
        str(p) for p in [*as_list(name.get("prefix")), *as_list(name.get("given")), string(name, "family")] if p
    )
    lines = [
        _sentence("Name", whole),
        _sentence("Sex", string(r, "gender")),
        _sentence("Date of birth", string(r, "birthDate")),
        _sentence("Died", string(r, "deceasedDateTime")[:10] or {"true": "yes"}.get(string(r, "deceasedBoolean"), "")),
        _sentence("Marital status", concept(r.get("maritalStatus"))),
        _sentence("Language", concepts([as_dict(c).get("language") for c in as_list(r.get("communication"))])),
        *(_sentence("Address", _address(as_dict(a))) for a in as_list(r.get("address"))),
        *(
            _sentence(string(as_dict(t), "system").capitalize(), string(as_dict(t), "value"))
            for t in as_list(r.get("telecom"))
        ),
        *(
            _sentence(concept(as_dict(i).get("type")) or "Identifier", string(as_dict(i), "value"))
            for i in as_list(r.get("identifier"))
        ),
    ]
    # A bare subject is a field that the record does not hold.
    return "\n".join(line for line in lines if ": " in line)


def _address(a: Mapping[str, Any]) -> str:
    parts = [*(str(p) for p in as_list(a.get("line"))), string(a, "city"), string(a, "state"), string(a, "postalCode")]
    return ", ".join(filter(None, [*parts, string(a, "country")]))


def _condition(r: Resource, _: Names) -> str:
    verified = code(r.get("verificationStatus"))
    return _sentence(
        f"Condition: {concept(r.get('code')) or 'not named'}",
        _tagged("status", code(r.get("clinicalStatus"))),
        verified if verified not in ("", "confirmed") else "",
        _tagged("severity", concept(r.get("severity"))),
        _tagged("site", concepts(r.get("bodySite"))),
        _tagged("onset", moment(r, "onset")),
        _tagged("resolved", moment(r, "abatement")),
    )


def _allergy(r: Resource, _: Names) -> str:
    reactions = [as_dict(x) for x in as_list(r.get("reaction"))]
    shown = concepts([m for x in reactions for m in as_list(x.get("manifestation"))])
    severity = ", ".join(dict.fromkeys(filter(None, (string(x, "severity") for x in reactions))))
    return _sentence(
        f"Allergy or intolerance: {concept(r.get('code')) or 'not named'}",
        _tagged("status", code(r.get("clinicalStatus"))),
        _tagged("verification", code(r.get("verificationStatus"))),
        _tagged("criticality", string(r, "criticality")),
        _tagged("reaction", shown),
        _tagged("severity", severity),
        _tagged("recorded", day(string(r, "recordedDate"))),
        _tagged("onset", moment(r, "onset")),
    )


def _medication(r: Resource, names: Names) -> str:
    drug = concept(r.get("medicationCodeableConcept")) or reference(r.get("medicationReference"), names)
    reasons = concepts(r.get("reasonCode")) or ", ".join(
        filter(None, (reference(x, names) for x in as_list(r.get("reasonReference"))))
    )
    dose = dosage(r.get("dosageInstruction") or r.get("dosage"))
    kinds = {"MedicationRequest": "Medication", "MedicationStatement": "Medication taken", "Medication": "Medication"}
    kinds |= {"MedicationAdministration": "Medication given", "MedicationDispense": "Medication dispensed"}
    if r["resourceType"] == "Medication":
        return _sentence(f"Medication: {concept(r.get('code'))}", _tagged("form", concept(r.get("form"))))
    return _sentence(
        f"{kinds[r['resourceType']]}: {drug or 'not named'}",
        _tagged("status", string(r, "status")),
        _tagged("intent", string(r, "intent") if string(r, "intent") not in ("", "order") else ""),
        dose,
        _tagged("ordered on", day(string(r, "authoredOn"))),
        moment(r, "effective"),
        _tagged("handed over on", day(string(r, "whenHandedOver"))),
        _tagged("for", reasons),
    )


def _observation(r: Resource, _: Names) -> str:
    name = concept(r.get("code")) or "Observation"
    flags = concepts(r.get("interpretation"))
    ranges = [bounds(x) or string(as_dict(x), "text") for x in as_list(r.get("referenceRange"))]
    parts = []
    for component in as_list(r.get("component")):
        entry = as_dict(component)
        value = value_of(entry)
        if value:
            parts.append(f"{concept(entry.get('code'))} {value}")
    value = value_of(r)
    return _sentence(
        f"{name}: {value}" if value else name,
        *parts,
        _tagged("interpretation", flags),
        _tagged("reference range", ", ".join(filter(None, ranges))),
        "" if value or parts else _tagged("no value, reason", concept(r.get("dataAbsentReason"))),
        _tagged(
            "status", string(r, "status") if string(r, "status") not in ("final", "amended", "corrected", "") else ""
        ),
        moment(r, "effective") or _tagged("issued", day(string(r, "issued"))),
    )


def _procedure(r: Resource, names: Names) -> str:
    reasons = concepts(r.get("reasonCode")) or ", ".join(
        filter(None, (reference(x, names) for x in as_list(r.get("reasonReference"))))
    )
    return _sentence(
        f"Procedure: {concept(r.get('code')) or 'not named'}",
        _tagged("status", string(r, "status")),
        moment(r, "performed"),
        _tagged("site", concepts(r.get("bodySite"))),
        _tagged("for", reasons),
        _tagged("outcome", concept(r.get("outcome"))),
        _tagged("complication", concepts(r.get("complication"))),
    )


def _immunization(r: Resource, _: Names) -> str:
    return _sentence(
        f"Immunization: {concept(r.get('vaccineCode')) or 'not named'}",
        _tagged("status", string(r, "status")),
        _tagged("reason", concept(r.get("statusReason"))),
        moment(r, "occurrence"),
        _tagged("lot", string(r, "lotNumber")),
        _tagged("dose", quantity(r.get("doseQuantity"))),
    )


def _encounter(r: Resource, names: Names) -> str:
    reasons = concepts(r.get("reasonCode")) or ", ".join(
        filter(None, (reference(x, names) for x in as_list(r.get("reasonReference"))))
    )
    return _sentence(
        f"Encounter: {concepts(r.get('type')) or concept(r.get('class')) or 'visit'}",
        _tagged("class", string(as_dict(r.get("class")), "code")),
        _tagged("status", string(r, "status")),
        span(r.get("period")),
        _tagged("for", reasons),
        _tagged("at", string(as_dict(r.get("serviceProvider")), "display")),
        _tagged("discharge", concept(as_dict(r.get("hospitalization")).get("dischargeDisposition"))),
    )


def _report(r: Resource, names: Names) -> str:
    results = ", ".join(filter(None, (reference(x, names) for x in as_list(r.get("result")))))
    text = _sentence(
        f"Report: {concept(r.get('code')) or 'not named'}",
        moment(r, "effective") or _tagged("issued", day(string(r, "issued"))),
        _tagged("status", string(r, "status") if string(r, "status") != "final" else ""),
        _tagged("results", results),
    )
    conclusion = string(r, "conclusion") or concepts(r.get("conclusionCode"))
    notes = _attachments(as_list(r.get("presentedForm")))
    return "\n\n".join(filter(None, [text, _sentence("Conclusion", conclusion) if conclusion else "", *notes]))


def _note(r: Resource, _: Names) -> str:
    content = [as_dict(c).get("attachment") for c in as_list(r.get("content"))]
    head = _sentence(
        f"Note: {concept(r.get('type')) or 'clinical note'}",
        _tagged("dated", day(string(r, "date"))),
        _tagged("status", string(r, "status") if string(r, "status") != "current" else ""),
        string(r, "description"),
    )
    return "\n\n".join([head, *_attachments(content)])


def _attachments(values: list[Any]) -> list[str]:
    """The texts of attachments that carry text; pictures and PDFs inside a resource are named, not read."""
    from assistant.readers.html import fragment

    found: list[str] = []
    for value in values:
        attachment = as_dict(value)
        kind, data = string(attachment, "contentType").split(";")[0].strip().lower(), string(attachment, "data")
        if not data:
            continue
        if kind not in _READABLE and kind:
            found.append(_sentence("Attachment not read", kind))
            continue
        try:
            text = base64.b64decode(data[: _MAX_NOTE * 4 // 3], validate=False).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            found.append(_sentence("Attachment not read", "its encoding is damaged"))
            continue
        found.append(fragment(text)[0] if "html" in kind else squeeze(text.replace("\r\n", "\n")))
    return [text for text in found if text]


def _plan(r: Resource, names: Names) -> str:
    activities = []
    for activity in as_list(r.get("activity")):
        detail = as_dict(as_dict(activity).get("detail"))
        name = concept(detail.get("code")) or string(detail, "description")
        if name:
            status = string(detail, "status")
            activities.append(f"{name} ({status})" if status else name)
    return _sentence(
        f"{'Care plan' if r['resourceType'] == 'CarePlan' else 'Care team'}: "
        f"{string(r, 'title') or concepts(as_list(r.get('category'))[1:] or r.get('category')) or 'not named'}",
        _tagged("status", string(r, "status")),
        span(r.get("period")),
        _tagged("activities", ", ".join(activities)),
        _tagged("for", ", ".join(filter(None, (reference(x, names) for x in as_list(r.get("addresses")))))),
    )


def _goal(r: Resource, names: Names) -> str:
    return _sentence(
        f"Goal: {concept(r.get('description')) or 'not named'}",
        _tagged("status", string(r, "lifecycleStatus")),
        _tagged("achievement", concept(r.get("achievementStatus"))),
        _tagged("due", ", ".join(filter(None, (string(as_dict(t), "dueDate") for t in as_list(r.get("target")))))),
        _tagged("for", ", ".join(filter(None, (reference(x, names) for x in as_list(r.get("addresses")))))),
    )


def _order(r: Resource, _: Names) -> str:
    return _sentence(
        f"Order: {concept(r.get('code')) or 'not named'}",
        _tagged("status", string(r, "status")),
        _tagged("priority", string(r, "priority")),
        _tagged("ordered on", day(string(r, "authoredOn"))),
        _tagged("for", concepts(r.get("reasonCode"))),
    )


def _family(r: Resource, _: Names) -> str:
    conditions = [as_dict(c) for c in as_list(r.get("condition"))]
    return _sentence(
        f"Family history: {concept(r.get('relationship')) or 'relative'}",
        ", ".join(
            filter(
                None, (f"{concept(c.get('code'))} {_tagged('onset', moment(c, 'onset'))}".strip() for c in conditions)
            )
        ),
        {"true": "deceased"}.get(string(r, "deceasedBoolean"), ""),
    )


def _device(r: Resource, _: Names) -> str:
    name = concept(r.get("type")) or string(as_dict(next(iter(as_list(r.get("deviceName"))), {})), "name")
    return _sentence(f"Device: {name or 'not named'}", _tagged("status", string(r, "status")))


def _imaging(r: Resource, _: Names) -> str:
    series = [as_dict(s) for s in as_list(r.get("series"))]
    kinds = concepts([s.get("modality") for s in series])
    sites = concepts([s.get("bodySite") for s in series])
    return _sentence(f"Imaging: {kinds or 'study'}", _tagged("of", sites), _tagged("on", day(string(r, "started"))))


def _bill(r: Resource, _: Names) -> str:
    total = as_dict(
        r.get("total")
        if isinstance(r.get("total"), dict)
        else as_dict(next(iter(as_list(r.get("total"))), {})).get("amount")
    )
    items = concepts([as_dict(i).get("productOrService") for i in as_list(r.get("item"))])
    kind = "Claim" if r["resourceType"] == "Claim" else "Explanation of benefit"
    return _sentence(
        f"{kind}: {items or concept(r.get('type')) or 'not named'}",
        _tagged("total", f"{string(total, 'value')} {string(total, 'currency')}".strip()),
        _tagged("created", day(string(r, "created"))),
    )


def _party(r: Resource, _: Names) -> str:
    name = r.get("name")
    whole = name if isinstance(name, str) else ""
    if not whole:
        first = as_dict(next(iter(as_list(name)), {}))
        whole = string(first, "text") or " ".join(
            str(p) for p in [*as_list(first.get("prefix")), *as_list(first.get("given")), string(first, "family")] if p
        )
    role = concepts(r.get("relationship")) or concepts(r.get("type"))
    return _sentence(f"{r['resourceType']}: {whole}", role) if whole else ""


def _composition(r: Resource, _: Names) -> str:
    from assistant.readers.html import fragment

    parts = [
        _sentence(f"Note: {string(r, 'title') or concept(r.get('type'))}", _tagged("dated", day(string(r, "date"))))
    ]
    for section in as_list(r.get("section")):
        entry = as_dict(section)
        text = fragment(string(as_dict(entry.get("text")), "div"))[0] if entry.get("text") else ""
        parts.append("\n".join(filter(None, [string(entry, "title"), text])))
    return "\n\n".join(filter(None, parts))


def _flag(r: Resource, _: Names) -> str:
    return _sentence(
        f"Flag: {concept(r.get('code')) or 'not named'}", _tagged("status", string(r, "status")), span(r.get("period"))
    )


def _fields(r: Resource) -> str:
    """A type without words of its own: its plain fields and concepts as lines."""
    lines = []
    for name, value in r.items():
        if name in (
            "resourceType",
            "id",
            "meta",
            "text",
            "contained",
            "extension",
            "identifier",
            "implicitRules",
            "language",
        ):
            continue
        shown = concepts(value) if isinstance(value, dict | list) else string(r, name)
        if shown:
            lines.append(f"{name}: {shown}")
    return "\n".join([f"{r['resourceType']}.", *lines]) if lines else ""


_WORDS: Final[dict[str, Callable[[Resource, Names], str]]] = {
    "Patient": _patient, "Condition": _condition, "AllergyIntolerance": _allergy, "MedicationRequest": _medication,
    "MedicationStatement": _medication, "MedicationAdministration": _medication, "MedicationDispense": _medication,
    "Medication": _medication, "Observation": _observation, "Procedure": _procedure, "Immunization": _immunization,
    "Encounter": _encounter, "DiagnosticReport": _report, "DocumentReference": _note, "CarePlan": _plan,
    "CareTeam": _plan, "Goal": _goal, "ServiceRequest": _order, "FamilyMemberHistory": _family, "Device": _device,
    "ImagingStudy": _imaging, "Claim": _bill, "ExplanationOfBenefit": _bill, "Practitioner": _party,
    "Organization": _party, "RelatedPerson": _party, "Location": _party, "Composition": _composition, "Flag": _flag,
}  # fmt: skip
