"""FHIR's data types as chart values. Numbers keep the record's spelling: 7.10 stays "7.10", because digits carry precision."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Final

from assistant.errors import ReaderError
from assistant.records.fhir.bundle import Names
from assistant.records.fhir.values import Resource, as_dict, as_list, bounds, code, exact, quantity, string
from assistant.records.model import Code, Limits, Term

_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


def parse(data: bytes | str, source: str) -> object:
    """JSON with decimals kept as the text they are. Raises ReaderError without the content."""
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        return json.loads(text, parse_float=str, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise ReaderError("not valid JSON in UTF-8", path=source, line=line, remedy="export it again") from None


def _refuse(name: str) -> object:
    raise ValueError(name)


def is_number(text: str) -> bool:
    """Whether the text is one plain decimal."""
    return _NUMBER.fullmatch(text) is not None


def term(value: object) -> Term:
    """A CodeableConcept or Coding: its text, else its first display, else its first code."""
    found = as_dict(value)
    codings = [as_dict(c) for c in as_list(found.get("coding"))] or ([found] if found.get("code") else [])
    codes = tuple(Code(string(c, "system"), string(c, "code"), string(c, "display")) for c in codings)
    text = string(found, "text")
    chosen = text or next((c.display for c in codes if c.display), "") or next((c.code for c in codes if c.code), "")
    coded = any(c.system and chosen in (c.display, c.code) for c in codes)
    return Term(chosen, codes, coded)


# HL7 v3 ActCode, the classes of a contact: exports often leave their names out.
_CONTACTS: Final = {
    "AMB": "ambulatory", "EMER": "emergency", "FLD": "field", "HH": "home health", "IMP": "inpatient", "ACUTE": "inpatient acute",
    "NONAC": "inpatient non-acute", "OBSENC": "observation", "PRENC": "pre-admission", "SS": "short stay", "VR": "virtual",
}  # fmt: skip


def contact_class(value: object) -> Term:
    """The class of a contact; in words where it is a bare code."""
    found = term(value)
    return Term(f"{_CONTACTS[found.text]} visit", found.codes, found.coded) if found.text in _CONTACTS else found


def when(resource: Resource, stem: str) -> str:
    """The start of a choice field of time as an ISO date or instant; '' where it is an age, a range or words."""
    for ending in ("DateTime", "Instant"):
        if text := string(resource, f"{stem}{ending}"):
            return text
    return string(as_dict(resource.get(f"{stem}Period")), "start")


def until(resource: Resource, stem: str) -> str:
    """The end of a choice field of time."""
    return string(as_dict(resource.get(f"{stem}Period")), "end")


def limits(value: object, measured: Resource | None = None) -> Limits:
    """The one normal range of a result; nothing where several are given and none can be chosen.

    `measured`: the Quantity that it belongs to; where the codes of their units agree, the range has that of the result.
    """
    normal = _normal([as_dict(entry) for entry in as_list(value)])
    if normal is None:
        return Limits()
    ends = [end for key in ("low", "high") if (end := as_dict(normal.get(key)))]
    own = string(measured or {}, "code")
    same = bool(own) and all(string(end, "code") == own for end in ends)
    units = set() if same else {unit_of(end) for end in ends} - {""}
    if len(units) > 1:
        return Limits(text=bounds(normal))
    low, high = (exact(as_dict(normal.get(key)).get("value")) for key in ("low", "high"))
    return Limits(low, high, string(normal, "text"), next(iter(units), ""))


# FHIR's referencerange-meaning: where one of these is given, a value outside the normal range is what is wanted.
_AIMED: Final = frozenset({"therapeutic", "treatment", "recommended"})


def _normal(given: Sequence[Resource]) -> Resource | None:
    """The one normal range; None where there is another one to aim at."""
    aimed = any(code(entry.get("type")).lower() in _AIMED for entry in given)
    normal = [entry for entry in given if _applies(entry)]
    return normal[0] if len(normal) == 1 and not aimed else None


def _applies(entry: Resource) -> bool:
    """Whether a range is the normal one and not of some people only."""
    return code(entry.get("type")).lower() in ("", "normal") and not entry.get("appliesTo") and not entry.get("age")


def unit_of(quantity: Resource) -> str:
    """The unit of a Quantity: in words, else by its code; '' for none and for UCUM's 1."""
    unit = string(quantity, "unit") or string(quantity, "code")
    return "" if unit == "1" else unit


def named(value: object, names: Names, holder: Resource) -> Term:
    """What a reference (or R5's CodeableReference) is about: the name of its target, else what it shows, else its identifier."""
    found = as_dict(value)
    if (own := term(found.get("concept"))).text:
        return own
    reference = as_dict(found["reference"]) if isinstance(found.get("reference"), dict) else found
    told = string(reference, "reference")
    target = names.find(told, holder) if told else None
    # What lies inside a resource refers to its neighbours there.
    if target is not None and (own := name_of(target, names, holder if told.startswith("#") else target)).text:
        return own
    return Term(string(reference, "display") or string(as_dict(reference.get("identifier")), "value"))


def name_of(resource: Resource, names: Names, container: Resource) -> Term:
    """How a resource is named by its code; a medicine without one by what it consists of.

    `container`: the resource that it lies in, or itself.
    """
    own = term(resource.get("code"))
    if own.text or resource["resourceType"] != "Medication":
        return own
    parts = [as_dict(i) for i in as_list(resource.get("ingredient")) if string(as_dict(i), "isActive") != "false"]
    inside = [(_ingredient(part, names, container), _strength(part)) for part in parts]
    said = [f"{t.text} {strength}".strip() for t, strength in inside if t.text]
    single = inside[0][0] if len(inside) == 1 else Term("")
    text = " and ".join(said)
    return Term(text, single.codes, single.coded and text == single.text)


def _ingredient(part: Resource, names: Names, holder: Resource) -> Term:
    concept = term(part.get("itemCodeableConcept"))
    return concept if concept.text else named(part.get("itemReference") or part.get("item"), names, holder)


def _strength(part: Resource) -> str:
    ratio = as_dict(part.get("strength") or part.get("strengthRatio"))
    above, below = quantity(ratio.get("numerator")), quantity(ratio.get("denominator")).removeprefix("1 ")
    return f"{above} per {below}" if above and below and below != "1" else above
