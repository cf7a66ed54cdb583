"""HL7 v2 (ADT, ORU, MDM and others): one document a patient, one section a segment that says something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from assistant.readers.compose import Composer, stem, tidy
from assistant.readers.identifiers import Known
from assistant.records.hl7.message import Message, Segment, messages, moment
from assistant.records.people import IDENTIFIERS, name_forms
from assistant.types import Document

_FLAG: Final = {
    "H": "high", "HH": "critically high", "L": "low", "LL": "critically low", "A": "abnormal", "AA": "critically abnormal",
    "N": "normal", "R": "resistant", "S": "susceptible", "I": "intermediate", "POS": "positive", "NEG": "negative",
}  # fmt: skip
_STATUS: Final = {"F": "final", "P": "preliminary", "C": "corrected", "D": "deleted", "X": "cancelled", "W": "wrong"}
_CLASS: Final = {"I": "inpatient", "O": "outpatient", "E": "emergency", "P": "pre-admission", "R": "recurring"}
_SEX: Final = {"F": "female", "M": "male", "O": "other", "A": "ambiguous", "U": "unknown"}
_SILENT: Final = frozenset("MSH EVN SFT UAC DSC PD1 ROL CON ORC TQ1 MSA ERR QAK".split())
_TEXT_TYPES: Final = frozenset("TX FT ST".split())


def read_hl7(data: bytes, source: str) -> list[Document]:
    """A file of HL7 v2 messages, grouped by patient (PID-3).

    Each section is located as "SEGMENT/<message control id>-<number>". Identifiers of PID, NK1, PV1, IN1, GT1 and of the
    persons who ordered, observed and wrote are known by field.
    """
    groups: dict[str, list[Message]] = {}
    for message in messages(data, source):
        pid = message.first("PID")
        groups.setdefault(pid.part(3) or pid.part(2) if pid else "", []).append(message)
    return [_document(patient, group, source) for patient, group in groups.items() if _says(group)]


def _says(group: list[Message]) -> bool:
    return any(segment.name not in _SILENT for message in group for segment in message.segments)


def _document(patient: str, group: list[Message], source: str) -> Document:
    composer, known = Composer(source), Known()
    for message in group:
        composer.note(f"## {message.kind} {message.event} {moment(message.time)}")
        for locator, heading, text in _sections(message):
            composer.open(heading, locator)
            composer.add(text)
        for segment in message.segments:
            for entity, value in identifiers(segment):
                known.note(entity, value)
    metadata = {
        "record": patient,
        "patient_id": patient,
        "messages": str(len(group)),
        "kinds": " ".join(sorted({m.kind for m in group})),
    }
    title = f"Patient {patient}" if patient else stem(source)
    return composer.build(title=title, media_type="application/hl7-v2", metadata=metadata, fields=known.fields)


def _sections(message: Message) -> Iterator[tuple[str, str, str]]:
    """Locator, heading and text; consecutive text results of one name are one text."""
    heading, name, first = "", "", ""
    run: list[str] = []
    for segment in message.segments:
        if segment.name == "OBR":
            heading = _coded(segment, 4)
        texts = segment.name == "OBX" and segment.part(2) in _TEXT_TYPES and not segment.raw(6)
        title = _coded(segment, 3) if texts else ""
        if run and (not texts or title != name):
            yield first, name or heading, "\n".join(run)
            run = []
        if texts:
            if not run:
                first, name = message.locator(segment), title
            run.append(segment.text(5))
            continue
        describe = _WORDS.get(segment.name)
        unknown = "" if segment.name in _SILENT else _plain(segment)
        text = describe(segment) if describe is not None else unknown
        if text:
            yield message.locator(segment), _HEADINGS.get(segment.name, "") or heading, text
    if run:
        yield first, name or heading, "\n".join(run)


def _coded(segment: Segment, at: int) -> str:
    """A coded field (CE, CWE): its text, else the alternative text, else the code."""
    return tidy(segment.part(at, 2) or segment.part(at, 5) or segment.part(at))


def _lines(*pairs: tuple[str, str]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in pairs if value)


def person(segment: Segment, at: int, family: int = 1, repeat: int = 0) -> dict[str, object]:
    """A name field (XPN, or XCN with `family` 2) in the shape of FHIR's HumanName."""
    given = [segment.part(at, family + 1, repeat), segment.part(at, family + 2, repeat)]
    return {
        "family": segment.part(at, family, repeat),
        "given": [part for part in given if part],
        "prefix": [part] if (part := segment.part(at, family + 4, repeat)) else [],
    }


