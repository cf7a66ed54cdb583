"""Which access labels a document, a section or an entry asks for by its confidentiality and its security observations.

After HL7 CDA R2 (confidentialityCode of the header and of sections) and Data Segmentation for Privacy (observations with
codes of ActSecurityObjectiveCode within an entry). A section's text tells of all its entries, so that it bears their labels too.
"""

from __future__ import annotations

from collections.abc import Iterator

from assistant.formats.xml import local
from assistant.records.ccda.tree import Element, attribute, reach
from assistant.records.security import labels_of

_SECURITY = frozenset("SECCLASSOBS SECCATOBS SECCONOBS SECCONTROBS SECINTOBS ASSERTION_SECURITY".split())


def document_labels(part: Element) -> frozenset[str]:
    """The labels that a document or a section asks for as a whole."""
    return labels_of(e.get("code", "") for e in reach(part, "confidentialityCode"))


def section_labels(section: Element) -> frozenset[str]:
    """The labels of a section's text: its own, and those of its entries, but not of the sections in it."""
    return document_labels(section).union(*(entry_labels(entry) for entry in reach(section, "entry")))


def entry_labels(entry: Element) -> frozenset[str]:
    """The labels of an entry, wherever in it they stand."""
    return labels_of(_codes(entry))


def _codes(entry: Element) -> Iterator[str]:
    for element in entry.iter():
        kind = local(element)
        if kind == "confidentialityCode":
            yield element.get("code", "")
        elif kind == "observation" and attribute(element, "code", "code") in _SECURITY:
            yield from (value.get("code", "") for value in reach(element, "value"))
