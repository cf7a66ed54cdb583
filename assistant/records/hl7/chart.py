"""HL7 v2 messages to charts: ADT (patient, visit, diagnoses, allergies, procedures), ORU (results), RDE and OMP (medicines),
PPR (problems), VXU and RAS (what was given), MDM (documents).

Every fact is cited as "SEGMENT/<message control id>-<number of the segment>". Results and documents that a later message
corrects or withdraws are replaced or listed apart; what is not read is named, so that nobody takes it for silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile
from typing import Final

from assistant.records.codes import from_interpretation
from assistant.records.hl7.cases import Case, cases, in_order
from assistant.records.hl7.coding import SEX, VISIT, key_of, term_of
from assistant.records.hl7.documents import standing_documents
from assistant.records.hl7.draft import Draft
from assistant.records.hl7.medicines import take_medicine
from assistant.records.hl7.message import Message, Segment, messages
from assistant.records.hl7.orders import around
from assistant.records.hl7.people import known, usual_name
from assistant.records.hl7.results import Finding, standing
from assistant.records.hl7.timestamps import iso
from assistant.records.hl7.values import FILES, coded, limits_of, severity_of, unit_of
from assistant.records.model import (
    ELSEWHERE,
    Allergy,
    Chart,
    Encounter,
    Excluded,
    Note,
    Person,
    Problem,
    Procedure,
    Result,
    Term,
    Unread,
)
from assistant.records.negatives import denies_allergy

DIAGNOSIS: Final = {"A": "admitting", "W": "working", "F": "final"}
_CANCEL_VISIT: Final = frozenset({"A11", "A38", "A27"})
# Segments about the message, the sender, people, money and places: they hold no fact of the sections of a chart.
ADMINISTRATIVE: Final = frozenset(
    "MSH EVN SFT UAC DSC DSP MSA ERR QAK QRD QRF QPD RCP PID PD1 ARV ROL PRT CON PRD CTD NK1 MRG GT1 IN1 IN2 IN3 ACC UB1 UB2 "
    "DB1 PDA PV1 PV2 ORC OBR OBX NTE TXA TQ1 TQ2 RXR SPM SAC CTI RGS AIS AIG AIL AIP ADD BLG STF PRA".split()
)


def chart_of(patient_id: str, given: Iterable[Message]) -> Chart:
    """The chart of one patient from his messages, in the order of their time."""
    draft = Draft()
    ordered = in_order(given)
    for message, findings, void in zip(ordered, standing(ordered), standing_documents(ordered), strict=True):
        pid = message.first("PID")
        if pid is not None:
            draft.person = _person(pid, patient_id)
        _take(message, draft)
        if message.kind == "MDM":
            _document(message, findings, void, draft)
        else:
            for finding in findings:
                _result(message, finding, draft)
    identifiers = known(segment for message in ordered for segment in message.segments)
    return draft.chart(patient_id, identifiers)


def read(data: bytes, source: str) -> list[Case]:
    """Each patient's messages. Raises ReaderError where the file holds no message."""
    return cases(messages(data, source))


def _take(message: Message, draft: Draft) -> None:
    medicines = around(message)
    for at, segment in enumerate(message.segments):
        if segment.name in TAKERS:
            TAKERS[segment.name](message, segment, draft)
        elif at in medicines:
            take_medicine(message, segment, medicines[at], draft)
        elif segment.name in _ELSEWHERE or _is_bare_order(message.segments, at):
            draft.unread.append(Unread(segment.name, ELSEWHERE, key_of(message, segment)))
        elif segment.name not in ADMINISTRATIVE:
            draft.unread.append(Unread(segment.name, "", key_of(message, segment)))


# An appointment is no contact yet, an ordered test no result: a chart has no section for them.
_ELSEWHERE: Final = frozenset({"SCH"})


def _is_bare_order(segments: Sequence[Segment], at: int) -> bool:
    """Whether a segment orders an examination, and no result of it follows."""
    if segments[at].name != "OBR":
        return False
    following = (s.name for s in segments[at + 1 :])
    own = takewhile(lambda name: name not in ("OBR", "ORC", "PID"), following)
    return "OBX" not in own