def _name(segment: Segment, at: int, family: int = 1) -> str:
    found = person(segment, at, family)
    return tidy(
        " ".join([*map(str, _listed(found["prefix"])), *map(str, _listed(found["given"])), str(found["family"])])
    )


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _address(segment: Segment, at: int) -> str:
    return ", ".join(part for n in (1, 2, 3, 4, 5) if (part := segment.part(at, n)))


def _pid(s: Segment) -> str:
    return _lines(
        ("Patient", _name(s, 5)),
        ("Patient number", ", ".join(s.parts(3))),
        ("Date of birth", moment(s.part(7))),
        ("Sex", _SEX.get(s.part(8), s.part(8))),
        ("Address", _address(s, 11)),
        ("Phone", ", ".join(s.parts(13))),
        ("Language", _coded(s, 15)),
        ("Died", moment(s.part(29))),
    )


def _pv1(s: Segment) -> str:
    return _lines(
        ("Visit", _CLASS.get(s.part(2), s.part(2))),
        ("Place", " ".join(part for n in (1, 2, 3) if (part := s.part(3, n)))),
        ("Attending", _name(s, 7, 2)),
        ("Service", s.part(10)),
        ("Admitted", moment(s.part(44))),
        ("Discharged", moment(s.part(45))),
    )


def _obx(s: Segment) -> str:
    kind = s.part(2)
    if kind in ("ED", "RP"):
        return f"{_coded(s, 3)}: an attached file of type {s.part(5, 3) or s.part(5, 2) or 'unknown'}, not read"
    value = ", ".join(_value(s, kind, n) for n in range(s.repeats(5)))
    if not value:
        return ""
    unit = s.part(6)
    notes = [
        f"reference {s.part(7)}" if s.part(7) else "",
        ", ".join(_FLAG.get(flag, flag) for flag in s.parts(8)),
        _STATUS.get(s.part(11), ""),
        moment(s.part(14)),
    ]
    tail = ", ".join(note for note in notes if note)
    return f"{_coded(s, 3)}: {value}{f' {unit}' if unit else ''}{f' ({tail})' if tail else ''}"


def _value(s: Segment, kind: str, n: int) -> str:
    if kind in ("CE", "CWE", "CNE"):
        return s.part(5, 2, n) or s.part(5, 1, n)
    if kind in ("DT", "TS", "DTM"):
        return moment(s.part(5, 1, n))
    if kind == "SN":
        return " ".join(part for c in (1, 2, 3, 4) if (part := s.part(5, c, n)))
    if kind == "XPN":
        return " ".join(part for c in (2, 1) if (part := s.part(5, c, n)))
    return tidy(" ".join(part for c in range(1, 5) if (part := s.part(5, c, n))))


def _txa(s: Segment) -> str:
    return _lines(
        ("Document", _coded(s, 2)),
        ("Written", moment(s.part(4) or s.part(6))),
        ("Author", _name(s, 9, 2)),
        ("Status", s.part(17)),
    )


def _plain(s: Segment) -> str:
    """A segment that is not known by name: its fields in order, without their meaning."""
    values = [tidy(s.text(at).replace(s.marks.component, " ")) for at in range(1, len(s.fields))]
    return f"{s.name}: " + " | ".join(value for value in values if value) if any(values) else ""


_WORDS: Final[dict[str, Callable[[Segment], str]]] = {
    "PID": _pid,
    "PV1": _pv1,
    "PV2": lambda s: _lines(("Reason of the visit", _coded(s, 3))),
    "OBR": lambda s: _lines(("Report", _coded(s, 4)), ("Observed", moment(s.part(7))), ("Ordered by", _name(s, 16, 2))),
    "OBX": _obx,
    "NTE": lambda s: s.text(3),
    "TXA": _txa,
    "AL1": lambda s: _lines(("Allergy", _coded(s, 3)), ("Severity", _coded(s, 4)), ("Reaction", ", ".join(s.parts(5)))),
    "DG1": lambda s: _lines(("Diagnosis", _coded(s, 3) or s.text(4)), ("Code", s.part(3)), ("Date", moment(s.part(5)))),
    "PR1": lambda s: _lines(("Procedure", _coded(s, 3) or s.text(4)), ("Date", moment(s.part(5)))),
    "RXA": lambda s: _lines(
        ("Given", _coded(s, 5)), ("Amount", f"{s.part(6)} {s.part(7)}".strip()), ("Date", moment(s.part(3)))
    ),
    "RXE": lambda s: _lines(
        ("Medication", _coded(s, 2)), ("Dose", f"{s.part(3)} {_coded(s, 5)}".strip()), ("Instructions", _coded(s, 7))
    ),
    "RXO": lambda s: _lines(("Medication", _coded(s, 1)), ("Dose", f"{s.part(2)} {_coded(s, 4)}".strip())),
    "NK1": lambda s: _lines(("Next of kin", _name(s, 2)), ("Relation", _coded(s, 3)), ("Phone", s.part(5))),
    "IN1": lambda s: _lines(("Insurance", s.part(4)), ("Policy", s.part(36))),
    "GT1": lambda s: _lines(("Guarantor", _name(s, 3))),
    "SCH": lambda s: _lines(("Appointment", _coded(s, 7)), ("When", moment(s.part(11, 4)))),
}
_HEADINGS: Final = {
    "PID": "Patient", "PV1": "Visit", "PV2": "Visit", "AL1": "Allergies", "DG1": "Diagnoses", "PR1": "Procedures",
    "RXA": "Immunizations", "RXE": "Medications", "RXO": "Medications", "NK1": "Next of kin", "IN1": "Insurance",
    "GT1": "Insurance", "TXA": "Document", "SCH": "Appointments",
}  # fmt: skip

