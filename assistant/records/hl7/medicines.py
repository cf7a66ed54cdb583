"""Medicines of HL7 v2: ordered (RXO, RXE), dispensed (RXD), to be given (RXG), given (RXA), and vaccines (RXA of VXU)."""

from __future__ import annotations

from typing import Final

from assistant.records.dosage import dosage_words
from assistant.records.hl7.coding import key_of, term_of
from assistant.records.hl7.dosing import steps
from assistant.records.hl7.draft import Draft
from assistant.records.hl7.message import Message, Segment
from assistant.records.hl7.orders import Around
from assistant.records.hl7.timestamps import iso
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


def _period(s: Segment, timings: list[Segment]) -> tuple[str, str]:
    """When a medicine begins and ends: by its timing, else by the quantity and timing of RXE, or the day of RXD."""
    own = {"RXE": (s.part(1, 4), s.part(1, 5)), "RXD": (s.part(3), "")}.get(s.name, ("", ""))
    return _first(timings, 7) or iso(own[0]), _first(timings, 8) or iso(own[1])


def take_medicine(message: Message, s: Segment, beside: Around, draft: Draft) -> None:
    """State the medicine of a segment, with what stands around it."""
    named = term_of(s, _CODE_AT[s.name])
    if not named.text:
        draft.unread.append(Unread(s.name, "medications", key_of(message, s)))
        return
    if s.name == "RXA":
        _given(message, s, named, beside, draft)
        return
    if draft.deny("medications", key_of(message, s), named):
        return
    status, timings = order_status(beside.order), beside.timings
    name = f"{s.name if s.name == 'RXD' else 'order'} {beside.number or named.text.lower()}"
    if status == "entered-in-error":
        draft.drop("medications", name, key_of(message, s), status)
        return
    dose = dosage_words(steps(s, timings, beside.routes, beside.order))
    start, end = _period(s, timings)
    reason = coded(s, _REASON_AT[s.name]) if s.name in _REASON_AT else ""
    fact = Medication(
        key_of(message, s), named, status, dose, start or iso(message.time), end, _KIND[s.name], reason=reason
    )
    draft.put("medications", name, fact)


def _given(message: Message, s: Segment, named: Term, beside: Around, draft: Draft) -> None:
    """RXA: a vaccine in VXU or by its code (CVX), else a dose of a medicine that was given."""
    at = iso(s.part(3))
    status = completion_of(s) or "recorded"
    vaccine = message.kind in ("VXU", "VXR", "RSP") or any(c.system.endswith("/cvx") for c in named.codes)
    section = "immunizations" if vaccine else "medications"
    name = f"given {named.text.lower()} {at}"
    if s.part(21).upper() == "D":
        draft.drop(section, name, key_of(message, s), "deleted")
    elif vaccine:
        draft.put(section, name, Immunization(key_of(message, s), named, status, at))
    else:
        dose = dosage_words(steps(s, beside.timings, beside.routes, beside.order))
        draft.put(section, name, Medication(key_of(message, s), named, status, dose, at, iso(s.part(4)), "given"))


def completion_of(s: Segment) -> str:
    """How the giving of an RXA ended: by RXA-20, else by CVX 998, the code for "no vaccine administered", and by RXA-18, the reason of a
    refusal, which stands there only where it was refused; "" where none tells."""
    none = any(s.part(5, at) == "998" and s.part(5, at + 2).upper() == "CVX" for at in (1, 4))
    told = _COMPLETION.get(s.part(20).upper(), "")
    refused = not told and any(s.part(18, at).strip('"') for at in (1, 2))
    return "not-done" if none or refused else told


def order_status(order: Segment | None) -> str:
    """How an order stands by ORC-1 and ORC-5; "recorded" where neither says more."""
    if order is None:
        return "recorded"
    return _CONTROL.get(order.part(1).upper(), "") or _ORDER.get(order.part(5).upper(), "recorded")


def _first(timings: list[Segment], at: int) -> str:
    return next((found for timing in timings if (found := iso(timing.part(at)))), "")
