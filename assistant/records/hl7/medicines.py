"""Medicines of HL7 v2: ordered (RXO, RXE), dispensed (RXD), to be given (RXG), given (RXA), and vaccines (RXA of VXU)."""

from __future__ import annotations

from typing import Final

from assistant.records.dosage import dosage_words
from assistant.records.hl7.coding import key_of, term_of
from assistant.records.hl7.dosing import steps
from assistant.records.hl7.draft import Draft
from assistant.records.hl7.message import Message, Segment
from assistant.records.hl7.stamps import iso
from assistant.records.hl7.values import coded
from assistant.records.model import Immunization, Medication, Term, Unread

# Where a segment names the medicine, and how the chart calls what is done with it.
_CODE_AT: Final = {"RXO": 1, "RXE": 2, "RXD": 2, "RXG": 4, "RXA": 5}
_KIND: Final = {"RXO": "ordered", "RXE": "ordered", "RXD": "dispensed", "RXG": "ordered", "RXA": "given"}
_REASON_AT: Final = {"RXO": 20, "RXE": 27, "RXA": 19}
# HL7 table 0322: completion of an administration.
_COMPLETION: Final = {"CP": "completed", "PA": "partially-administered", "RE": "not-done", "NA": "not-done"}
# HL7 tables 0119 (ORC-1, what is to be done with the order) and 0038 (ORC-5, its status).
_CONTROL: Final = {
    "CA": "cancelled", "OC": "cancelled", "CR": "cancelled", "DC": "stopped", "OD": "stopped", "DR": "stopped", "HD": "on-hold",
    "OH": "on-hold", "HR": "on-hold", "UA": "cancelled", "DE": "entered-in-error",
}  # fmt: skip
_ORDER: Final = {
    "CA": "cancelled",
    "DC": "stopped",
    "HD": "on-hold",
    "CM": "completed",
    "ER": "entered-in-error",
    "RP": "stopped",
}
_BESIDE: Final = frozenset("RXR RXC TQ1 TQ2 NTE OBX FT1 CTI".split())


def take_medicine(message: Message, at: int, draft: Draft) -> None:
    """State the medicine of the segment at a place of the message."""
    s = message.segments[at]
    named = term_of(s, _CODE_AT[s.name])
    if not named.text:
        draft.unread.append(Unread(s.name, "medications", key_of(message, s)))
        return
    if s.name == "RXA":
        _given(message, s, named, draft)
        return
    if draft.deny("medications", key_of(message, s), named):
        return
    order, timings, routes = timings_of(message, at)
    status = _status(order)
    name = f"{s.name if s.name == 'RXD' else 'order'} {_number(message, at, order) or named.text.lower()}"
    if status == "entered-in-error":
        draft.drop("medications", name, key_of(message, s), status)
        return
    dose = dosage_words(steps(s, timings, routes, order))
    start = (
        _first(timings, 7)
        or (iso(s.part(1, 4)) if s.name == "RXE" else "")
        or iso(s.part(3) if s.name == "RXD" else "")
    )
    end = _first(timings, 8) or (iso(s.part(1, 5)) if s.name == "RXE" else "")
    reason = coded(s, _REASON_AT[s.name]) if s.name in _REASON_AT else ""
    fact = Medication(
        key_of(message, s), named, status, dose, start or iso(message.time), end, _KIND[s.name], reason=reason
    )
    draft.put("medications", name, fact)


def _given(message: Message, s: Segment, named: Term, draft: Draft) -> None:
    """RXA: a vaccine in VXU or by its code (CVX), else a dose of a medicine that was given."""
    at = iso(s.part(3))
    status = _COMPLETION.get(s.part(20).upper(), "recorded")
    vaccine = message.kind in ("VXU", "VXR", "RSP") or any(c.system.endswith("/cvx") for c in named.codes)
    section = "immunizations" if vaccine else "medications"
    name = f"given {named.text.lower()} {at}"
    if s.part(21).upper() == "D":
        draft.drop(section, name, key_of(message, s), "deleted")
    elif vaccine:
        draft.put(section, name, Immunization(key_of(message, s), named, status, at))
    else:
        dose = dosage_words(steps(s, (), _around(message, message.segments.index(s), "RXR"), None))
        draft.put(section, name, Medication(key_of(message, s), named, status, dose, at, iso(s.part(4)), "given"))


def timings_of(message: Message, at: int) -> tuple[Segment | None, list[Segment], list[Segment]]:
    """What a medicine's dose is told by beside its own segment: the order, its timings and its routes."""
    if message.segments[at].name == "RXA":
        return None, [], _around(message, at, "RXR")
    return _order(message, at), _around(message, at, "TQ1"), _around(message, at, "RXR")


def _order(message: Message, at: int) -> Segment | None:
    """The ORC that the segment stands under."""
    for segment in reversed(message.segments[:at]):
        if segment.name == "ORC":
            return segment
    return None


def _number(message: Message, at: int, order: Segment | None) -> str:
    """The order's number; where a sender puts several medicines under one, with their place under it."""
    number = (order.part(2) or order.part(3)) if order is not None else ""
    if order is None or not number:
        return ""
    between = message.segments[message.segments.index(order) : at]
    place = sum(segment.name == message.segments[at].name for segment in between)
    return f"{number}#{place}" if place else number


def _status(order: Segment | None) -> str:
    if order is None:
        return "recorded"
    return _CONTROL.get(order.part(1).upper(), "") or _ORDER.get(order.part(5).upper(), "recorded")


def _around(message: Message, at: int, name: str) -> list[Segment]:
    """The segments of a name that belong to the one at this place: after it, or for timings before it up to the ORC."""
    found: list[Segment] = []
    for segment in reversed(message.segments[:at]):
        if segment.name not in ("TQ1", "TQ2", "NTE"):
            break
        found = [segment, *found] if segment.name == name else found
    for segment in message.segments[at + 1 :]:
        if segment.name not in _BESIDE:
            break
        found += [segment] if segment.name == name else []
    return found


def _first(timings: list[Segment], at: int) -> str:
    return next((found for timing in timings if (found := iso(timing.part(at)))), "")
