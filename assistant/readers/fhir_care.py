"""Care in sentences: conditions, allergies, medicines, results, procedures, contacts, reports, orders.

A thing that was denied, not done or must not be done says so in its first words, so that no quote can lose it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from assistant.readers.fhir_notes import attachments
from assistant.readers.fhir_sentence import sentence, tagged
from assistant.records.codes import FLAG_WORDS
from assistant.records.dosage import dosage_words
from assistant.records.fhir.bundle import Names
from assistant.records.fhir.dosage import steps, timing
from assistant.records.fhir.status import forbids, standing_of, void
from assistant.records.fhir.terms import contact_class, name_of, named, term
from assistant.records.fhir.values import (
    Resource,
    as_dict,
    as_list,
    bounds,
    code,
    concept,
    concepts,
    day,
    moment,
    quantity,
    span,
    string,
    value_of,
)
from assistant.records.negatives import denies
from assistant.records.timing import timing_words


def _listed(*parts: str) -> str:
    return ", ".join(dict.fromkeys(filter(None, parts)))


def references(values: object, names: Names, holder: Resource) -> str:
    """What several references are about, comma separated."""
    return _listed(*(named(value, names, holder).text for value in as_list(values)))


def _reasons(r: Resource, names: Names) -> str:
    return _listed(
        concepts(r.get("reasonCode")),
        references(r.get("reasonReference"), names, r),
        references(r.get("reason"), names, r),
    )


def _denied(section: str, value: object) -> str:
    """The sentence of an entry that says that there is nothing of its kind."""
    found = term(value)
    return sentence(f"The record states: {found.text}") if denies(section, found) else ""


def condition(r: Resource, _: Names) -> str:
    """A condition with its standing: what is not confirmed says so."""
    verified = code(r.get("verificationStatus"))
    return _denied("problems", r.get("code")) or sentence(
        f"Condition: {concept(r.get('code')) or 'not named'}",
        tagged("status", code(r.get("clinicalStatus"))),
        verified if verified not in ("", "confirmed") else "",
        tagged("severity", concept(r.get("severity"))),
        tagged("stage", concepts([as_dict(s).get("summary") for s in as_list(r.get("stage"))])),
        tagged("site", concepts(r.get("bodySite"))),
        tagged("onset", moment(r, "onset")),
        tagged("resolved", moment(r, "abatement")),
    )


def allergy(r: Resource, _: Names) -> str:
    """An allergy or intolerance, or the statement that there is none."""
    reactions = [as_dict(x) for x in as_list(r.get("reaction"))]
    shown = concepts([m for x in reactions for m in as_list(x.get("manifestation"))])
    name = concept(r.get("code")) or concepts([x.get("substance") for x in reactions])
    return _denied("allergies", r.get("code")) or sentence(
        f"Allergy or intolerance: {name or 'not named'}",
        tagged("status", code(r.get("clinicalStatus"))),
        tagged("verification", code(r.get("verificationStatus"))),
        tagged("criticality", string(r, "criticality")),
        tagged("reaction", shown),
        tagged("severity", _listed(*(string(x, "severity") for x in reactions))),
        tagged("recorded", day(string(r, "recordedDate"))),
        tagged("onset", moment(r, "onset")),
    )


_KINDS: Final[Mapping[str, str]] = {
    "MedicationRequest": "Medication", "MedicationStatement": "Medication taken", "MedicationAdministration": "Medication given",
    "MedicationDispense": "Medication dispensed",
}  # fmt: skip
_NOT: Final[Mapping[tuple[str, str], str]] = {
    ("MedicationStatement", "not-taken"): "Medication not taken",
    ("MedicationAdministration", "not-done"): "Medication not given",
    ("MedicationDispense", "declined"): "Medication not dispensed",
    ("Procedure", "not-done"): "Procedure not done",
    ("Immunization", "not-done"): "Immunization not given",
}


def _kind(r: Resource, usual: str) -> str:
    """What the entry is, with the "not" of its status, or of the flag that releases before R4 have for it."""
    return _NOT.get((string(r, "resourceType"), standing_of(r)), usual)


def _status_reason(r: Resource) -> str:
    return tagged("because of", concepts(r.get("statusReason")) or concepts(r.get("statusReasonCodeableConcept")))


def medication(r: Resource, names: Names) -> str:
    """A medicine with its dose as one order; one that must not be given has no dose."""
    if value := _denied("medications", r.get("medicationCodeableConcept")):
        return value
    drug = (
        concept(r.get("medicationCodeableConcept"))
        or named(r.get("medicationReference") or r.get("medication"), names, r).text
    )
    kind = "Not to be given" if forbids(r) else _kind(r, _KINDS[string(r, "resourceType")])
    intent = string(r, "intent")
    return sentence(
        f"{kind}: {drug or 'not named'}",
        tagged("status", standing_of(r)),
        _status_reason(r),
        tagged("intent", intent if intent not in ("", "order") else ""),
        "" if forbids(r) else dosage_words(steps(r.get("dosageInstruction") or r.get("dosage"))),
        tagged("ordered on", day(string(r, "authoredOn"))),
        moment(r, "effective"),
        moment(r, "occurence"),
        tagged("handed over on", day(string(r, "whenHandedOver"))),
        *_supply(r),
        tagged("for", _reasons(r, names)),
    )


def _supply(r: Resource) -> tuple[str, ...]:
    """How much was or is to be dispensed, which is no dose."""
    wanted = as_dict(r.get("dispenseRequest"))
    refills = string(wanted, "numberOfRepeatsAllowed")
    return (
        tagged("quantity dispensed", quantity(r.get("quantity"))),
        tagged("supply for", quantity(r.get("daysSupply"))),
        tagged("quantity to dispense", quantity(wanted.get("quantity"))),
        tagged("refills", refills if refills != "0" else ""),
    )


def product(r: Resource, names: Names) -> str:
    """A medicinal product that the file describes, which is not to say that anybody takes it."""
    name = name_of(r, names, r).text
    return sentence(f"Medicinal product: {name}", tagged("form", concept(r.get("form")))) if name else ""


def observation(r: Resource, names: Names) -> str:
    """A result, with what makes it less than final and what it is a result of."""
    name = concept(r.get("code")) or "Observation"
    parts = [_component(as_dict(c)) for c in as_list(r.get("component"))]
    value = value_of(r) or unread_value(r)
    status = string(r, "status")
    return sentence(
        f"{name}: {value}" if value else name,
        *filter(None, parts),
        tagged(
            "concerning", references(r.get("focus"), names, r) or ("another person or thing" if r.get("focus") else "")
        ),
        tagged("interpretation", _marks(r)),
        tagged("reference range", _ranges(r)),
        "" if value or any(parts) else tagged("no value, reason", concept(r.get("dataAbsentReason"))),
        tagged("derived from", _origins(r, names)),
        tagged("specimen", references(r.get("specimen"), names, r)),
        tagged("site", concept(r.get("bodySite"))),
        tagged("method", concept(r.get("method"))),
        tagged("status", status if status != "final" else ""),
        moment(r, "effective") or tagged("issued", day(string(r, "issued"))),
    )


def _origins(r: Resource, names: Names) -> str:
    """The results that a result was derived from, with their values: of a drug test the organism that was grown."""
    found = []
    for reference in map(as_dict, as_list(r.get("derivedFrom"))):
        target = names.find(string(reference, "reference"), r)
        value = value_of(target) if target is not None and not void(target) else ""
        name = named(reference, names, r).text
        found.append(f"{name} {value}".strip() if name else "")
    return _listed(*found)


def _component(c: Mapping[str, object]) -> str:
    """A part of a result with its mark and range, or why it has no value."""
    value = value_of(c) or unread_value(c)
    if not value:
        return tagged(f"{concept(c.get('code'))} no value, reason", concept(c.get("dataAbsentReason")))
    beside = [_marks(c), tagged("reference range", _ranges(c))]
    told = ", ".join(filter(None, beside))
    return f"{concept(c.get('code'))} {value}{f' ({told})' if told else ''}"


def _marks(holder: Mapping[str, object]) -> str:
    """The interpretations of a result in words; codes that every release has in theirs."""
    given = (concept(value) for value in as_list(holder.get("interpretation")))
    return _listed(*(FLAG_WORDS.get(text, text) for text in given))


def _ranges(holder: Mapping[str, object]) -> str:
    """Reference ranges, each with whom and what it holds for: of several none holds for everybody."""
    found = []
    for span_ in map(as_dict, as_list(holder.get("referenceRange"))):
        limits = bounds(span_) or string(span_, "text")
        kind = code(span_.get("type"))
        whom = _listed(concepts(span_.get("appliesTo")), tagged("age", bounds(span_.get("age"))))
        beside = _listed("" if kind in ("", "normal") else concept(span_.get("type")), whom)
        found.append(f"{limits} ({beside})" if limits and beside else limits)
    return _listed(*found)


def unread_value(holder: Mapping[str, object]) -> str:
    """What stands for a value that is no words: a curve, a file."""
    if holder.get("valueSampledData"):
        return "a series of measured values, not read"
    return "an attached file, not read" if holder.get("valueAttachment") else ""


def procedure(r: Resource, names: Names) -> str:
    """A procedure, or one that was not done."""
    return _denied("procedures", r.get("code")) or sentence(
        f"{_kind(r, 'Procedure')}: {concept(r.get('code')) or 'not named'}",
        tagged("status", standing_of(r)),
        _status_reason(r),
        moment(r, "performed") or moment(r, "occurrence"),
        tagged("site", concepts(r.get("bodySite"))),
        tagged("for", _reasons(r, names)),
        tagged("outcome", concept(r.get("outcome"))),
        tagged("complication", concepts(r.get("complication"))),
    )


def immunization(r: Resource, _: Names) -> str:
    """A vaccine that was given, or was not."""
    return _denied("immunizations", r.get("vaccineCode")) or sentence(
        f"{_kind(r, 'Immunization')}: {concept(r.get('vaccineCode')) or 'not named'}",
        tagged("status", standing_of(r)),
        tagged("reason", concept(r.get("statusReason"))),
        moment(r, "occurrence"),
        tagged("lot", string(r, "lotNumber")),
        tagged("dose", quantity(r.get("doseQuantity"))),
    )


def encounter(r: Resource, names: Names) -> str:
    """A contact with the service."""
    kind = contact_class(next(iter(as_list(r.get("class"))), None)).text
    return sentence(
        f"Encounter: {concepts(r.get('type')) or kind or 'visit'}",
        tagged("class", kind if r.get("type") else ""),
        tagged("status", string(r, "status")),
        span(r.get("period") or r.get("actualPeriod")),
        tagged("for", _reasons(r, names)),
        tagged("diagnosis", references([as_dict(d).get("condition") for d in as_list(r.get("diagnosis"))], names, r)),
        tagged("at", string(as_dict(r.get("serviceProvider")), "display")),
        tagged("discharge", concept(as_dict(r.get("hospitalization")).get("dischargeDisposition"))),
    )


def report(r: Resource, names: Names) -> str:
    """A report with its results, its conclusion and the texts that it carries."""
    inside = [as_dict(c) for c in as_list(r.get("contained")) if as_dict(c).get("resourceType") == "Observation"]
    status = string(r, "status")
    text = sentence(
        f"Report: {concept(r.get('code')) or 'not named'}",
        moment(r, "effective") or tagged("issued", day(string(r, "issued"))),
        tagged("status", status if status != "final" else ""),
        tagged("results", references(r.get("result"), names, r)),
    )
    conclusion = string(r, "conclusion") or concepts(r.get("conclusionCode"))
    # The conclusion may be quoted alone.
    judged = f"Conclusion ({status})" if status not in ("", "final") else "Conclusion"
    said = [text, *(observation(o, names) for o in inside), sentence(judged, conclusion) if conclusion else ""]
    return "\n\n".join(filter(None, [*said, *attachments(as_list(r.get("presentedForm")))]))


def order(r: Resource, names: Names) -> str:
    """An order, or an order that something must not be done."""
    intent = string(r, "intent")
    said = concept(r.get("code")) or named(r.get("code"), names, r).text
    return sentence(
        f"{'Not to be done' if forbids(r) else 'Order'}: {said or 'not named'}",
        tagged("status", string(r, "status")),
        tagged("intent", intent if intent not in ("", "order") else ""),
        tagged("priority", string(r, "priority")),
        concepts(r.get("orderDetail")),
        moment(r, "occurrence"),
        timing_words(timing(r.get("occurrenceTiming"))),
        "as needed"
        if string(r, "asNeededBoolean") == "true"
        else tagged("as needed for", concept(r.get("asNeededCodeableConcept"))),
        tagged("quantity", quantity(r.get("quantityQuantity")) or bounds(r.get("quantityRange"))),
        tagged("site", concepts(r.get("bodySite"))),
        tagged("instruction", string(r, "patientInstruction")),
        tagged("ordered on", day(string(r, "authoredOn"))),
        tagged("for", _reasons(r, names)),
    )
