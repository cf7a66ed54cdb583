"""Coded fields of HL7 v2 as terms, and how a citation names a segment."""

from __future__ import annotations

from typing import Final

from assistant.records.hl7.message import Message, Segment
from assistant.records.model import Code, Term

# HL7 table 0396: coding systems that FHIR knows by a URI.
_SYSTEMS: Final = {
    "LN": "http://loinc.org", "SCT": "http://snomed.info/sct", "I10": "http://hl7.org/fhir/sid/icd-10",
    "I10C": "http://hl7.org/fhir/sid/icd-10-cm", "RXNORM": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "CVX": "http://hl7.org/fhir/sid/cvx",
}  # fmt: skip
# HL7 tables 0001 and 0004.
SEX: Final = {"F": "female", "M": "male", "O": "other", "A": "ambiguous", "U": "unknown"}
VISIT: Final = {
    "I": "inpatient", "O": "outpatient", "E": "emergency", "P": "preadmit", "R": "recurring patient", "B": "obstetrics",
}  # fmt: skip


def key_of(message: Message, segment: Segment) -> str:
    """ "SEGMENT/<message control id>-<number of the segment>"."""
    return message.locator(segment)


def term_of(segment: Segment, at: int, words_at: int = 0) -> Term:
    """A coded element: its text, else the alternative text, else the sender's own, else the code; both codes beside it.

    `words_at`: a field of free words that stands in where the coded one is empty.
    """
    codes, shown, coded = [], "", False
    for first in (1, 4):
        code, text, system = (segment.part(at, first + n) for n in range(3))
        if code:
            codes.append(Code(_SYSTEMS.get(system, system), code, text))
        if text and not shown:
            # What a local table calls it is not a terminology's own word.
            shown, coded = text, system in _SYSTEMS
    shown = shown or segment.part(at, 9)
    if not shown and codes:
        shown, coded = codes[0].code, codes[0].system in _SYSTEMS.values()
    if not shown and words_at:
        return Term(segment.text(words_at))
    return Term(" ".join(shown.split()), tuple(codes), coded)