def _person(pid: Segment, patient_id: str) -> Person:
    died = iso(pid.part(29)) or ("yes" if pid.part(30) == "Y" else "")
    name = usual_name(pid)
    # A chart knows female, male and other; what is not known it leaves open.
    sex = {"ambiguous": "other", "unknown": ""}.get(said := SEX.get(pid.part(8), ""), said)
    return Person(f"Patient/{patient_id}", name.plain, sex, iso(pid.part(7)), died)


def _diagnosis(message: Message, s: Segment, draft: Draft) -> None:
    named = term_of(s, 3, 4)
    if s.part(21) == "D":
        draft.drop("problems", named.text.lower(), key_of(message, s), "deleted")
    elif named.text and not draft.deny("problems", key_of(message, s), named):
        kind = DIAGNOSIS.get(s.part(6), "")
        fact = Problem(key_of(message, s), named, "recorded", iso(s.part(5)), "", kind)
        draft.put("problems", named.text.lower(), fact)


# Words of problem life cycle and confirmation (tables of the user): what they say of a problem's status and certainty.
_LIFE: Final = {
    "active": "active", "a": "active", "chronic": "active", "recurrence": "recurrence", "recurrent": "recurrence",
    "relapse": "relapse", "inactive": "inactive", "i": "inactive", "resolved": "resolved", "r": "resolved",
    "remission": "remission", "cured": "resolved", "closed": "resolved", "completed": "resolved",
}  # fmt: skip
_SURE: Final = {
    "confirmed": "confirmed", "c": "confirmed", "provisional": "provisional", "suspected": "provisional",
    "differential": "differential", "unconfirmed": "unconfirmed", "probable": "provisional", "refuted": "refuted",
    "ruled out": "refuted", "error": "entered-in-error", "entered-in-error": "entered-in-error",
}  # fmt: skip


def _standing(s: Segment) -> list[str]:
    """The words on how a problem stands: senders fill both fields (13 confirmation, 14 life cycle) with either."""
    return [word.lower() for at in (14, 13) for word in (s.part(at, 2), s.part(at)) if word]


def _problem(message: Message, s: Segment, draft: Draft) -> None:
    named = term_of(s, 3)
    if not named.text:
        return
    name = s.part(4) or named.text.lower()
    said = _standing(s)
    sure = next((_SURE[word] for word in said if word in _SURE), "")
    void = sure if sure in ("refuted", "entered-in-error") else "deleted" if s.part(1).upper() == "DE" else ""
    if void:
        draft.drop("problems", name, key_of(message, s), void)
        return
    if draft.deny("problems", key_of(message, s), named):
        return
    ended = iso(s.part(9))
    status = next((_LIFE[word] for word in said if word in _LIFE), "resolved" if ended else "recorded")
    fact = Problem(key_of(message, s), named, status, iso(s.part(16)) or iso(s.part(7)), ended, sure)
    draft.put("problems", name, fact)


def _allergy(message: Message, s: Segment, draft: Draft) -> None:
    named = term_of(s, 3)
    if named.text:
        reaction, severity = ", ".join(coded(s, 5, n) for n in range(s.repeats(5))), severity_of(s)
        fact = Allergy(
            key_of(message, s), named, "recorded", reaction, severity, iso(s.part(6)), negated=denies_allergy(named)
        )
        draft.put("allergies", named.text.lower(), fact)


# HL7 table 0438, the clinical status of an allergy: as status of the entry, and how sure it is.
ALLERGY_STATUS: Final = {"C": "active", "I": "inactive", "E": "entered-in-error"}
ALLERGY_SURE: Final = {**dict.fromkeys("UPSD", "unconfirmed"), **dict.fromkeys("CI", "confirmed")}


