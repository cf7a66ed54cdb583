"""C-CDA documents (HL7 CDA R2, Consolidated templates) to charts. XML without DTD, entities or network.

Sections are known by their LOINC code, entries by their class and mood. Entries that deny (`negationInd`) are listed apart,
but for "no known allergies", which is a fact of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from assistant.errors import ReaderError
from assistant.records.ccda.tree import (
    ids,
    narrative,
    one,
    parse,
    reach,
    relations,
    term_of,
    time_of,
    times_of,
    value_of,
)
from assistant.records.codes import from_interpretation
from assistant.records.hl7.stamps import iso
from assistant.records.model import (
    Allergy,
    Chart,
    Encounter,
    Excluded,
    Fact,
    Immunization,
    Limits,
    Medication,
    Note,
    Person,
    Problem,
    Procedure,
    Result,
    Term,
)
from assistant.records.security import labels_of

Element = Any

_SEX: Final = {"F": "female", "M": "male", "UN": "other"}
_SSN: Final = "2.16.840.1.113883.4.1"
# Consolidated CDA: templates of the observations that carry a status or reaction.
_STATUS_TEMPLATES: Final = ("2.16.840.1.113883.10.20.22.4.6", "2.16.840.1.113883.10.20.22.4.28")
# Problem, allergy, and substance or device allergy observations: what a concern is about.
_SUBJECTS: Final = frozenset(f"2.16.840.1.113883.10.20.22.4.{n}" for n in (4, 7, 90))
_REACTION: Final = "2.16.840.1.113883.10.20.22.4.9"
_CRITICALITY: Final = "2.16.840.1.113883.10.20.22.4.145"
_CONCERN: Final = {"active": "active", "completed": "resolved", "aborted": "inactive", "suspended": "inactive"}


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry on its way to a fact: the element that states it, its name in citations, and the ids of the narrative."""

    element: Element
    key: str
    words: Callable[[str], str]
    concern: str = ""


def chart_of(data: bytes, source: str) -> Chart:
    """The chart of one document. Raises ReaderError where it is no C-CDA document or names no patient."""
    root = parse(data, source)
    role = one(root, "recordTarget/patientRole")
    numbers = [*ids(role, but=_SSN), *ids(root)] if role is not None else []
    if not numbers:
        raise ReaderError("the document names no patient", path=source, remedy="export it with its header")
    # Nobody's files are called by a social security number: then the document's own id stands in.
    patient_id = numbers[0]
    sections: dict[str, list[Fact]] = {}
    excluded: list[Excluded] = []
    used: set[str] = set()
    for section in root.iterfind(".//{*}structuredBody/{*}component/{*}section"):
        code = one(section, "code")
        loinc = code.get("code", "") if code is not None else ""
        name, kind, make = _SECTIONS.get(loinc, ("", "", None))
        made = 0
        for entry in _entries(section, kind, loinc, used) if make is not None else ():
            if make is None:
                continue
            found = make(entry)
            made += len(found)
            sections.setdefault(name, []).extend(f for f in found if not isinstance(f, Excluded))
            excluded.extend(f for f in found if isinstance(f, Excluded))
        if not made and (text := narrative(section)) and section.get("nullFlavor") is None:
            title = (one(section, "title").text or "").strip() if one(section, "title") is not None else loinc
            sections.setdefault("notes", []).append(Note(f"Section/{loinc or 'unnamed'}", Term(title), "", text))
    confidentiality = one(root, "confidentialityCode")
    return Chart(
        patient_id,
        _person(role, patient_id),
        excluded=tuple(excluded),
        labels=labels_of([confidentiality.get("code", "")]) if confidentiality is not None else frozenset(),
        **{name: tuple(found) for name, found in sections.items()},  # type: ignore[arg-type]
    )


def _person(role: Element, patient_id: str) -> Person:
    patient = one(role, "patient")
    given = [p.text.strip() for p in reach(patient, "name/given") if p.text]
    family = next((p.text.strip() for p in reach(patient, "name/family") if p.text), "")
    sex = one(patient, "administrativeGenderCode")
    birth = one(patient, "birthTime")
    birth_day = iso(birth.get("value", "")) if birth is not None else ""
    street = [p.text.strip() for p in reach(role, "addr/streetAddressLine") if p.text]
    phones = [t.get("value", "").removeprefix("tel:") for t in reach(role, "telecom") if t.get("value")]
    whole = " ".join([*given, family]).strip()
    known = {
        "PERSON": tuple(filter(None, [whole, family, *(p for p in given if len(p) > 2)])),
        "MRN": tuple(ids(role, but=_SSN)),
        "US_SSN": tuple(n for n in ids(role) if n not in ids(role, but=_SSN)),
        "STREET_ADDRESS": tuple(street),
        "PHONE_NUMBER": tuple(phones),
        "DATE_OF_BIRTH": tuple(filter(None, [birth_day])),
    }
    return Person(
        f"Patient/{patient_id}",
        whole,
        _SEX.get(sex.get("code", ""), "") if sex is not None else "",
        birth_day,
        identifiers={k: v for k, v in known.items() if v},
    )


