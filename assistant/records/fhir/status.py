"""Which resources state nothing about the patient, and why: one set of marks for readers and charts."""

from __future__ import annotations

from typing import Final

from assistant.records.fhir.values import Resource, as_list, code, string

# FHIR R4: statuses under which an entry states nothing about the patient.
_VOID: Final = frozenset({"entered-in-error", "cancelled"})
_NOT_SO: Final = frozenset({"refuted", "entered-in-error"})
_DEPTH: Final = 12
NOT_UNDERSTOOD: Final = "modifier not understood"
DO_NOT: Final = "do-not-perform"


def void(resource: Resource) -> str:
    """Why an entry is no fact: in error, cancelled, refuted, replaced, or changed by an extension that nobody here knows.

    '' where it is one. An order not to do something is not void: see `forbids`.
    """
    status = string(resource, "status")
    if status in _VOID:
        return status
    if string(resource, "docStatus") == "entered-in-error":
        return "entered-in-error"
    if resource.get("resourceType") == "DocumentReference" and status == "superseded":
        return status
    verified = code(resource.get("verificationStatus"))
    if verified in _NOT_SO:
        return verified
    # A modifier changes what an element means, up to its opposite. Who does not know it may not read the element.
    return NOT_UNDERSTOOD if modified(resource) else ""


def forbids(resource: Resource) -> bool:
    """Whether the entry says that something must not be done."""
    return string(resource, "doNotPerform") == "true"


# Flags by which releases before R4 say that something did not happen, and the status that says it since.
_FLAGS: Final = ("notDone", "notGiven", "wasNotGiven", "wasNotTaken")
_STATUS: Final = {"MedicationStatement": "not-taken"}


def standing_of(resource: Resource) -> str:
    """The status of an entry; "not-done" or "not-taken" where a flag of an older release says so."""
    flagged = any(string(resource, flag) == "true" for flag in _FLAGS) or string(resource, "taken") == "n"
    return _STATUS.get(str(resource["resourceType"]), "not-done") if flagged else string(resource, "status")


def modified(value: object, depth: int = 0) -> bool:
    """Whether an extension that may change the meaning stands anywhere in a value."""
    if depth > _DEPTH:
        return True
    if isinstance(value, list):
        return any(modified(item, depth + 1) for item in value)
    if not isinstance(value, dict):
        return False
    if as_list(value.get("modifierExtension")):
        return True
    return any(modified(inner, depth + 1) for inner in value.values() if isinstance(inner, dict | list))
