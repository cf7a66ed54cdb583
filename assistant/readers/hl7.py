"""HL7 v2 (ADT, ORU, MDM and others): one document a patient, one section a segment that says something.

What the sender withdrew, cancelled or replaced is named without its value: nobody may be answered from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from assistant.errors import ReaderError
from assistant.readers.compose import Composer, stem
from assistant.readers.hl7_segments import APPOINTED, HEADINGS, appointment, report, words_of
from assistant.records.codes import FLAG_WORDS
from assistant.records.hl7.cases import cases
from assistant.records.hl7.chart import attached
from assistant.records.hl7.documents import standing_documents
from assistant.records.hl7.labels import Marked, marked
from assistant.records.hl7.message import Message, Segment, messages
from assistant.records.hl7.orders import around
from assistant.records.hl7.people import known
from assistant.records.hl7.results import Finding, standing
from assistant.records.hl7.timestamps import moment
from assistant.records.hl7.values import TEXTS, coded, unit_of
from assistant.types import Document

_SILENT: Final = frozenset("MSH EVN SFT UAC DSC PD1 ROL CON ORC TQ1 TQ2 RXR MSA ERR QAK MRG PRT RGS".split())
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
    yield from _Message(message, findings).sections()


class _Message:
    """One pass over a message that stands: what a remark, a result or a part of an appointment belongs to is what went before."""

    def __init__(self, message: Message, findings: list[Finding]) -> None:
        self._message = message
        self._starts = {found.segment.number: found for found in findings}
        self._medicines = around(message)
        self._order: Segment | None = None
        self._heading = self._subject = ""
        self._withdrawn = False

    def sections(self) -> Iterator[tuple[str, str, str]]:
        """Locator, heading and text of each segment that says something."""
        appointed = [s for s in self._message.segments if s.name in APPOINTED]
        is_appointment = self._message.first("SCH") is not None
        for at, segment in enumerate(self._message.segments):
            if segment.name == "OBX":
                text = self._observed(segment)
            elif segment.name == "NTE":
                text = self._remark(segment)
            elif segment.name == "SCH":
                text = appointment(self._message, segment, appointed)
            elif segment.name in _SILENT or (is_appointment and segment.name in APPOINTED):
                self._order = segment if segment.name == "ORC" else self._order
                continue
            else:
                text = self._stated(at, segment)
            if text:
                yield self._message.locator(segment), self._under(segment), text

    def _under(self, segment: Segment) -> str:
        if segment.name == "OBX":
            return _title(self._starts[segment.number], self._heading)
        return HEADINGS.get(segment.name, "") or self._heading

    def _stated(self, at: int, segment: Segment) -> str:
        self._subject, self._withdrawn = "", False
        if segment.name == "OBR":
            self._heading = self._subject = coded(segment, 4)
            return report(segment, self._order, self._message.kind, with_results=self._has_results(at))
        if at in self._medicines:
            text = words_of(segment, self._medicines[at])
            self._withdrawn = "does not stand" in text
            self._subject = text.partition("\n")[0].partition(": ")[2]
            return text
        return words_of(segment, None)

    def _has_results(self, at: int) -> bool:
        """Whether results follow an OBR before the next one."""
        for segment in self._message.segments[at + 1 :]:
            if segment.name in ("OBR", "ORC"):
                return False
            if segment.name == "OBX":
                return True
        return False

    def _observed(self, segment: Segment) -> str:
        found = self._starts.get(segment.number)
        if found is None:
            return ""
        self._withdrawn, self._subject = bool(found.void), _name(found)
        return _result(found, whole=self._message.kind == "MDM")

    def _remark(self, segment: Segment) -> str:
        """A remark with what it is about; one on a result that does not stand may hold its value."""
        text = "" if self._withdrawn else segment.text(3)
        if not text or not self._subject or self._message.kind == "MDM":
            return text
        return f"Remark on {self._subject}: {text}"


def _name(found: Finding) -> str:
    """A result's name, for a test of a drug with the organism that was tested."""
    return f"{found.name} ({found.organism})" if found.organism else found.name


def _title(found: Finding, heading: str) -> str:
    """What a result stands under: a text under its own name, others under that of their order."""
    return found.name if found.name and found.segment.part(2) in TEXTS else heading


def _result(found: Finding, *, whole: bool = False) -> str:
    """A result with its test's name, unit, range, flag, status and date; the text of a document (`whole`) without the name."""
    if found.void:
        return f"{found.name or 'A result'}: {_WITHDRAWN.get(found.void, found.void)}{_dated(found)}"
    if found.value.file:
        return attached(found.name, found.value.file)
    if not found.value.text:
        return _without_value(found)
    if whole:
        return found.value.text
    tail = _remarks(found)
    if "\n" in found.value.text:
        # What holds of all lines of a text stands above them.
        return f"{_name(found) or 'Text'}{tail}:\n{found.value.text}"
    head = f"{_name(found)}: " if found.name else ""
    unit = unit_of(found.segment)
    return f"{head}{found.value.text}{f' {unit}' if unit else ''}{tail}"


def _without_value(found: Finding) -> str:
    """A result that is named and has no value: one that is awaited, or that the sender emptied. A heading is none."""
    emptied = len(found.segment.fields) > 5 and found.segment.fields[5] == '""'
    if not found.name or not (emptied or found.status == "registered"):
        return ""
    return f"{found.name}: {'no value' if emptied else 'no result yet'}{_dated(found)}"


def _remarks(found: Finding) -> str:
    """Reference range, flags, status and date in brackets; "" without any."""
    s = found.segment
    flags = ", ".join(FLAG_WORDS.get(flag, flag) for flag in s.parts(8))
    notes = [f"reference {s.text(7)}" if s.raw(7) else "", flags, _said(found.status), moment(s.part(14))]
    tail = ", ".join(filter(None, notes))
    return f" ({tail})" if tail else ""


def _said(status: str) -> str:
    return "" if status == "recorded" else status


def _dated(found: Finding) -> str:
    return f" ({moment(found.date)})" if found.date else ""
