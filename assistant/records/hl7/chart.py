"""HL7 v2 messages to charts: ADT (patient, visit, diagnoses, allergies, procedures), ORU (results), MDM (documents).

Every fact is cited as "SEGMENT/<message control id>-<number of the segment>". Results that a later message corrects or
withdraws (OBX-11 C, D, W, X) are replaced or listed apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from assistant.records.codes import from_interpretation
from assistant.records.fhir.terms import is_number
from assistant.records.hl7.message import Message, Segment, messages
from assistant.records.hl7.stamps import iso
from assistant.records.model import (
    Allergy,
    Chart,
    Code,
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
from assistant.records.negatives import denies_allergy

_SEX: Final = {"F": "female", "M": "male", "O": "other", "A": "other"}
# HL7 table 0004.
_CLASS: Final = {
    "I": "inpatient", "O": "outpatient", "E": "emergency", "P": "preadmit", "R": "recurring patient", "B": "obstetrics",
}  # fmt: skip
_SYSTEMS: Final = {
    "LN": "http://loinc.org", "SCT": "http://snomed.info/sct", "I10": "http://hl7.org/fhir/sid/icd-10",
    "I10C": "http://hl7.org/fhir/sid/icd-10-cm", "RXNORM": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "CVX": "http://hl7.org/fhir/sid/cvx",
}  # fmt: skip
_DIAGNOSIS: Final = {"A": "admitting", "W": "working", "F": "final"}
_WITHDRAWN: Final = {"D": "deleted", "W": "entered-in-error", "X": "cancelled"}
_CANCEL_VISIT: Final = frozenset({"A11", "A38", "A27"})


@dataclass(slots=True)
class _Draft:
    """A chart in the making; later statements about the same thing replace earlier ones."""

    facts: dict[str, dict[str, Fact]] = field(default_factory=dict)
    excluded: list[Excluded] = field(default_factory=list)
    person: Person = field(default_factory=Person)

    def put(self, section: str, name: str, fact: Fact) -> None:
        known = self.facts.setdefault(section, {})
        known.pop(name, None)
        known[name] = fact


def patient_of(message: Message) -> str:
    """The patient's identifier in a message (PID-3, first repetition), '' where it names none."""
    pid = message.first("PID")
    return pid.part(3) if pid is not None else ""


def chart_of(patient_id: str, given: Iterable[Message]) -> Chart:
    """The chart of one patient from his messages, in the order of their time."""
    draft = _Draft()
    for message in sorted(given, key=lambda m: m.time):
        pid = message.first("PID")
        if pid is not None:
            draft.person = _person(pid, patient_id)
        _take(message, draft)
    return Chart(
        patient_id,
        draft.person,
        excluded=tuple(draft.excluded),
        **{name: tuple(found.values()) for name, found in draft.facts.items()},  # type: ignore[arg-type]
    )


def read(data: bytes, source: str) -> list[tuple[str, Message]]:
    """Each message with the patient that it speaks of. Raises ReaderError where the file holds no message."""
    return [(patient_of(message), message) for message in messages(data, source)]


def _take(message: Message, draft: _Draft) -> None:
    order: Segment | None = None
    lines: list[str] = []
    for segment in message.segments:
        if segment.name == "OBR":
            order = segment
        if segment.name == "OBX" and message.kind == "MDM":
            lines.append(segment.text(5))
        elif segment.name == "OBX":
            _observation(message, segment, order, draft)
        elif segment.name in _TAKERS:
            _TAKERS[segment.name](message, segment, draft)
    txa = message.first("TXA")
    if message.kind == "MDM" and txa is not None and any(lines):
        named = Term(txa.part(2, 2) or txa.part(2) or "document")
        draft.put(
            "notes", txa.part(12) or message.id, Note(_key(message, txa), named, iso(txa.part(4)), "\n".join(lines))
        )


def _key(message: Message, segment: Segment) -> str:
    return f"{segment.name}/{message.safe_id}-{segment.number}"


def _term(segment: Segment, at: int) -> Term:
    """A coded element: the text of it, else its code."""
    code, text, system = segment.part(at), segment.part(at, 2), segment.part(at, 3)
    codes = (Code(_SYSTEMS.get(system, system), code, text),) if code else ()
    # What a local table calls it is not a terminology's own word.
    return Term(text or code, codes, coded=system in _SYSTEMS)


def _person(pid: Segment, patient_id: str) -> Person:
    family, given, middle = pid.part(5), pid.part(5, 2), pid.part(5, 3)
    whole = " ".join(filter(None, [given, middle, family]))
    numbers = pid.firsts(3)
    known = {
        "PERSON": tuple(filter(None, [whole, f"{given} {family}".strip(), family, given])),
        "MRN": tuple(filter(None, [*numbers, pid.part(18)])),
        "US_SSN": tuple(filter(None, [pid.part(19)])),
        "STREET_ADDRESS": tuple(filter(None, [pid.part(11)])),
        "PHONE_NUMBER": tuple(filter(None, [pid.part(13), pid.part(14)])),
        "DATE_OF_BIRTH": tuple(filter(None, [iso(pid.part(7)), pid.part(7)])),
    }
    died = iso(pid.part(29)) or ("yes" if pid.part(30) == "Y" else "")
    return Person(
        f"Patient/{patient_id}",
        whole,
        _SEX.get(pid.part(8), ""),
        iso(pid.part(7)),
        died,
        {k: v for k, v in known.items() if v},
    )


