"""HL7 v2 (ADT, ORU, MDM and others): one document a patient, one section a segment that says something.

What the sender withdrew, cancelled or replaced is named without its value: nobody may be answered from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from assistant.errors import ReaderError
from assistant.readers.compose import Composer, stem, tidy
from assistant.records.dosage import dosage_words
from assistant.records.hl7.cases import cases
from assistant.records.hl7.chart import attached
from assistant.records.hl7.coding import SEX, VISIT
from assistant.records.hl7.documents import standing_documents
from assistant.records.hl7.dosing import steps
from assistant.records.hl7.labels import Marked, marked
from assistant.records.hl7.message import Message, Segment, messages
from assistant.records.hl7.orders import Around, around
from assistant.records.hl7.people import address_words, known, patient_of, phone_words, shown_name
from assistant.records.hl7.results import Finding, standing
from assistant.records.hl7.timestamps import moment
from assistant.records.hl7.values import TEXTS, coded, unit_of
from assistant.types import Document

_FLAG: Final = {
    "H": "high", "HH": "critically high", "L": "low", "LL": "critically low", "A": "abnormal", "AA": "critically abnormal",
    "N": "normal", "R": "resistant", "S": "susceptible", "I": "intermediate", "POS": "positive", "NEG": "negative",
}  # fmt: skip
_SILENT: Final = frozenset("MSH EVN SFT UAC DSC PD1 ROL CON ORC TQ1 TQ2 RXR MSA ERR QAK MRG PRT".split())
_WITHDRAWN: Final = {
    "entered-in-error": "withdrawn by the sender as wrong; its value does not stand",
    "deleted": "deleted by the sender; its value does not stand",
    "cancelled": "cancelled; there is no result",
    "not-done": "not asked; there is no result",
    "replaced": "replaced by a later message; its value does not stand",
    "obsolete": "obsolete; what it says does not stand",
    "unavailable": "made unavailable by the sender",
}  # fmt: skip


def read_hl7(data: bytes, source: str) -> list[Document]:
    """A file of HL7 v2 messages, one document a patient and access label, whoever shares a message with him.

    Each section is located as "SEGMENT/<message control id>-<number>". Identifiers of PID, NK1, PV1, IN1, GT1 and of the
    persons who ordered, observed and wrote are known by field.
    """
    found = [
        document
        for case in cases(messages(data, source))
        for part in marked(case.messages)
        if (document := _document(case.patient_id, part, source)) is not None
    ]
    if not found:
        raise ReaderError("the messages hold no readable text", path=source, remedy="leave this file out")
    return found


def _document(patient: str, part: Marked, source: str) -> Document | None:
    """One patient's document under one set of labels; None where the messages say nothing."""
    composer = Composer(source)
    group = part.messages
    for message, findings, void in zip(group, standing(group), standing_documents(group), strict=True):
        composer.note(f"## {message.kind} {message.event} {moment(message.time)}")
        for locator, heading, text in _sections(message, findings, void):
            composer.open(heading, locator)
            composer.add(text)
    if composer.empty:
        return None
    metadata = {
        "record": ", ".join(filter(None, [patient, *sorted(part.labels)])),
        "patient_id": patient,
        "messages": str(len(group)),
        "kinds": " ".join(sorted({m.kind for m in group})),
    }
    title = f"Patient {patient}" if patient else stem(source)
    fields = known(segment for message in group for segment in message.segments)
    document = composer.build(title=title, media_type="application/hl7-v2", metadata=metadata, fields=fields)
    return replace(document, labels=part.labels)


def _sections(message: Message, findings: list[Finding], void: str) -> Iterator[tuple[str, str, str]]:
    """Locator, heading and text; consecutive text results of one name are one text."""
    if void:
        txa = message.first("TXA")
        if txa is not None:
            yield message.locator(txa), "Document", f"{coded(txa, 2) or 'Document'}: {_WITHDRAWN.get(void, void)}"
        return
    starts = {found.segment.number: found for found in findings}
    medicines = around(message)
    heading, withdrawn = "", False
    for at, segment in enumerate(message.segments):
        if segment.name == "OBR":
            heading, withdrawn = coded(segment, 4), False
        if segment.name == "OBX":
            if (found := starts.get(segment.number)) is not None:
                withdrawn = bool(found.void)
                yield message.locator(segment), _title(found, heading), _result(found, whole=message.kind == "MDM")
        # A remark on a result that does not stand may hold its value.
        elif (withdrawn and segment.name == "NTE") or segment.name in _SILENT:
            continue
        elif text := _segment(segment, medicines.get(at)):
            yield message.locator(segment), _HEADINGS.get(segment.name, "") or heading, text


