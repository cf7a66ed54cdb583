"""FHIR resources in sentences that say only what the record says; the words are fixed, no model writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from assistant.readers import fhir_care as care
from assistant.readers.fhir_notes import composition, note
from assistant.readers.fhir_plain import fields, questionnaire
from assistant.readers.fhir_sentence import sentence, tagged
from assistant.records.fhir.bundle import Names
from assistant.records.fhir.dosage import timing
from assistant.records.fhir.people import current_name, whole_name
from assistant.records.fhir.status import forbids
from assistant.records.fhir.values import (
    Resource,
    as_dict,
    as_list,
    concept,
    concepts,
    day,
    moment,
    span,
    string,
    value_of,
)
from assistant.records.timing import timing_words

HEADINGS: Final = {
    "Patient": "Patient", "AllergyIntolerance": "Allergies", "Condition": "Conditions",
    "MedicationStatement": "Medications", "MedicationRequest": "Medications", "MedicationAdministration": "Medications",
    "MedicationDispense": "Medications", "Medication": "Products", "Immunization": "Immunizations",
    "Procedure": "Procedures", "Observation": "Results", "DiagnosticReport": "Reports", "CarePlan": "Care plans",
    "Goal": "Goals", "CareTeam": "Care teams", "ServiceRequest": "Orders", "FamilyMemberHistory": "Family history",
    "Device": "Devices", "ImagingStudy": "Imaging", "Encounter": "Encounters", "DocumentReference": "Notes",
    "Composition": "Notes", "Flag": "Flags", "Claim": "Billing", "ExplanationOfBenefit": "Billing",
    "Practitioner": "People and organisations", "Organization": "People and organisations",
    "RelatedPerson": "People and organisations", "Location": "People and organisations",
}  # fmt: skip


def describe(resource: Resource, names: Names) -> str:
    """The resource in sentences, '' where it says nothing. A type without words of its own gives its fields as lines."""
    writer = _WORDS.get(string(resource, "resourceType"))
    text = writer(resource, names) if writer else fields(resource, names)
    if text and forbids(resource) and not text.startswith("Not to be "):
        text = f"Not to be done. {text}"
    notes = [sentence("Note", said) for n in as_list(resource.get("note")) if (said := string(as_dict(n), "text"))]
    return "\n\n".join(filter(None, [text, *notes]))


def _patient(r: Resource, _: Names) -> str:
    name = current_name(r)
    others = [as_dict(n) for n in as_list(r.get("name")) if as_dict(n) != name]
    lines = [
        sentence("Record", "" if _is_in_use(r) else "no longer in use"),
        sentence("Name", whole_name(name, prefix=True)),
        *(sentence("Other name", tagged_use(whole_name(n, prefix=True), string(n, "use"))) for n in others),
        sentence("Sex", string(r, "gender")),
        sentence("Date of birth", string(r, "birthDate")),
        sentence("Died", string(r, "deceasedDateTime")[:10] or {"true": "yes"}.get(string(r, "deceasedBoolean"), "")),
        sentence("Marital status", concept(r.get("maritalStatus"))),
        sentence("Language", concepts([as_dict(c).get("language") for c in as_list(r.get("communication"))])),
        *(
            sentence("Address", tagged_use(_address(as_dict(a)), string(as_dict(a), "use")))
            for a in as_list(r.get("address"))
        ),
        *(
            sentence(
                string(as_dict(t), "system").capitalize(),
                tagged_use(string(as_dict(t), "value"), string(as_dict(t), "use")),
            )
            for t in as_list(r.get("telecom"))
        ),
        *(
            sentence(concept(as_dict(i).get("type")) or "Identifier", string(as_dict(i), "value"))
            for i in as_list(r.get("identifier"))
        ),
    ]
    # A bare subject is a field that the record does not hold.
    return "\n".join(line for line in lines if ": " in line)


def _is_in_use(r: Resource) -> bool:
    """Whether a person's record is neither closed nor replaced by another (both are modifiers of FHIR's Patient)."""
    linked = [string(as_dict(x), "type") for x in as_list(r.get("link"))]
    return string(r, "active") != "false" and "replaced-by" not in linked


def tagged_use(value: str, use: str) -> str:
    """A name, address or number with what makes it another than the one in use."""
    return f"{value} ({use})" if value and use in ("old", "maiden", "temp", "nickname", "anonymous") else value


def _address(a: Mapping[str, object]) -> str:
    if text := string(a, "text"):
        return text
    parts = [*(str(p) for p in as_list(a.get("line"))), string(a, "city"), string(a, "state"), string(a, "postalCode")]
    return ", ".join(filter(None, [*parts, string(a, "country")]))


def _plan(r: Resource, names: Names) -> str:
    done: list[str] = []
    barred: list[str] = []
    for activity in as_list(r.get("activity")):
        detail = as_dict(as_dict(activity).get("detail"))
        name = concept(detail.get("code")) or string(detail, "description")
        if name:
            status = string(detail, "status")
            name = " ".join(filter(None, [name, timing_words(timing(detail.get("scheduledTiming")))]))
            (barred if forbids(detail) else done).append(f"{name} ({status})" if status else name)
    said = sentence(
        f"{'Care plan' if r['resourceType'] == 'CarePlan' else 'Care team'}: "
        f"{string(r, 'title') or concepts(as_list(r.get('category'))[1:] or r.get('category')) or 'not named'}",
        tagged("status", string(r, "status")),
        span(r.get("period")),
        tagged("activities", ", ".join(done)),
        tagged("for", care.references(r.get("addresses"), names, r)),
    )
    # What is not to be done has a sentence of its own, which nothing else in the list can be read into.
    return " ".join(filter(None, [said, sentence("Not to be done", ", ".join(barred)) if barred else ""]))


def _goal(r: Resource, names: Names) -> str:
    targets = [as_dict(t) for t in as_list(r.get("target"))]
    return sentence(
        f"Goal: {concept(r.get('description')) or 'not named'}",
        tagged("status", string(r, "lifecycleStatus")),
        tagged("achievement", concept(r.get("achievementStatus"))),
        tagged("target", ", ".join(filter(None, map(_target, targets)))),
        tagged("due", ", ".join(filter(None, (string(t, "dueDate") for t in targets)))),
        tagged("for", care.references(r.get("addresses"), names, r)),
    )


def _target(target: Mapping[str, object]) -> str:
    detail = {f"value{key.removeprefix('detail')}": value for key, value in target.items() if key.startswith("detail")}
    return " ".join(filter(None, (concept(target.get("measure")), value_of(detail))))


def _family(r: Resource, _: Names) -> str:
    conditions = [as_dict(c) for c in as_list(r.get("condition"))]
    return sentence(
        f"Family history: {concept(r.get('relationship')) or 'relative'}",
        ", ".join(filter(None, map(_of_relative, conditions))),
        {"true": "deceased"}.get(string(r, "deceasedBoolean"), ""),
        tagged("deceased", moment(r, "deceased")),
    )


def _of_relative(condition: Mapping[str, object]) -> str:
    outcome = concept(condition.get("outcome"))
    parts = (
        concept(condition.get("code")),
        tagged("onset", moment(condition, "onset")),
        f"({outcome})" if outcome else "",
    )
    return " ".join(filter(None, parts))


def _device(r: Resource, _: Names) -> str:
    name = concept(r.get("type")) or string(as_dict(next(iter(as_list(r.get("deviceName"))), {})), "name")
    return sentence(f"Device: {name or 'not named'}", tagged("status", string(r, "status")))


def _imaging(r: Resource, _: Names) -> str:
    series = [as_dict(s) for s in as_list(r.get("series"))]
    kinds = concepts([s.get("modality") for s in series])
    sites = concepts([s.get("bodySite") for s in series])
    return sentence(f"Imaging: {kinds or 'study'}", tagged("of", sites), tagged("on", day(string(r, "started"))))


def _bill(r: Resource, _: Names) -> str:
    total = as_dict(
        r.get("total")
        if isinstance(r.get("total"), dict)
        else as_dict(next(iter(as_list(r.get("total"))), {})).get("amount")
    )
    items = concepts([as_dict(i).get("productOrService") for i in as_list(r.get("item"))])
    kind = "Claim" if r["resourceType"] == "Claim" else "Explanation of benefit"
    return sentence(
        f"{kind}: {items or concept(r.get('type')) or 'not named'}",
        tagged("total", f"{string(total, 'value')} {string(total, 'currency')}".strip()),
        tagged("created", day(string(r, "created"))),
    )


def _party(r: Resource, _: Names) -> str:
    name = r.get("name")
    whole = name if isinstance(name, str) else whole_name(current_name(r), prefix=True)
    role = concepts(r.get("relationship")) or concepts(r.get("type"))
    return sentence(f"{r['resourceType']}: {whole}", role) if whole else ""


def _flag(r: Resource, _: Names) -> str:
    return sentence(
        f"Flag: {concept(r.get('code')) or 'not named'}", tagged("status", string(r, "status")), span(r.get("period"))
    )


_WORDS: Final[Mapping[str, Callable[[Resource, Names], str]]] = {
    "Patient": _patient, "Condition": care.condition, "AllergyIntolerance": care.allergy,
    "MedicationRequest": care.medication, "MedicationStatement": care.medication, "MedicationAdministration": care.medication,
    "MedicationDispense": care.medication, "Medication": care.product, "Observation": care.observation,
    "Procedure": care.procedure, "Immunization": care.immunization, "Encounter": care.encounter,
    "DiagnosticReport": care.report, "DocumentReference": note, "CarePlan": _plan, "CareTeam": _plan, "Goal": _goal,
    "ServiceRequest": care.order, "FamilyMemberHistory": _family, "Device": _device, "ImagingStudy": _imaging, "Claim": _bill,
    "ExplanationOfBenefit": _bill, "Practitioner": _party, "Organization": _party, "RelatedPerson": _party,
    "Location": _party, "Composition": composition, "Flag": _flag, "QuestionnaireResponse": questionnaire,
}  # fmt: skip