def _diagnosis(message: Message, s: Segment, draft: _Draft) -> None:
    named = _term(s, 3)
    if not named.text:
        named = Term(s.text(4))
    if s.part(21) == "D":
        draft.excluded.append(Excluded(_key(message, s), "deleted"))
    elif named.text:
        kind = _DIAGNOSIS.get(s.part(6), "")
        draft.put(
            "problems", named.text.lower(), Problem(_key(message, s), named, "recorded", iso(s.part(5)), "", kind)
        )


def _allergy(message: Message, s: Segment, draft: _Draft) -> None:
    named = _term(s, 3)
    if named.text:
        fact = Allergy(
            _key(message, s), named, "recorded", s.text(5), s.part(4), iso(s.part(6)), negated=denies_allergy(named)
        )
        draft.put("allergies", named.text.lower(), fact)


def _visit(message: Message, s: Segment, draft: _Draft) -> None:
    number = s.part(19) or message.id
    if message.event in _CANCEL_VISIT:
        draft.facts.get("encounters", {}).pop(number, None)
        draft.excluded.append(Excluded(_key(message, s), "cancelled"))
        return
    kind = s.part(2)
    start, end = iso(s.part(44)), iso(s.part(45))
    status = "finished" if end or message.event == "A03" else "in-progress" if message.kind == "ADT" else "recorded"
    if message.kind != "ADT" and number in draft.facts.get("encounters", {}):
        return
    if kind in _CLASS:
        named = Term(f"{_CLASS[kind]} visit", coded=True)
        draft.put("encounters", number, Encounter(_key(message, s), named, status, kind, start, end))


def _procedure(message: Message, s: Segment, draft: _Draft) -> None:
    named = _term(s, 3)
    if not named.text:
        named = Term(s.text(4))
    if named.text:
        at = iso(s.part(5))
        draft.put("procedures", f"{named.text.lower()} {at}", Procedure(_key(message, s), named, "recorded", at))


# HL7 table 0322: completion of an administration.
_COMPLETION: Final = {"CP": "completed", "PA": "partially-administered", "RE": "not-done", "NA": "not-done"}


def _vaccine(message: Message, s: Segment, draft: _Draft) -> None:
    named = _term(s, 5)
    if named.text:
        status = _COMPLETION.get(s.part(20), "recorded")
        at = iso(s.part(3))
        draft.put("immunizations", f"{named.text.lower()} {at}", Immunization(_key(message, s), named, status, at))


def _medicine(message: Message, s: Segment, draft: _Draft) -> None:
    named = _term(s, 2)
    if named.text:
        unit = s.part(5, 2) or s.part(5)
        dose = " ".join(filter(None, [s.part(3), unit, s.part(1, 2)]))
        fact = Medication(_key(message, s), named, "recorded", dose, message.time and iso(message.time))
        draft.put("medications", named.text.lower(), fact)


def _observation(message: Message, s: Segment, order: Segment | None, draft: _Draft) -> None:
    named, state = _term(s, 3), s.part(11)
    ordered = (order.part(3) or order.part(2)) if order is not None else ""
    name = "|".join((ordered or message.id, named.text.lower(), s.part(4)))
    if state in _WITHDRAWN:
        draft.facts.get("results", {}).pop(name, None)
        draft.excluded.append(Excluded(_key(message, s), _WITHDRAWN[state]))
        return
    value, number, comparator = _value(s)
    if not named.text or not value:
        return
    date = iso(s.part(14)) or (iso(order.part(7)) if order is not None else "")
    flag = from_interpretation(s.firsts(8))
    status = {"F": "final", "C": "corrected", "P": "preliminary", "R": "preliminary"}.get(state, "recorded")
    fact = Result(
        _key(message, s), named, value, number, comparator, s.part(6, 1), date, status, flag, "record" if flag else "",
        limits=_range(s.text(7)),
    )  # fmt: skip
    previous = draft.facts.get("results", {}).get(name)
    if previous is not None and _key(message, s).split("-")[0] == previous.resource.split("-")[0]:
        name = f"{name}|{s.number}"
    draft.put("results", name, fact)


def _value(s: Segment) -> tuple[str, str, str]:
    kind = s.part(2)
    if kind in ("CE", "CWE", "CNE"):
        return s.part(5, 2) or s.part(5), "", ""
    if kind == "SN":
        comparator, first, separator, second = (s.part(5, part) for part in (1, 2, 3, 4))
        whole = f"{comparator}{first}{separator}{second}"
        plain = is_number(first) and not separator
        return whole, first if plain else "", {"<>": ""}.get(comparator, comparator) if plain else ""
    text = s.text(5)
    if kind == "NM":
        return text, text if is_number(text) else "", ""
    if kind in ("DT", "TS", "DTM"):
        return iso(text) or text, "", ""
    return text, "", ""


def _range(text: str) -> Limits:
    """OBX-7: "3.5-5.1", "<5.0", ">60"; other words are kept as words."""
    low, dash, high = text.partition("-")
    if dash and is_number(low.strip()) and is_number(high.strip()):
        return Limits(low.strip(), high.strip())
    if text[:1] == "<" and is_number(text[1:].strip("= ")):
        return Limits("", text[1:].strip("= "))
    if text[:1] == ">" and is_number(text[1:].strip("= ")):
        return Limits(text[1:].strip("= "), "")
    return Limits(text=text)


_Taker = Callable[[Message, Segment, _Draft], None]
_TAKERS: Final[dict[str, _Taker]] = {
    "DG1": _diagnosis,
    "AL1": _allergy,
    "PV1": _visit,
    "PR1": _procedure,
    "RXA": _vaccine,
    "RXE": _medicine,
}
