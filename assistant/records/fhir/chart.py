"""FHIR R4 resources of one patient to a chart. What states nothing (in error, refuted, not understood) is listed apart."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from assistant.records.codes import from_interpretation
from assistant.records.dosage import dosage_words
from assistant.records.fhir.bundle import Names, Share
from assistant.records.fhir.dosage import steps
from assistant.records.fhir.people import known, person_of
from assistant.records.fhir.status import DO_NOT, forbids, standing_of, void
from assistant.records.fhir.terms import contact_class, is_number, limits, named, term, unit_of, until, when
from assistant.records.fhir.values import (
    Resource,
    as_dict,
    as_list,
    code,
    concepts,
    exact,
    key_of,
    moment,
    string,
    value_of,
)
from assistant.records.model import (
    ELSEWHERE,
    Allergy,
    Chart,
    Denial,
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
    Unread,
)
from assistant.records.negatives import SECTION_CODES, denies, denies_allergy, uninformed

_MAX_NOTE: Final = 1 << 20


@dataclass(slots=True)
class _Draft:
    """A chart in the making."""

    names: Names
    sections: dict[str, list[Fact]] = field(default_factory=dict)
    denials: list[Denial] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    excluded: list[Excluded] = field(default_factory=list)

    def put(self, section: str, fact: Fact) -> None:
        """Add a fact; one that denies its kind is a denial, one without a name says nothing that anybody could read."""
        if section != "allergies" and denies(section, fact.term):
            self.denials.append(Denial(fact.resource, section, fact.term))
        elif uninformed(fact.term):
            self.excluded.append(Excluded(fact.resource, "no information", section))
        elif fact.term.text:
            self.sections.setdefault(section, []).append(fact)
        else:
            self.unread.append(Unread("an entry without a name", section, fact.resource))


def chart_of(patient_id: str, given: Sequence[Share]) -> Chart:
    """The chart of one patient from what files hold of him."""
    entries = [entry for share in given for entry in (*share.entries, *share.shared)]
    held = [entry.resource for share in given for entry in share.held]
    draft = _Draft(Names(entries))
    seen = _each(entry.resource for entry in entries)
    for resource in seen:
        _take(resource, draft)
    patient = next((share.patient for share in given if share.patient), {})
    person = person_of(patient) if patient and patient not in held and not void(patient) else Person()
    return Chart(
        patient_id,
        replace(person, identifiers=known([patient, *seen, *held])),
        denials=tuple(draft.denials),
        unread=tuple(draft.unread),
        excluded=tuple(draft.excluded),
        hidden=frozenset(map(section_of, held)) - {""},
        **{name: tuple(found) for name, found in draft.sections.items()},  # type: ignore[arg-type]
    )


def _each(resources: Iterable[Resource]) -> list[Resource]:
    """The resources without those that several parts repeat."""
    found: dict[str, list[Resource]] = {}
    for resource in resources:
        same = found.setdefault(key_of(resource), [])
        if resource not in same:
            same.append(resource)
    return [resource for same in found.values() for resource in same]


def section_of(resource: Resource) -> str:
    """The section of the chart that a type of resources stands in, '' for none."""
    return _MAKERS.get(str(resource["resourceType"]), ("", None))[0]


def _take(resource: Resource, draft: _Draft) -> None:
    section, make = _MAKERS.get(str(resource["resourceType"]), ("", None))
    key = key_of(resource)
    if resource["resourceType"] == "Patient" and (reason := void(resource)):
        draft.excluded.append(Excluded(key, reason))
    elif make is None:
        draft.unread += _unread(resource, key, draft)
    elif reason := void(resource) or (DO_NOT if forbids(resource) else ""):
        draft.excluded.append(Excluded(key, reason, section))
    elif resource.get("focus"):
        # What is observed of a child, a donor or a partner stands in the record of the one whose record it is.
        draft.excluded.append(Excluded(key, "about somebody or something else", section))
    else:
        for fact in make(resource, key, draft.names):
            draft.put(section, fact)
        if resource["resourceType"] == "DiagnosticReport":
            _report(resource, key, draft)


def _report(resource: Resource, key: str, draft: _Draft) -> None:
    """The results inside a report; one that holds its results in words only is not silent about them."""
    inside = _contained_results(resource, key, draft.names)
    for fact in inside:
        draft.put("results", fact)
    said = any(isinstance(note, Note) and note.text for note in _note(resource, key, draft.names))
    if not inside and not said and not resource.get("result"):
        draft.unread.append(Unread("DiagnosticReport", "results", key))


def _unread(resource: Resource, key: str, draft: _Draft) -> Iterable[Unread]:
    """What a resource that no section is made of may say about one."""
    kind = str(resource["resourceType"])
    if kind not in _UNREAD or void(resource):
        return
    if kind not in ("List", "Composition"):
        yield Unread(kind, _UNREAD[kind], key)
        return
    for part in [resource] if kind == "List" else [as_dict(s) for s in as_list(resource.get("section"))]:
        section = _section_by_code(part)
        if section and code(part.get("emptyReason")) == "nilknown":
            draft.denials.append(Denial(key, section, Term(f"no known {section}")))
        elif section and not part.get("entry") and string(as_dict(part.get("text")), "div"):
            yield Unread(string(part, "title") or kind, section, key)


def _section_by_code(part: Mapping[str, object]) -> str:
    codes = [string(as_dict(c), "code") for c in as_list(as_dict(part.get("code")).get("coding"))]
    return next((SECTION_CODES[c] for c in codes if c in SECTION_CODES), "")


# Types that hold what a chart should say and that are not read: the section that they may concern, '' for any.
_UNREAD: Final = {
    "List": "", "Composition": "", "QuestionnaireResponse": "", "ClinicalImpression": "problems", "AdverseEvent": "allergies",
    **dict.fromkeys(
        "CarePlan Communication CommunicationRequest Consent DetectedIssue DeviceRequest DeviceUseStatement EpisodeOfCare "
        "FamilyMemberHistory Flag Goal ImagingStudy ImmunizationEvaluation ImmunizationRecommendation MolecularSequence "
        "NutritionOrder RequestGroup RiskAssessment ServiceRequest SupplyRequest VisionPrescription".split(),
        ELSEWHERE,
    ),
}  # fmt: skip


def _reasons(r: Resource, names: Names) -> str:
    said = [term(c).text for c in as_list(r.get("reasonCode"))]
    said += [named(x, names, r).text for key in ("reasonReference", "reason") for x in as_list(r.get(key))]
    return ", ".join(dict.fromkeys(filter(None, said)))


def _problem(r: Resource, key: str, _: Names) -> list[Fact]:
    return [
        Problem(
            key,
            _sited(r),
            code(r.get("clinicalStatus")) or ("resolved" if when(r, "abatement") else "unknown"),
            when(r, "onset") or moment(r, "onset").removeprefix("at "),
            when(r, "abatement"),
            code(r.get("verificationStatus")),
            term(r.get("severity")).text,
        )
    ]


def _sited(r: Resource) -> Term:
    """What a condition or procedure is called, with its place on the body: the left hip is not the right one."""
    named_, site = term(r.get("code")), concepts(r.get("bodySite"))
    if not named_.text or not site or site.lower() in named_.text.lower():
        return named_
    coded = all(term(place).coded for place in as_list(r.get("bodySite")))
    return Term(f"{named_.text} ({site})", named_.codes, named_.coded and coded)


_KINDS: Final = {
    "MedicationRequest": "ordered",
    "MedicationStatement": "taken",
    "MedicationAdministration": "given",
    "MedicationDispense": "dispensed",
}


def _medication(r: Resource, key: str, names: Names) -> list[Fact]:
    drug = term(r.get("medicationCodeableConcept"))
    if not drug.text:
        drug = named(r.get("medicationReference") or r.get("medication"), names, r)
    dose = r.get("dosageInstruction") or r.get("dosage")
    start = string(r, "authoredOn") or when(r, "effective") or string(r, "whenHandedOver")
    return [
        Medication(
            key,
            drug,
            standing_of(r) or "unknown",
            dosage_words(steps(dose)),
            start,
            until(r, "effective"),
            _KINDS[string(r, "resourceType")],
            string(r, "intent"),
            _reasons(r, names),
        )
    ]


def _allergy(r: Resource, key: str, _: Names) -> list[Fact]:
    named = term(r.get("code"))
    reactions = [as_dict(x) for x in as_list(r.get("reaction"))]
    if not named.text:
        named = next((t for x in reactions if (t := term(x.get("substance"))).text), named)
    shown = [_reaction(x) for x in reactions]
    return [
        Allergy(
            key,
            named,
            code(r.get("clinicalStatus")) or "unknown",
            ", ".join(dict.fromkeys(filter(None, shown))),
            string(r, "criticality"),
            string(r, "recordedDate") or when(r, "onset"),
            code(r.get("verificationStatus")),
            denies_allergy(named),
        )
    ]


def _reaction(reaction: Resource) -> str:
    """What happened and how bad it was: "Wheeze, Rash (severe)"."""
    signs, severity = concepts(reaction.get("manifestation")), string(reaction, "severity")
    return f"{signs} ({severity})" if signs and severity else signs


def _results(r: Resource, key: str, names: Names) -> list[Fact]:
    date = when(r, "effective") or string(r, "issued")
    status = string(r, "status") or "unknown"
    holders = [r, *(as_dict(c) for c in as_list(r.get("component")))]
    found = [fact for holder in holders if (fact := _result(holder, key, date, status)) is not None]
    source = _grown(r, names)
    return [
        replace(fact, term=replace(fact.term, text=f"{fact.term.text} ({source})")) if source else fact
        for fact in found
    ]


def _grown(r: Resource, names: Names) -> str:
    """What a result was derived from where that has a name as its value: of a drug test the organism that was grown.

    The same drug against another organism is another test.
    """
    found = []
    for reference in map(as_dict, as_list(r.get("derivedFrom"))):
        target = names.find(string(reference, "reference"), r)
        if target is not None and not void(target) and (value := term(target.get("valueCodeableConcept")).text):
            found.append(value)
    return ", ".join(dict.fromkeys(found))


def _result(holder: Resource, key: str, date: str, status: str) -> Result | None:
    value, number, comparator, unit = _value(holder)
    if not value:
        return None
    flag = from_interpretation([code(i) for i in as_list(holder.get("interpretation"))])
    return Result(
        key,
        term(holder.get("code")),
        value,
        number,
        comparator,
        unit,
        date,
        status,
        flag,
        "record" if flag else "",
        limits=limits(holder.get("referenceRange"), as_dict(holder.get("valueQuantity"))),
    )


def _value(holder: Resource) -> tuple[str, str, str, str]:
    """Value in words, as a decimal, its comparator and unit."""
    measured = as_dict(holder.get("valueQuantity"))
    amount = exact(measured.get("value"))
    if amount:
        comparator = string(measured, "comparator")
        return f"{comparator}{amount}", amount if is_number(amount) else "", comparator, unit_of(measured)
    whole = exact(holder.get("valueInteger"))
    if whole:
        return whole, whole, "", ""
    return value_of(holder), "", "", ""


def _encounter(r: Resource, key: str, names: Names) -> list[Fact]:
    kind = as_dict(r.get("class"))
    named = next((t for value in as_list(r.get("type")) if (t := term(value)).text), contact_class(kind))
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


def _procedure(r: Resource, key: str, _: Names) -> list[Fact]:
    date = when(r, "performed") or string(r, "performedString")
    return [Procedure(key, _sited(r), standing_of(r) or "unknown", date)]


def _immunization(r: Resource, key: str, _: Names) -> list[Fact]:
    date = when(r, "occurrence") or string(r, "occurrenceString")
    return [Immunization(key, term(r.get("vaccineCode")), standing_of(r) or "unknown", date)]


def _note(r: Resource, key: str, _: Names) -> list[Fact]:
    attachments = [as_dict(as_dict(c).get("attachment")) for c in as_list(r.get("content"))]
    attachments += [as_dict(a) for a in as_list(r.get("presentedForm"))]
    text = "\n\n".join(filter(None, [*map(_text, attachments), string(r, "conclusion")]))
    if r["resourceType"] == "DiagnosticReport" and not attachments and not text:
        return []
    title = next((t for t in (term(r.get("type")), term(r.get("code"))) if t.text), Term("clinical note"))
    date = string(r, "date") or when(r, "effective") or string(r, "issued")
    status = string(r, "docStatus") or string(r, "status")
    return [Note(key, title, date, text, status if status not in ("final", "current") else "")]


def _contained_results(r: Resource, key: str, names: Names) -> list[Fact]:
    """The results that a report carries inside itself; they are as final as it is."""
    inner = [as_dict(c) for c in as_list(r.get("contained"))]
    found = [_results(o, key, names) for o in inner if o.get("resourceType") == "Observation" and not void(o)]
    return [fact for facts in found for fact in facts]


def _text(attachment: Mapping[str, object]) -> str:
    if not string(attachment, "contentType").lower().startswith("text/plain"):
        return ""
    try:
        data = base64.b64decode(string(attachment, "data")[: _MAX_NOTE * 4 // 3 // 4 * 4], validate=False)
    except (binascii.Error, ValueError):
        return ""
    return data.decode("utf-8", "replace").strip()


_Maker = Callable[[Resource, str, Names], list[Fact]]
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