def _adverse(message: Message, s: Segment, draft: Draft) -> None:
    """IAM: an allergy with an action code (added, updated, deleted) and a clinical status."""
    named = term_of(s, 3)
    if not named.text:
        return
    name, state = s.part(7) or named.text.lower(), s.part(17).upper()
    status = ALLERGY_STATUS.get(state, "recorded")
    if s.part(6).upper() == "D" or status == "entered-in-error":
        draft.drop("allergies", name, key_of(message, s), "deleted" if status != "entered-in-error" else status)
        return
    reaction = ", ".join(coded(s, 5, n) for n in range(s.repeats(5)))
    sure = ALLERGY_SURE.get(state, "")
    fact = Allergy(
        key_of(message, s), named, status, reaction, severity_of(s), iso(s.part(13)) or iso(s.part(11)), sure,
        negated=denies_allergy(named),
    )  # fmt: skip
    draft.put("allergies", name, fact)


def _visit(message: Message, s: Segment, draft: Draft) -> None:
    number = s.part(19) or message.id
    if message.event in _CANCEL_VISIT:
        draft.drop("encounters", number, key_of(message, s), "cancelled")
        return
    kind = s.part(2)
    start, end = iso(s.part(44)), iso(s.part(45))
    status = "finished" if end or message.event == "A03" else "in-progress" if message.kind == "ADT" else "recorded"
    if message.kind != "ADT" and draft.has("encounters", number):
        return
    if kind in VISIT:
        named = Term(f"{VISIT[kind]} visit", coded=True)
        draft.put("encounters", number, Encounter(key_of(message, s), named, status, kind, start, end))


def _procedure(message: Message, s: Segment, draft: Draft) -> None:
    named = term_of(s, 3, 4)
    at = iso(s.part(5))
    name = f"{named.text.lower()} {at}"
    if s.part(20) == "D":
        draft.drop("procedures", name, key_of(message, s), "deleted")
    elif named.text:
        draft.put("procedures", name, Procedure(key_of(message, s), named, "recorded", at))


def _result(message: Message, found: Finding, draft: Draft) -> None:
    key = key_of(message, found.segment)
    if found.void:
        if found.void != "replaced":
            draft.excluded.append(Excluded(key, found.void, "results"))
        return
    named = term_of(found.segment, 3)
    if found.organism:
        # The same drug against another organism is another test.
        named = Term(f"{named.text} ({found.organism})")
    if found.value.file:
        draft.put("notes", key, Note(key, Term(attached(found.name, found.value.file)), iso(found.date)))
        return
    if not (named.text and found.value.text):
        return
    flag = from_interpretation(found.segment.firsts(8))
    fact = Result(
        key, named, found.value.text, found.value.number, found.value.comparator, unit_of(found.segment),
        iso(found.date), found.status, flag, "record" if flag else "", limits=limits_of(found.segment.text(7)),
    )  # fmt: skip
    draft.put("results", key, fact)


def attached(name: str, kind: str) -> str:
    """How an enclosed file is named: its title and what it is, never what is in it."""
    return f"{name or 'A result'}: an attached file of type {kind}, not read"


def _words(findings: list[Finding]) -> str:
    """The text of a document's parts that stand, and after it a line for each file."""
    standing = [found for found in findings if not found.void]
    lines = [f.value.text for f in standing if f.segment.part(2) not in FILES and f.value.text]
    return "\n".join([*lines, *(attached(f.name, f.value.file) for f in standing if f.value.file)])


def _document(message: Message, findings: list[Finding], void: str, draft: Draft) -> None:
    txa = message.first("TXA")
    if txa is None:
        return
    if void:
        draft.excluded += [] if void == "replaced" else [Excluded(key_of(message, txa), void, "notes")]
        return
    if text := _words(findings):
        named = Term(coded(txa, 2) or "document")
        draft.put("notes", txa.part(12) or message.id, Note(key_of(message, txa), named, iso(txa.part(4)), text))


_Taker = Callable[[Message, Segment, Draft], None]
TAKERS: Final[dict[str, _Taker]] = {
    "DG1": _diagnosis,
    "PRB": _problem,
    "AL1": _allergy,
    "IAM": _adverse,
    "PV1": _visit,
    "PR1": _procedure,
}
