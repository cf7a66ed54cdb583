"""C-CDA (HL7 CDA release 2): sections by their titles, their narrative with tables as rows, identifiers from the header."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from assistant.errors import ReaderError
from assistant.readers.archive import local, parse_xml
from assistant.readers.compose import Composer, Outline, squeeze, stem, tidy
from assistant.readers.fhir import name_forms
from assistant.readers.grids import Cell
from assistant.readers.identifiers import Known
from assistant.readers.tables import spread_lines
from assistant.records.hl7.message import moment
from assistant.types import Document

if TYPE_CHECKING:
    from lxml.etree import _Element

# Roots of identifiers (OIDs) to what they number; the others of a patient are record numbers.
_ROOTS: Final = {"2.16.840.1.113883.4.1": "US_SSN", "2.16.840.1.113883.4.6": "NPI"}
_SEX: Final = {"F": "female", "M": "male", "UN": "undifferentiated"}
_PEOPLE: Final = frozenset(
    "assignedPerson associatedPerson informationRecipient relatedPerson guardianPerson subject maintainingPerson".split()
)
_ROLES: Final = frozenset(
    "patientRole assignedAuthor assignedEntity associatedEntity relatedEntity guardian intendedRecipient".split()
)
_DROPPED: Final = frozenset("renderMultiMedia footnoteRef".split())
_TITLE_CODE: Final = 200


def read_xml(data: bytes, source: str) -> list[Document]:
    """An XML file: a C-CDA document. Raises ReaderError for any other XML, saying of what kind it is."""
    root = parse_xml(data, source)
    kind = local(root)
    if kind == "ClinicalDocument":
        return [read_clinical_document(root, source)]
    if root.tag.startswith("{http://hl7.org/fhir}"):
        raise ReaderError("the file is FHIR in XML", path=source, remedy="export it as FHIR JSON")
    raise ReaderError(
        "the XML is not a clinical document (C-CDA)", path=source, remedy="convert it to HTML, CSV or JSON"
    )


def read_clinical_document(root: _Element, source: str) -> Document:
    """A parsed ClinicalDocument: the patient first, then each section under its heading, in the order of the document."""
    composer, known = Composer(source), Known()
    for entity, value in identifiers(root):
        known.note(entity, value)
    title = tidy("".join(t.itertext())) if (t := _one(root, "title")) is not None else ""
    patient = _patient(root)
    kind = _one(root, "code")
    shown = (kind.get("displayName") or "") if kind is not None else ""
    composer.note(f"# {title or shown or stem(source)}")
    composer.open("Patient", "recordTarget")
    composer.add(_header(root, shown))
    narrator = _Narrator(composer)
    for section in _reach(root, "component/structuredBody/component/section"):
        narrator.section(section, 1)
    body = _one(root, "component/nonXMLBody/text")
    if body is not None and (body.get("representation") or "").upper() != "B64":
        composer.open("Document", "nonXMLBody")
        composer.add(squeeze("".join(body.itertext())))
    elif body is not None:
        composer.note(f"[The body is an enclosed file of type {body.get('mediaType') or 'unknown'}; it was not read.]")
    # The title often names the person; a list of titles holds no identifiers.
    name = f"{shown or 'Clinical document'}, patient {patient}" if patient else shown or stem(source)
    metadata = {
        "record": patient,
        "patient_id": patient,
        "date": _when(root),
        "confidentiality": e.get("code") or "" if (e := _one(root, "confidentialityCode")) is not None else "",
    }
    return composer.build(title=name, media_type="application/cda+xml", metadata=metadata, fields=known.fields)


def _reach(element: _Element | None, path: str) -> Iterator[_Element]:
    if element is not None:
        yield from element.iterfind("/".join(f"{{*}}{step}" for step in path.split("/")))


def _one(element: _Element | None, path: str) -> _Element | None:
    return next(_reach(element, path), None)


def _said(element: _Element | None) -> str:
    return tidy("".join(str(t) for t in element.itertext())) if element is not None else ""


def _when(root: _Element) -> str:
    stamp = _one(root, "effectiveTime")
    return moment(stamp.get("value") or "") if stamp is not None else ""


def _patient(root: _Element) -> str:
    for identity in _reach(root, "recordTarget/patientRole/id"):
        if identity.get("root") not in _ROOTS and identity.get("nullFlavor") is None:
            return identity.get("extension") or identity.get("root") or ""
    return ""


def _header(root: _Element, kind: str) -> str:
    role = _one(root, "recordTarget/patientRole")
    person = _one(role, "patient")
    birth, sex = _one(person, "birthTime"), _one(person, "administrativeGenderCode")
    names = [human_name(name) for name in _reach(person, "name")]
    shown = " ".join([*names[0]["given"], *names[0]["family_list"]]) if names else ""
    pairs = (
        ("Patient", shown),
        ("Patient number", _patient(root)),
        ("Date of birth", moment(birth.get("value") or "")[:10] if birth is not None else ""),
        ("Sex", (sex.get("displayName") or _SEX.get(sex.get("code") or "", "")).lower() if sex is not None else ""),
        ("Document", kind),
        ("Date", _when(root)),
        ("Written at", _said(_one(root, "author/assignedAuthor/representedOrganization/name"))),
    )
    return "\n".join(f"{name}: {value}" for name, value in pairs if value)


def human_name(name: _Element) -> dict[str, list[str]]:
    """A CDA name in the shape of FHIR's HumanName (with lists for all parts)."""
    found: dict[str, list[str]] = {"given": [], "family_list": [], "prefix": []}
    for part in name:
        key = {"given": "given", "family": "family_list", "prefix": "prefix"}.get(local(part), "")
        if key and (value := _said(part)):
            found[key].append(value)
    if not any(found.values()) and (value := _said(name)):
        found["given"] = [value]
    return found