def _title(found: Finding, heading: str) -> str:
    """What a result stands under: a text under its own name, others under that of their order."""
    return found.name if found.name and found.segment.part(2) in TEXTS else heading


def _segment(segment: Segment, beside: Around | None) -> str:
    if beside is not None:
        return _medicine(segment, beside)
    describe = _WORDS.get(segment.name)
    return describe(segment) if describe is not None else _plain(segment)


def _lines(*pairs: tuple[str, str]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in pairs if value)


def _result(found: Finding, *, whole: bool = False) -> str:
    """A result with its test's name, unit, range, flag, status and date; the text of a document (`whole`) without the name."""
    if found.void:
        return f"{found.name or 'A result'}: {_WITHDRAWN.get(found.void, found.void)}{_dated(found)}"
    if found.value.file:
        return attached(found.name, found.value.file)
    if not found.value.text:
        return ""
    if whole:
        return found.value.text
    tail = _remarks(found)
    if "\n" in found.value.text:
        # What holds of all lines of a text stands above them.
        return f"{found.name or 'Text'}{tail}:\n{found.value.text}"
    head = f"{found.name}: " if found.name else ""
    unit = unit_of(found.segment)
    return f"{head}{found.value.text}{f' {unit}' if unit else ''}{tail}"


def _remarks(found: Finding) -> str:
    """Reference range, flags, status and date in brackets; "" without any."""
    s = found.segment
    flags = ", ".join(_FLAG.get(flag, flag) for flag in s.parts(8))
    notes = [f"reference {s.text(7)}" if s.raw(7) else "", flags, _said(found.status), moment(s.part(14))]
    tail = ", ".join(filter(None, notes))
    return f" ({tail})" if tail else ""


def _said(status: str) -> str:
    return "" if status == "recorded" else status


def _dated(found: Finding) -> str:
    return f" ({moment(found.date)})" if found.date else ""


def _pid(s: Segment) -> str:
    return _lines(
        ("Patient", shown_name(s, 5)),
        ("Patient number", ", ".join(dict.fromkeys(filter(None, [patient_of(s), *s.parts(3)])))),
        ("Date of birth", moment(s.part(7))),
        ("Sex", SEX.get(s.part(8), s.part(8))),
        ("Address", address_words(s, 11)),
        ("Phone", ", ".join(filter(None, (phone_words(s, 13, n) for n in range(s.repeats(13)))))),
        ("Language", coded(s, 15)),
        ("Died", moment(s.part(29))),
    )


def _pv1(s: Segment) -> str:
    return _lines(
        ("Visit", VISIT.get(s.part(2), s.part(2))),
        ("Place", " ".join(part for n in (1, 2, 3) if (part := s.part(3, n)))),
        ("Attending", shown_name(s, 7, 2)),
        ("Service", s.part(10)),
        ("Admitted", moment(s.part(44))),
        ("Discharged", moment(s.part(45))),
    )


def _txa(s: Segment) -> str:
    return _lines(
        ("Document", coded(s, 2)),
        ("Written", moment(s.part(4) or s.part(6))),
        ("Author", shown_name(s, 9, 2)),
        ("Status", s.part(17)),
    )


def _medicine(s: Segment, beside: Around) -> str:
    name, place = _MEDICINES[s.name]
    given = moment(s.part(3)) if s.name in ("RXA", "RXD") else ""
    return _lines(
        (name, coded(s, place)),
        ("Dose", dosage_words(steps(s, beside.timings, beside.routes, beside.order))),
        ("Date", given),
        (
            "Completion",
            {"RE": "refused, not given", "NA": "not given", "PA": "partly given"}.get(s.part(20), "")
            if s.name == "RXA"
            else "",
        ),
    )