def _entries(section: Element, kind: str, loinc: str, used: set[str]) -> Iterator[Entry]:
    texts = {e.get("ID"): " ".join("".join(e.itertext()).split()) for e in section.iter() if e.get("ID")}

    def words(reference: str) -> str:
        return texts.get(reference.removeprefix("#"), "")

    for n, (element, concern) in enumerate(_statements(section), 1):
        own = ids(element)
        key = f"{kind}/{own[0]}" if own else f"{kind}/{loinc}-{n}"
        if key in used:
            key = f"{kind}/{own[0] if own else loinc}-{n}"
        used.add(key)
        yield Entry(element, key, words, concern)


def _statements(section: Element) -> Iterator[tuple[Element, str]]:
    """The acts of a section that state something: concerns and organizers opened, with the status of the concern."""
    for entry in reach(section, "entry"):
        for act in entry:
            if not isinstance(act.tag, str):
                continue
            name = act.tag.rpartition("}")[2]
            if name == "organizer":
                yield from ((o, "") for o in reach(act, "component/observation"))
            elif name == "act" and any(True for _ in relations(act, "SUBJ")):
                status = one(act, "statusCode")
                concern = status.get("code", "") if status is not None else ""
                # Severity and the like may stand beside the observation that the concern is about.
                yield from ((o, concern) for o in relations(act, "SUBJ") if _is_subject(o))
            else:
                yield act, ""


def _is_subject(observation: Element) -> bool:
    templates = {t.get("root") for t in reach(observation, "templateId")}
    return not templates or bool(templates & _SUBJECTS)


def _denied(entry: Entry) -> bool:
    return bool(entry.element.get("negationInd") == "true")


def _status(element: Element) -> str:
    """The status that a nested status observation gives, in small letters."""
    for observation in reach(element, "entryRelationship/observation"):
        if any(t.get("root") in _STATUS_TEMPLATES for t in reach(observation, "templateId")):
            value = one(observation, "value")
            return (value.get("displayName") or "").lower() if value is not None else ""
    return ""


def _problems(entry: Entry) -> list[Fact | Excluded]:
    if _denied(entry):
        return [Excluded(entry.key, "negated")]
    value = one(entry.element, "value")
    named = term_of(value, entry.words)
    if not named.text:
        return []
    low, high, ended = times_of(entry.element)
    status = _status(entry.element) or ("resolved" if ended else _CONCERN.get(entry.concern, "unknown"))
    return [Problem(entry.key, named, status, low, high)]


def _allergies(entry: Entry) -> list[Fact | Excluded]:
    element = entry.element
    substance = next(
        (
            t
            for code in reach(element, "participant/participantRole/playingEntity/code")
            if (t := term_of(code, entry.words)).text
        ),
        Term(""),
    )
    if not substance.text:
        name = one(element, "participant/participantRole/playingEntity/name")
        substance = Term((name.text or "").strip()) if name is not None else substance
    kind = term_of(one(element, "value"), entry.words)
    named = substance if substance.text else kind
    if not named.text:
        return []
    low, _, ended = times_of(element)
    if _denied(entry):
        denied = Term(f"No known allergy ({named.text})", coded=named.coded)
        return [Allergy(entry.key, denied, "active", recorded=low, negated=True)]
    status = _status(element) or ("resolved" if ended else _CONCERN.get(entry.concern, "unknown"))
    reaction = ", ".join(_nested(entry, _REACTION))
    return [Allergy(entry.key, named, status, reaction, ", ".join(_nested(entry, _CRITICALITY)), low)]


def _nested(entry: Entry, template: str) -> list[str]:
    found = []
    for observation in reach(entry.element, "entryRelationship/observation"):
        if any(t.get("root") == template for t in reach(observation, "templateId")):
            text = term_of(one(observation, "value"), entry.words).text
            if text and observation.get("negationInd") != "true":
                found.append(text)
    return found