def identifiers(root: _Element) -> Iterator[tuple[str, str]]:
    """What the header and the entries know by field to identify a person: names, numbers, addresses, contacts, births."""
    for element in root.iter():
        kind = local(element)
        if kind in _ROLES:
            yield from _role(element, patient=kind == "patientRole")
        if kind in _PEOPLE or kind in ("patient", "guardianPerson"):
            for name in _reach(element, "name"):
                yield from _names(name)
        if kind == "patient":
            for birth in _reach(element, "birthTime"):
                yield "DATE_OF_BIRTH", birth.get("value") or ""
                yield "DATE_OF_BIRTH", (birth.get("value") or "")[:8]
                yield "DATE_OF_BIRTH", moment(birth.get("value") or "")[:10]


def _names(name: _Element) -> Iterator[tuple[str, str]]:
    found = human_name(name)
    human = {"given": found["given"], "family": " ".join(found["family_list"]), "prefix": found["prefix"]}
    for form in name_forms(human):
        yield "PERSON", form
    for given in found["given"]:
        yield from (("PERSON", part) for part in given.split() if len(part) > 2)


def _role(role: _Element, *, patient: bool) -> Iterator[tuple[str, str]]:
    for identity in _reach(role, "id"):
        entity = _ROOTS.get(identity.get("root") or "", "MRN" if patient else "")
        yield entity, identity.get("extension") or ""
    for address in _reach(role, "addr"):
        for part in address:
            kind = local(part)
            if kind == "streetAddressLine":
                yield "STREET_ADDRESS", _said(part)
            elif kind == "city":
                yield "LOCATION", _said(part)
            elif kind == "postalCode":
                yield "ZIP_CODE", _said(part)
    for telecom in _reach(role, "telecom"):
        scheme, _, value = (telecom.get("value") or "").partition(":")
        if scheme.lower() == "mailto":
            yield "EMAIL_ADDRESS", value
        else:
            yield "PHONE_NUMBER", value if scheme.lower() in ("tel", "fax") else telecom.get("value") or ""


class _Narrator:
    """Writes sections: paragraphs, lists and tables of their narrative blocks, in order."""

    def __init__(self, composer: Composer) -> None:
        self._composer = composer
        self._outline = Outline()

    def section(self, section: _Element, level: int) -> None:
        """One section and the sections in it; the XML parser allows some 120 levels of them."""
        title, code = _said(_one(section, "title")), _one(section, "code")
        if not title and code is not None:
            title = (code.get("displayName") or "")[:_TITLE_CODE]
        path = self._outline.enter(level, title or "Section")
        self._composer.note(f"{'#' * min(level + 1, 6)} {title or 'Section'}")
        self._composer.open(path, f"section {path}")
        text = _one(section, "text")
        if text is not None:
            self._narrative(text)
        for below in _reach(section, "component/section"):
            self.section(below, level + 1)

    def _narrative(self, text: _Element) -> None:
        """Blocks in order, without recursion: text between blocks is a paragraph of its own."""
        loose: list[str] = []
        stack: list[_Element | str] = [text]
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                loose.append(item)
                continue
            kind = local(item)
            if kind in ("table", "paragraph", "item", "caption") and item is not text:
                self._flush(loose)
                if kind == "table":
                    for line in table_rows(item):
                        self._composer.add(line, "\n")
                elif said := visible(item):
                    self._composer.add(f"- {said}" if kind == "item" else said, "\n" if kind == "item" else "\n\n")
            elif kind not in _DROPPED:
                if kind == "br":
                    loose.append("\n")
                for child in reversed(item):
                    if child.tail:
                        stack.append(child.tail)
                    stack.append(child)
                if item.text:
                    stack.append(item.text)
        self._flush(loose)

    def _flush(self, loose: list[str]) -> None:
        if said := tidy("".join(loose)):
            self._composer.add(said)
        loose.clear()


def visible(element: _Element) -> str:
    """The words below an element of a narrative on one line; parts that stand apart are parted by a blank."""
    pieces: list[str] = []
    stack: list[_Element | str] = [element]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            pieces.append(item)
            continue
        kind = local(item)
        if kind in _DROPPED:
            continue
        if kind in ("br", "item", "paragraph", "td", "th", "tr"):
            pieces.append(" ")
        for child in reversed(item):
            if child.tail:
                stack.append(child.tail)
            stack.append(child)
        if item.text:
            stack.append(item.text)
    return tidy("".join(pieces))


def table_rows(table: _Element) -> list[str]:
    """A narrative table as lines "header: value", cells over several rows or columns in each place that they cover."""
    found: list[list[Cell]] = []
    declared = 0
    for row in table.iter():
        if local(row) == "tr":
            cells = [c for c in row if local(c) in ("td", "th")]
            found.append(
                [Cell(visible(c), _count(c.get("rowspan")), _count(c.get("colspan")), local(c) == "th") for c in cells]
            )
            above = row.getparent()
            declared += above is not None and local(above) == "thead"
    return spread_lines(found, declared=declared)


def _count(span: str | None) -> int:
    return min(int(span), 50) if span and span.isdigit() and len(span) < 5 and span != "0" else 1
