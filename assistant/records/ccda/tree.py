"""Reading CDA elements: namespace-blind paths, codes, times and words. The parser loads nothing and expands nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from assistant.errors import ReaderError
from assistant.formats.inline import Run, Script, joined
from assistant.formats.xml import local, parse_xml, said
from assistant.records.hl7.timestamps import iso
from assistant.records.model import Code, Term

Element = Any
Words = Callable[[str], str]

_SYSTEMS: Final = {
    "2.16.840.1.113883.6.96": "http://snomed.info/sct",
    "2.16.840.1.113883.6.1": "http://loinc.org",
    "2.16.840.1.113883.6.88": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "2.16.840.1.113883.12.292": "http://hl7.org/fhir/sid/cvx",
    "2.16.840.1.113883.6.90": "http://hl7.org/fhir/sid/icd-10-cm",
}
# Elements of a narrative that are not text, and those that part what stands beside them.
DROPPED: Final = frozenset("renderMultiMedia footnoteRef".split())
_SCRIPTS: Final = {"sup": Script.RAISED, "sub": Script.LOWERED}
_LINE: Final = "\n"
_PARTING: Final = frozenset("br item paragraph td th tr caption list table".split())


def parse(data: bytes, source: str) -> Element:
    """The document's root. Raises ReaderError for broken XML, a document type declaration, or another kind of document."""
    root = parse_xml(data, source)
    if root.getroottree().docinfo.doctype:
        raise ReaderError("XML with a document type declaration", path=source, remedy="export it without DOCTYPE")
    if local(root) == "ClinicalDocument":
        return root
    if str(root.tag).startswith("{http://hl7.org/fhir}"):
        raise ReaderError("the file is FHIR in XML", path=source, remedy="export it as FHIR JSON")
    remedy = "give C-CDA documents, or convert it to HTML, CSV or JSON"
    raise ReaderError("the XML is not a clinical document (C-CDA)", path=source, remedy=remedy)


def reach(element: Element, path: str) -> Iterator[Element]:
    """All elements at a path of local names."""
    if element is None:
        return iter(())
    found: Iterator[Element] = element.iterfind("/".join(f"{{*}}{step}" for step in path.split("/")))
    return found


def one(element: Element, path: str) -> Element:
    """The first element at a path of local names, or None."""
    return next(reach(element, path), None)


def attribute(element: Element, path: str, name: str = "value") -> str:
    """An attribute of the first element at a path, '' where one of them is missing."""
    found = one(element, path)
    return (found.get(name) or "") if found is not None else ""


def templates(element: Element) -> set[str]:
    """The templates that an element says it follows."""
    return {root for t in reach(element, "templateId") if (root := t.get("root"))}


def ids(element: Element, *, but: frozenset[str] = frozenset()) -> list[str]:
    """The identifiers of an element, extension where there is one, else root; without those of the roots `but`."""
    given = [e for e in reach(element, "id") if e.get("nullFlavor") is None and e.get("root") not in but]
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
        return Term(" ".join(shown.split()), codes, True)
    original = one(element, "originalText")
    if original is not None and (text := referred(original, words)):
        return Term(text, codes)
    if shown := next((c.display for c in codes if c.display), ""):
        return Term(" ".join(shown.split()), codes, True)
    return Term(element.get("code", ""), codes, True)


def referred(element: Element, words: Words) -> str:
    """The words of an element, else those of the narrative that it points to."""
    return said(element) or words(attribute(element, "reference"))


def time_of(element: Element) -> str:
    """When it was: the point in time, or the start of the interval."""
    for time in reach(element, "effectiveTime"):
        if point := iso(time.get("value", "")):
            return point
        for end in ("low", "center", "high"):
            if start := iso(attribute(time, end)):
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


def is_withdrawn(element: Element) -> bool:
    """Whether a stretch of a narrative was deleted in a revision of the document, or a line goes through it."""
    return element.get("revised") == "delete" or "strike" in (element.get("styleCode") or "").lower()


def runs(element: Element, parting: str) -> Iterator[Run]:
    """The words below an element of a narrative as runs, raised and lowered ones as such; `parting` goes between parts that
    stand apart. What is struck or deleted is left out, a note within the text stands in brackets."""
    stack: list[tuple[Element, Script] | Run] = [(element, Script.PLAIN)]
    while stack:
        item = stack.pop()
        if isinstance(item, Run):
            yield item
            continue
        inner: Element = item[0]
        script, kind = item[1], local(inner)
        if kind in DROPPED or is_withdrawn(inner):
            continue
        script = _SCRIPTS.get(kind, script)
        if kind in _PARTING:
            yield Run(parting)
        after: list[tuple[Element, Script] | Run] = [Run(")")] if kind == "footnote" else []
        for child in reversed(inner):
            if child.tail:
                after.append(Run(child.tail, script))
            if kind in _PARTING and local(child) in _PARTING:
                after.append(Run(parting))
            after.append((child, script))
        if inner.text:
            after.append(Run(inner.text, script))
        stack += [*after, Run(" (note: ")] if kind == "footnote" else after


def visible(element: Element) -> str:
    """The words below an element of a narrative on one line; parts that stand apart are parted by a blank."""
    return " ".join(joined(runs(element, " ")).split())


def narrative(section: Element) -> str:
    """The human-readable text of a section, cells and items apart."""
    text = one(section, "text")
    if text is None:
        return ""
    lines = (" ".join(line.split()) for line in joined(_lined(text)).split("\n"))
    return "\n".join(line for line in lines if line)


def _lined(text: Element) -> Iterator[Run]:
    """The runs of a section's text in which only its parts begin lines, however its source is broken."""
    for run in runs(text, _LINE):
        yield run if run.text == _LINE else Run(" ".join(re.split(r"\s+", run.text)), run.script)


def title_of(section: Element) -> str:
    """A section's title, else what its code is called."""
    return said(one(section, "title")) or attribute(section, "code", "displayName")[:200]