def _deleted(s: Segment, at: int, *codes: str) -> str:
    return "deleted by the sender; it does not stand" if s.part(at).upper() in codes else ""


def _withdrawable(s: Segment, at: int, codes: tuple[str, ...], name: str, *pairs: tuple[str, str]) -> str:
    """A statement of a segment that has an action code, whose field and withdrawing values are given."""
    return _lines((name, gone)) if (gone := _deleted(s, at, *codes)) else _lines(*pairs)


def _plain(s: Segment) -> str:
    """A segment that is not known by name: its fields in order, without their meaning."""
    values = [tidy(_parts(s, at)) for at in range(1, len(s.fields))]
    return f"{s.name}: " + " | ".join(value for value in values if value) if any(values) else ""


def _parts(s: Segment, at: int) -> str:
    """A field in words: its components and repetitions, without their marks."""
    widest = max((piece.count(s.marks.component) for piece in s.raw(at).split(s.marks.repeat)), default=0) + 1
    said = (
        " ".join(filter(None, (s.whole(at, component, repeat) for component in range(1, min(widest, 40) + 1))))
        for repeat in range(s.repeats(at))
    )
    return ", ".join(filter(None, said))


def _allergy(s: Segment) -> str:
    pairs = (
        ("Allergy", coded(s, 3)),
        ("Severity", coded(s, 4)),
        ("Reaction", ", ".join(coded(s, 5, n) for n in range(s.repeats(5)))),
    )
    return _withdrawable(s, 6, ("D",) if s.name == "IAM" else (), "Allergy", *pairs)


def _problem(s: Segment) -> str:
    states = ", ".join(dict.fromkeys(filter(None, (coded(s, 14), coded(s, 13)))))
    pairs = (
        ("Problem", coded(s, 3)),
        ("Status", states),
        ("Since", moment(s.part(16) or s.part(7))),
        ("Resolved", moment(s.part(9))),
    )
    return _withdrawable(s, 1, ("DE",), "Problem", *pairs)


_MEDICINES: Final = {
    "RXA": ("Given", 5), "RXE": ("Medication", 2), "RXO": ("Medication", 1), "RXD": ("Dispensed", 2), "RXG": ("To be given", 4),
}  # fmt: skip
_WORDS: Final[dict[str, Callable[[Segment], str]]] = {
    "PID": _pid,
    "PV1": _pv1,
    "PV2": lambda s: _lines(("Reason of the visit", coded(s, 3))),
    "OBR": lambda s: _lines(
        ("Report", coded(s, 4)), ("Observed", moment(s.part(7))), ("Ordered by", shown_name(s, 16, 2))
    ),
    "NTE": lambda s: s.text(3),
    "TXA": _txa,
    "AL1": _allergy,
    "IAM": _allergy,
    "PRB": _problem,
    "DG1": lambda s: _withdrawable(
        s,
        21,
        ("D",),
        "Diagnosis",
        ("Diagnosis", coded(s, 3) or s.text(4)),
        ("Code", s.part(3)),
        ("Date", moment(s.part(5))),
    ),
    "PR1": lambda s: _withdrawable(
        s, 20, ("D",), "Procedure", ("Procedure", coded(s, 3) or s.text(4)), ("Date", moment(s.part(5)))
    ),
    "NK1": lambda s: _lines(("Next of kin", shown_name(s, 2)), ("Relation", coded(s, 3)), ("Phone", phone_words(s, 5))),
    "IN1": lambda s: _lines(("Insurance", s.part(4)), ("Policy", s.part(36))),
    "GT1": lambda s: _lines(("Guarantor", shown_name(s, 3))),
    "SCH": lambda s: _lines(("Appointment", coded(s, 7)), ("When", moment(s.part(11, 4)))),
}
_HEADINGS: Final = {
    "PID": "Patient", "PV1": "Visit", "PV2": "Visit", "AL1": "Allergies", "IAM": "Allergies", "DG1": "Diagnoses",
    "PRB": "Problems", "PR1": "Procedures", "RXA": "Given", "RXE": "Medications", "RXO": "Medications", "RXD": "Medications",
    "RXG": "Medications", "NK1": "Next of kin", "IN1": "Insurance", "GT1": "Insurance", "TXA": "Document", "SCH": "Appointments",
}  # fmt: skip
