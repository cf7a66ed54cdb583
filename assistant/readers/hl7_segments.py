"""Segments of HL7 v2 in words, each so that it can stand alone: with its status, and named without its words where it was withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from assistant.readers.compose import tidy
from assistant.records.dosage import dosage_words
from assistant.records.hl7.chart import ALLERGY_STATUS, ALLERGY_SURE, DIAGNOSIS
from assistant.records.hl7.coding import SEX, VISIT
from assistant.records.hl7.dosing import steps
from assistant.records.hl7.medicines import completion_of, order_status
from assistant.records.hl7.message import Message, Segment
from assistant.records.hl7.orders import Around
from assistant.records.hl7.people import address_words, patient_of, phone_words, shown_name
from assistant.records.hl7.results import report_status
from assistant.records.hl7.timestamps import moment
from assistant.records.hl7.values import coded, severity_of

_VOID_ORDER: Final = "entered in error by the sender; it does not stand"
_COMPLETION: Final = {"RE": "refused, not given", "NA": "not given", "PA": "partly given"}
# HL7 table 0271: how far a document is.
_DOCUMENT: Final = {
    "AU": "authenticated", "DI": "dictated, not signed", "DO": "documented, not signed", "IN": "incomplete", "IP": "in progress",
    "LA": "legally authenticated", "PA": "pre-authenticated",
}  # fmt: skip
# Messages that order tests: their OBR without a result is no report.
_ORDERS: Final = frozenset("ORM OML OMG OMI OMD OMN OMS ORL ORG".split())
# The parts of an appointment: what is done, with what, where, by whom.
APPOINTED: Final = frozenset("AIS AIG AIL AIP".split())
# Events of scheduling that end an appointment.
_ENDED: Final = {"S15": "cancelled", "S16": "discontinued", "S17": "deleted", "S26": "patient did not come"}


def words_of(segment: Segment, beside: Around | None) -> str:
    """A segment in words; `beside`: what stands around it where it is a medicine. "" where it says nothing."""
    if beside is not None:
        return _medicine(segment, beside)
    describe = _WORDS.get(segment.name)
    return describe(segment) if describe is not None else _plain(segment)


def lines(*pairs: tuple[str, str]) -> str:
    """Names and values, a line each, those without a value left out."""
    return "\n".join(f"{name}: {value}" for name, value in pairs if value)


def report(s: Segment, order: Segment | None, kind: str, *, with_results: bool) -> str:
    """An OBR: the head of a report, or, in a message that orders tests, an order with how it stands."""
    ordered = kind in _ORDERS and not with_results
    status = report_status(s)
    if ordered and not status:
        status = order_status(order).replace("recorded", "")
    return lines(
        ("Order" if ordered else "Report", coded(s, 4)),
        ("Status", status),
        ("Observed", moment(s.part(7))),
        ("Reason", coded(s, 31)),
        ("Ordered by", shown_name(s, 16, 2)),
    )


def appointment(message: Message, sch: Segment, parts: Sequence[Segment]) -> str:
    """An appointment with all that belongs to it: when it is, how it stands, what is done, where and by whom."""
    said = {
        name: ", ".join(filter(None, (_appointed(s) for s in parts if s.name == name))) for name in sorted(APPOINTED)
    }
    start, end = moment(sch.part(11, 4)), moment(sch.part(11, 5))
    if not start:
        start = next((at for s in parts if (at := moment(s.part(8 if s.name != "AIS" else 4)))), "")
    return lines(
        ("Appointment", coded(sch, 7) or coded(sch, 8) or said["AIS"] or "without a name"),
        ("Status", _ENDED.get(message.event, "") or coded(sch, 25).lower()),
        ("When", start),
        ("Until", end),
        ("Why it was changed", coded(sch, 6) if message.event in _ENDED else ""),
        ("Service", said["AIS"]),
        ("With", said["AIG"]),
        ("Place", said["AIL"]),
        ("By", said["AIP"]),
    )


def _appointed(s: Segment) -> str:
    if s.name == "AIP":
        return shown_name(s, 3, 2)
    if s.name == "AIL":
        return " ".join(part for n in (1, 2, 3) if (part := s.part(3, n)))
    return coded(s, 3)


def _pid(s: Segment) -> str:
    return lines(
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
    return lines(
        ("Visit", VISIT.get(s.part(2), s.part(2))),
        ("Place", " ".join(part for n in (1, 2, 3) if (part := s.part(3, n)))),
        ("Attending", shown_name(s, 7, 2)),
        ("Service", s.part(10)),
        ("Admitted", moment(s.part(44))),
        ("Discharged", moment(s.part(45))),
    )


def _txa(s: Segment) -> str:
    return lines(
        ("Document", coded(s, 2)),
        ("Written", moment(s.part(4) or s.part(6))),
        ("Author", shown_name(s, 9, 2)),
        ("Status", _DOCUMENT.get(s.part(17).upper(), s.part(17))),
    )


def _medicine(s: Segment, beside: Around) -> str:
    name, place = _MEDICINES[s.name]
    status = _given(s) if s.name == "RXA" else order_status(beside.order).replace("recorded", "")
    if status == "entered-in-error":
        return lines((name, _VOID_ORDER))
    if status == "deleted":
        return lines((name, "deleted by the sender; it does not stand"))
    if s.name == "RXA" and status.endswith("not given"):
        # The line may be quoted alone.
        name = "Not given"
    return lines(
        (name, coded(s, place)),
        ("Status", "" if s.name == "RXA" else status),
        ("Dose", dosage_words(steps(s, beside.timings, beside.routes, beside.order))),
        ("Date", moment(s.part(3)) if s.name in ("RXA", "RXD") else ""),
        ("Completion", status if s.name == "RXA" else ""),
    )


def _given(s: Segment) -> str:
    """How an administration went: RXA-20, and RXA-21 where the sender took it back."""
    if s.part(21).upper() == "D":
        return "deleted"
    return _COMPLETION.get(s.part(20).upper(), "not given" if completion_of(s) == "not-done" else "")


def _deleted(s: Segment, at: int, *codes: str) -> str:
    return "deleted by the sender; it does not stand" if s.part(at).upper() in codes else ""


def _withdrawable(s: Segment, at: int, codes: tuple[str, ...], name: str, *pairs: tuple[str, str]) -> str:
    """A statement of a segment that has an action code, whose field and withdrawing values are given."""
    return lines((name, gone)) if (gone := _deleted(s, at, *codes)) else lines(*pairs)


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
    state = s.part(17).upper() if s.name == "IAM" else ""
    if ALLERGY_STATUS.get(state) == "entered-in-error":
        return lines(("Allergy", _VOID_ORDER))
    status = ALLERGY_STATUS.get(state, "")
    pairs = (
        ("Allergy", coded(s, 3)),
        ("Status", ", ".join(filter(None, (status, ALLERGY_SURE.get(state, ""))))),
        ("Severity", severity_of(s)),
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
    "PV2": lambda s: lines(("Reason of the visit", coded(s, 3))),
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
        ("Type", DIAGNOSIS.get(s.part(6), "").replace("final", "")),
        ("Code", s.part(3)),
        ("Date", moment(s.part(5))),
    ),
    "PR1": lambda s: _withdrawable(
        s, 20, ("D",), "Procedure", ("Procedure", coded(s, 3) or s.text(4)), ("Date", moment(s.part(5)))
    ),
    "NK1": lambda s: lines(("Next of kin", shown_name(s, 2)), ("Relation", coded(s, 3)), ("Phone", phone_words(s, 5))),
    "IN1": lambda s: lines(("Insurance", s.part(4)), ("Policy", s.part(36))),
    "GT1": lambda s: lines(("Guarantor", shown_name(s, 3))),
}

HEADINGS: Final = {
    "PID": "Patient", "PV1": "Visit", "PV2": "Visit", "AL1": "Allergies", "IAM": "Allergies", "DG1": "Diagnoses",
    "PRB": "Problems", "PR1": "Procedures", "RXA": "Given", "RXE": "Medications", "RXO": "Medications", "RXD": "Medications",
    "RXG": "Medications", "NK1": "Next of kin", "IN1": "Insurance", "GT1": "Insurance", "TXA": "Document", "SCH": "Appointments",
}  # fmt: skip