def _drug(entry: Entry) -> Term:
    material = one(entry.element, "consumable/manufacturedProduct/manufacturedMaterial")
    named = term_of(one(material, "code"), entry.words)
    name = one(material, "name")
    return named if named.text or name is None else Term((name.text or "").strip())


def _state(entry: Entry, default: str = "unknown") -> str:
    status = one(entry.element, "statusCode")
    return (status.get("code") if status is not None else None) or default


def _medications(entry: Entry) -> list[Fact | Excluded]:
    if not entry.element.tag.endswith("substanceAdministration"):
        return []
    if _denied(entry):
        return [Excluded(entry.key, "negated")]
    named = _drug(entry)
    if not named.text:
        return []
    low, high, _ = times_of(entry.element)
    planned = entry.element.get("moodCode") == "INT"
    kind = "ordered" if planned else "taken"
    return [Medication(entry.key, named, _state(entry), _dose(entry), low, high, kind)]


def _dose(entry: Entry) -> str:
    parts = []
    dose = one(entry.element, "doseQuantity")
    if dose is not None and dose.get("value"):
        unit = dose.get("unit", "")
        parts.append(f"dose {dose.get('value')}{f' {unit}' if unit not in ('', '1') else ''}")
    for time in reach(entry.element, "effectiveTime"):
        period = one(time, "period")
        if period is not None and period.get("value"):
            parts.append(f"every {period.get('value')} {period.get('unit', '')}".strip())
    route = term_of(one(entry.element, "routeCode"), entry.words).text
    parts.append(f"route {route}" if route else "")
    sig = one(entry.element, "text")
    told = value_of(sig, entry.words)[0] if sig is not None else ""
    return ", ".join(filter(None, parts)) or told


def _results(entry: Entry) -> list[Fact | Excluded]:
    if not entry.element.tag.endswith("observation"):
        return []
    if _denied(entry):
        return [Excluded(entry.key, "negated")]
    value = one(entry.element, "value")
    text, number, unit = value_of(value, entry.words)
    named = term_of(one(entry.element, "code"), entry.words)
    if not text or not named.text:
        return []
    codes = [c.get("code", "") for c in reach(entry.element, "interpretationCode")]
    flag = from_interpretation(codes)
    date = time_of(entry.element)
    return [
        Result(
            entry.key,
            named,
            text,
            number,
            "",
            unit,
            date,
            _state(entry),
            flag,
            "record" if flag else "",
            limits=_range(entry),
        )
    ]


def _range(entry: Entry) -> Limits:
    found = list(reach(entry.element, "referenceRange/observationRange"))
    if len(found) != 1:
        return Limits()
    low, high = one(found[0], "value/low"), one(found[0], "value/high")
    text = one(found[0], "text")
    said = " ".join("".join(text.itertext()).split()) if text is not None else ""
    return Limits(
        low.get("value", "") if low is not None else "", high.get("value", "") if high is not None else "", said
    )


def _encounters(entry: Entry) -> list[Fact | Excluded]:
    if not entry.element.tag.endswith("encounter"):
        return []
    low, high, _ = times_of(entry.element)
    named = term_of(one(entry.element, "code"), entry.words)
    return [Encounter(entry.key, named, _state(entry), "", low, high)] if named.text else []


def _procedures(entry: Entry) -> list[Fact | Excluded]:
    if entry.element.get("moodCode") != "EVN":
        return []
    if _denied(entry):
        return [Excluded(entry.key, "negated")]
    named = term_of(one(entry.element, "code"), entry.words)
    return [Procedure(entry.key, named, _state(entry), time_of(entry.element))] if named.text else []


def _immunizations(entry: Entry) -> list[Fact | Excluded]:
    named = _drug(entry)
    status = "not-done" if _denied(entry) else _state(entry)
    return [Immunization(entry.key, named, status, time_of(entry.element))] if named.text else []


_Maker = Callable[[Entry], list[Fact | Excluded]]
# LOINC code of the section -> section of the chart, type in citations, maker.
_SECTIONS: Final[dict[str, tuple[str, str, _Maker]]] = {
    "11450-4": ("problems", "Condition", _problems),
    "46240-8": ("encounters", "Encounter", _encounters),
    "10160-0": ("medications", "MedicationStatement", _medications),
    "48765-2": ("allergies", "AllergyIntolerance", _allergies),
    "30954-2": ("results", "Observation", _results),
    "8716-3": ("results", "Observation", _results),
    "29762-2": ("results", "Observation", _results),
    "47420-5": ("results", "Observation", _results),
    "47519-4": ("procedures", "Procedure", _procedures),
    "11369-6": ("immunizations", "Immunization", _immunizations),
}
