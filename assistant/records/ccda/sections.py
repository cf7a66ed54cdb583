"""Sections of C-CDA documents: which part of a chart each tells of, by its LOINC code, else by its template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from assistant.records.ccda.labels import document_labels
from assistant.records.ccda.tree import Element, attribute, reach, templates


class Kind(NamedTuple):
    """What a section tells of. `past`: what was once; `given`: medicines that were given in the encounter."""

    section: str = ""
    resource: str = ""
    past: bool = False
    given: bool = False


_PROBLEMS: Final = Kind("problems", "Condition")
_MEDICINES: Final = Kind("medications", "MedicationStatement")
_RESULTS: Final = Kind("results", "Observation")
_BY_CODE: Final[Mapping[str, Kind]] = {
    # Problem list; past illness; admission, discharge, pre- and postoperative and postprocedure diagnoses.
    "11450-4": _PROBLEMS, "11348-0": Kind("problems", "Condition", past=True),
    **dict.fromkeys(("46241-6", "11535-2", "10219-4", "10218-6", "59769-0"), _PROBLEMS),
    # History of medication use; on discharge; on admission; summary; prescribed; administered.
    **dict.fromkeys(("10160-0", "10183-2", "75311-1", "42346-7", "56445-0", "57828-6", "19009-0"), _MEDICINES),
    **dict.fromkeys(("29549-3", "18610-6"), Kind("medications", "MedicationStatement", given=True)),
    "48765-2": Kind("allergies", "AllergyIntolerance"),
    **dict.fromkeys(("30954-2", "8716-3", "29762-2", "47420-5", "26436-6", "18725-2", "18748-4"), _RESULTS),
    "46240-8": Kind("encounters", "Encounter"),
    "47519-4": Kind("procedures", "Procedure"),
    "11369-6": Kind("immunizations", "Immunization"),
}  # fmt: skip
_BY_TEMPLATE: Final[Mapping[str, str]] = {
    "5": "11450-4", "20": "11348-0", "43": "46241-6", "24": "11535-2", "1": "10160-0", "11": "10183-2", "44": "42346-7",
    "38": "29549-3", "6": "48765-2", "3": "30954-2", "4": "8716-3", "22": "46240-8", "7": "47519-4", "2": "11369-6",
}  # fmt: skip
# Sections whose entries are about something else than problems, medicines, allergies and results: plans, family, money, wishes,
# instructions, goals, devices, people.
_ELSEWHERE: Final = frozenset(
    """18776-5 10157-6 42348-3 48768-6 46264-8 69730-0 61146-7 29299-5 46239-0 8648-8 8653-8 85847-2 61145-9 62387-6 61150-9
    10190-7 75310-3 11383-7 61144-2 8689-2 87504-2""".split()
)


def loinc_of(section: Element) -> str:
    """The section's code, else the one that its template stands for."""
    if code := attribute(section, "code", "code"):
        return code
    for root in templates(section):
        head, _, rest = root.partition("2.16.840.1.113883.10.20.22.2.")
        if not head and (known := _BY_TEMPLATE.get(rest.removesuffix(".1"))):
            return known
    return ""


def kind_of(loinc: str) -> Kind:
    """What a section of this code tells of."""
    return _BY_CODE.get(loinc, Kind())


def elsewhere(loinc: str) -> bool:
    """Whether a section that is not read is known to be about other things."""
    return loinc in _ELSEWHERE


def sections_of(root: Element) -> Iterator[tuple[Element, frozenset[str]]]:
    """All sections of the document's body in their order, each with the access labels of the sections that it stands in."""
    for body in reach(root, "component/structuredBody"):
        stack = [(section, frozenset[str]()) for section in reach(body, "component/section")][::-1]
        while stack:
            section, outer = stack.pop()
            yield section, outer
            inner = outer | document_labels(section)
            stack.extend([(below, inner) for below in reach(section, "component/section")][::-1])
