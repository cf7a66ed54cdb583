"""Reading CDA elements: namespace-blind paths, codes, times and values. The parser loads nothing and expands nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from assistant.errors import ReaderError
from assistant.records.fhir.terms import is_number
from assistant.records.hl7.stamps import iso
from assistant.records.model import Code, Term

Element = Any
Words = Callable[[str], str]

_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
_SYSTEMS: Final = {
    "2.16.840.1.113883.6.96": "http://snomed.info/sct",
    "2.16.840.1.113883.6.1": "http://loinc.org",
    "2.16.840.1.113883.6.88": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "2.16.840.1.113883.12.292": "http://hl7.org/fhir/sid/cvx",
    "2.16.840.1.113883.6.90": "http://hl7.org/fhir/sid/icd-10-cm",
}


def parse(data: bytes, source: str) -> Element:
    """The document's root. Raises ReaderError for broken XML, a document type declaration, or another kind of document."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise ReaderError("not well-formed XML", path=source, line=line, remedy="export it again") from None
    if root.getroottree().docinfo.doctype:
        raise ReaderError("XML with a document type declaration", path=source, remedy="export it without DOCTYPE")
    if root.tag.rpartition("}")[2] != "ClinicalDocument":
        raise ReaderError("not a clinical document", path=source, remedy="give C-CDA documents")
    return root


def reach(element: Element, path: str) -> Iterator[Element]:
    """All elements at a path of local names."""
    if element is None:
        return iter(())
    found: Iterator[Element] = element.iterfind("/".join(f"{{*}}{step}" for step in path.split("/")))
    return found


def one(element: Element, path: str) -> Element:
    """The first element at a path of local names, or None."""
    return next(reach(element, path), None)


def relations(act: Element, kind: str) -> Iterator[Element]:
    """The observations that an act holds by relationships of this type."""
    for relation in reach(act, "entryRelationship"):
        if relation.get("typeCode") == kind:
            yield from reach(relation, "observation")


def ids(element: Element, *, but: str = "") -> list[str]:
    """The identifiers of an element, extension where there is one, else root; without those of the root `but`."""
    given = [e for e in reach(element, "id") if e.get("nullFlavor") is None and (not but or e.get("root") != but)]
    return [value for e in given if (value := e.get("extension") or e.get("root") or "")]


def term_of(element: Element, words: Words) -> Term:
    """A coded element: its display name, else its original text, else a translation's display, else the code."""
    if element is None:
        return Term("")
    codes = tuple(
        Code(
            _SYSTEMS.get(e.get("codeSystem", ""), e.get("codeSystem", "")), e.get("code", ""), e.get("displayName", "")
        )
        for e in [element, *reach(element, "translation")]
        if e.get("code")
    )
    if shown := element.get("displayName"):
        return Term(shown.strip(), codes, True)
    original = one(element, "originalText")
    if original is not None and (text := _referred(original, words)):
        return Term(text, codes)
    if shown := next((c.display for c in codes if c.display), ""):
        return Term(shown, codes, True)
    return Term(element.get("code", ""), codes, True)


def _referred(element: Element, words: Words) -> str:
    own = " ".join("".join(element.itertext()).split())
    reference = one(element, "reference")
    return own or (words(reference.get("value", "")) if reference is not None else "")


def value_of(element: Element, words: Words) -> tuple[str, str, str]:
    """A value in the record's spelling, the same as a decimal where it is one, and its unit."""
    if element is None or element.get("nullFlavor") is not None:
        return "", "", ""
    kind = element.get(_TYPE, "").rpartition(":")[2]
    if amount := element.get("value"):
        unit = element.get("unit", "")
        shown = iso(amount) if kind == "TS" else amount
        return shown, amount if kind in ("PQ", "INT", "REAL") and is_number(amount) else "", "" if unit == "1" else unit
    low, high = one(element, "low"), one(element, "high")
    if low is not None or high is not None:
        ends = [e.get("value", "") for e in (low, high) if e is not None]
        unit = next((e.get("unit", "") for e in (low, high) if e is not None and e.get("unit")), "")
        return " to ".join(filter(None, ends)), "", unit
    if element.get("code"):
        return term_of(element, words).text, "", ""
    return _referred(element, words), "", ""


def time_of(element: Element) -> str:
    """When it was: the point in time, or the start of the interval."""
    for time in reach(element, "effectiveTime"):
        if point := iso(time.get("value", "")):
            return point
        low = one(time, "low")
        if low is not None and (start := iso(low.get("value", ""))):
            return start
    return ""


def times_of(element: Element) -> tuple[str, str, bool]:
    """Start, end, and whether it has ended: an end whose date is not known ends it too."""
    for time in reach(element, "effectiveTime"):
        low, high = one(time, "low"), one(time, "high")
        if low is None and high is None:
            if point := iso(time.get("value", "")):
                return point, "", False
            continue
        start = iso(low.get("value", "")) if low is not None else ""
        end = iso(high.get("value", "")) if high is not None else ""
        unknown = high is not None and high.get("nullFlavor") in ("UNK", "NI", "ASKU", "NAV", "MSK")
        return start, end, bool(end) or unknown
    return "", "", False


def narrative(section: Element) -> str:
    """The human-readable text of a section, cells and items apart."""
    text = one(section, "text")
    if text is None:
        return ""
    pieces = [" ".join(piece.split()) for piece in text.itertext()]
    return "\n".join(piece for piece in pieces if piece)