# Segment to fields that hold names (XPN), persons with a number before the name (XCN), addresses, phones.
_NAMES: Final = {"PID": (5, 6, 9), "NK1": (2, 30), "GT1": (3,), "IN1": (16,), "IN2": (7,)}
_STAFF: Final = {
    "PV1": (7, 8, 9, 17, 52), "OBR": (10, 16, 28, 32, 33), "OBX": (16,), "TXA": (5, 9, 10, 11, 22, 23), "DG1": (16,),
    "PR1": (8, 11, 12), "ORC": (10, 11, 12), "EVN": (5,), "RXA": (10,), "PD1": (4,), "ROL": (4,),
}  # fmt: skip
_ADDRESSES: Final = {"PID": (11,), "NK1": (4,), "GT1": (5,), "IN1": (19,)}
_PHONES: Final = {"PID": (13, 14, 40), "NK1": (5, 6), "GT1": (6, 7)}
_BIRTHS: Final = {"PID": (7,), "NK1": (16,), "GT1": (8,), "IN1": (18,)}
_NUMBERS: Final = {
    "PID": ((2, "MRN"), (4, "MRN"), (18, "ACCOUNT_NUMBER"), (19, "US_SSN"), (20, "US_DRIVER_LICENSE"), (21, "MRN")),
    "PV1": ((19, "ACCOUNT_NUMBER"), (50, "ACCOUNT_NUMBER")),
    "IN1": ((36, "HEALTH_PLAN_ID"), (49, "HEALTH_PLAN_ID")),
    "IN2": ((1, "HEALTH_PLAN_ID"), (2, "US_SSN"), (6, "HEALTH_PLAN_ID"), (8, "HEALTH_PLAN_ID")),
    "GT1": ((12, "US_SSN"),),
    "NK1": ((37, "US_SSN"),),
}


def identifiers(segment: Segment) -> Iterator[tuple[str, str]]:
    """Entity and value of every field of a segment that identifies a person, as HL7 v2.5.1 defines the fields."""
    name = segment.name
    if name == "PID":
        for n in range(segment.repeats(3)):
            yield IDENTIFIERS.get(segment.part(3, 5, n), "MRN"), segment.part(3, 1, n)
    for at, entity in _NUMBERS.get(name, ()):
        yield from ((entity, value) for value in segment.parts(at))
    for family, places in ((1, _NAMES.get(name, ())), (2, _STAFF.get(name, ()))):
        for at in places:
            for n in range(segment.repeats(at)):
                yield from (("PERSON", form) for form in name_forms(person(segment, at, family, n)))
    for at in _ADDRESSES.get(name, ()):
        for n in range(segment.repeats(at)):
            yield "STREET_ADDRESS", segment.part(at, 1, n)
            yield "STREET_ADDRESS", segment.part(at, 2, n)
            yield "LOCATION", segment.part(at, 3, n)
            yield "ZIP_CODE", segment.part(at, 5, n)
    for at in _PHONES.get(name, ()):
        for n in range(segment.repeats(at)):
            yield "PHONE_NUMBER", segment.part(at, 1, n)
            yield "PHONE_NUMBER", segment.part(at, 12, n)
            yield "EMAIL_ADDRESS", segment.part(at, 4, n)
    for at in _BIRTHS.get(name, ()):
        stamp = segment.part(at)
        yield "DATE_OF_BIRTH", stamp
        yield "DATE_OF_BIRTH", moment(stamp)
