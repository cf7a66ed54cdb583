"""How an entry of a C-CDA document stands: active, resolved, stopped, denied, in error. By codes first, then by words.

A status observation (LOINC 33999-4, or the templates of C-CDA and CCD) says how the patient is; `statusCode` of an act says
only how far the record of it is, and tells the patient's state where there is no status observation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from assistant.records.ccda.tree import Element, attribute, one, reach, templates

# C-CDA problem and allergy status; CCD 1.0 status of problems, alerts, medicines and in general.
_STATUS_TEMPLATES: Final = frozenset(
    """2.16.840.1.113883.10.20.22.4.6 2.16.840.1.113883.10.20.22.4.28 2.16.840.1.113883.10.20.1.47
    2.16.840.1.113883.10.20.1.50 2.16.840.1.113883.10.20.1.39 2.16.840.1.113883.10.20.1.57""".split()
)
_STATUS_CODE: Final = "33999-4"
# SNOMED CT. Problems and allergies on the left, medicines on the right, where a medicine's word is another.
_STATUS: Final = {
    "55561003": "active", "73425007": "inactive", "413322009": "resolved", "277022003": "remission", "246455001": "recurrence",
    "263855007": "relapse", "723506003": "resolved", "421139008": "on-hold", "392521001": "history", "385655000": "suspended",
}  # fmt: skip
_MEDICINE: Final = {"inactive": "stopped", "resolved": "completed", "history": "completed", "suspended": "on-hold"}
_WORDS: Final = {
    "no longer active": "inactive", "problem resolved": "resolved", "inactive problem": "inactive", "active problem": "active",
    "on hold": "on-hold", "prior history": "history", "chronic": "active", "in remission": "remission",
}  # fmt: skip
_CONCERN: Final = {"active": "active", "completed": "resolved", "aborted": "inactive", "suspended": "inactive"}
_MEDICINE_STATE: Final = {"aborted": "stopped", "suspended": "on-hold", "held": "on-hold"}
_VOID: Final = {"nullified": "entered-in-error", "cancelled": "cancelled", "obsolete": "replaced"}


def state(element: Element) -> str:
    """The `statusCode` of an act, '' for none."""
    return attribute(element, "statusCode", "code")


def void(*acts: Element) -> str:
    """Why an entry is no fact, by the status of its acts and by what it is about; '' where it is one."""
    for act in acts:
        if act is None:
            continue
        if (reason := _VOID.get(state(act), "")) or act.get("nullFlavor") is not None:
            return reason or "no information"
        if one(act, "subject") is not None:
            return "about somebody or something else"
    return ""


def denied(*acts: Element) -> bool:
    """Whether one of the acts is negated."""
    return any(act is not None and act.get("negationInd") == "true" for act in acts)


def clinical_status(element: Element) -> str:
    """What the status observation of an entry says, '' where there is none."""
    for observation in _status_observations(element):
        value = one(observation, "value")
        if value is None:
            continue
        codes = [value.get("code", ""), *(t.get("code", "") for t in reach(value, "translation"))]
        if known := next((_STATUS[code] for code in codes if code in _STATUS), ""):
            return known
        words = " ".join((value.get("displayName") or "").lower().split())
        return _WORDS.get(words, words)
    return ""


def _status_observations(element: Element) -> Iterator[Element]:
    for observation in reach(element, "entryRelationship/observation"):
        if attribute(observation, "code", "code") == _STATUS_CODE or templates(observation) & _STATUS_TEMPLATES:
            yield observation


def problem_status(element: Element, concern: Element, *, ended: bool, past: bool) -> str:
    """Active, resolved and the like. `past`: a section of past history, where no status means that it was once."""
    if found := clinical_status(element):
        return found
    if ended:
        return "resolved"
    if past:
        return "history"
    return _CONCERN.get(state(concern) if concern is not None else "", "unknown")


def medicine_status(element: Element) -> str:
    """Active, completed, stopped, on-hold."""
    found = clinical_status(element)
    if found:
        return _MEDICINE.get(found, found)
    own = state(element)
    return _MEDICINE_STATE.get(own, own or "unknown")


def result_status(element: Element) -> str:
    """The status of a result in the words of FHIR: a completed act is a final result."""
    return {"completed": "final", "active": "preliminary", "": "recorded"}.get(state(element), state(element))
