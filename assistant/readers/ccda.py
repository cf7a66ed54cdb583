"""C-CDA (HL7 CDA release 2): sections by their titles, their narrative with tables as rows, identifiers from the header.

What asks for a further access label (by confidentiality of the document, a section, or an entry of it) is a document of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from assistant.formats.inline import Run, joined
from assistant.formats.xml import local, said
from assistant.readers.compose import Composer, squeeze, stem, tidy
from assistant.readers.grids import Cell
from assistant.readers.numbering import spelled
from assistant.readers.tables import spread_lines
from assistant.records.ccda.labels import document_labels, section_labels
from assistant.records.ccda.people import known, patient_id, usual_name
from assistant.records.ccda.tree import DROPPED, attribute, is_withdrawn, one, parse, reach, runs, title_of, visible
from assistant.records.hl7.timestamps import moment
from assistant.types import Document

if TYPE_CHECKING:
    from lxml.etree import _Element

_BLOCKS: Final = frozenset("table paragraph item caption".split())
_SEX: Final = {"F": "female", "M": "male", "UN": "undifferentiated"}


def read_xml(data: bytes, source: str) -> list[Document]:
    """An XML file: a C-CDA document. Raises ReaderError for any other XML, saying of what kind it is."""
    return read_clinical_document(parse(data, source), source)


def read_clinical_document(root: _Element, source: str) -> list[Document]:
    """A parsed ClinicalDocument: the patient first, then each section under its heading, in the order of the document.

    One document for the sections that ask for no label of their own, and one for each set of labels besides.
    """
    whole = document_labels(root)
    parts: dict[frozenset[str], Composer] = {whole: _headed(root, source)}
    for section, level, path, labels in _walk(root):
        told = whole | labels
        if told not in parts:
            parts[told] = Composer(source)
            parts[told].note(f"# {_title(root, source)}")
        _Narrator(parts[told]).section(section, level, path)
    _body(root, parts[whole])
    fields = known(root)
    return [
        _built(root, source, composer, labels, fields, apart=labels != whole)
        for labels, composer in parts.items()
        if not composer.empty
    ]


def _title(root: _Element, source: str) -> str:
    return said(one(root, "title")) or attribute(root, "code", "displayName") or stem(source)


def _headed(root: _Element, source: str) -> Composer:
    composer = Composer(source)
    composer.note(f"# {_title(root, source)}")
    composer.open("Patient", "recordTarget")
    composer.add(_header(root, attribute(root, "code", "displayName")))
    return composer


def _body(root: _Element, composer: Composer) -> None:
    """A body that is no XML: text, or an enclosed file, which is named."""
    body = one(root, "component/nonXMLBody/text")
    if body is None:
        return
    if (body.get("representation") or "").upper() != "B64":
        composer.open("Document", "nonXMLBody")
        composer.add(squeeze("".join(body.itertext())))
    else:
        composer.note(f"[The body is an enclosed file of type {body.get('mediaType') or 'unknown'}; it was not read.]")


def _built(
    root: _Element,
    source: str,
    composer: Composer,
    labels: frozenset[str],
    fields: dict[str, tuple[str, ...]],
    *,
    apart: bool,
) -> Document:
    patient, shown = patient_id(root), attribute(root, "code", "displayName")
    # The title often names the person; a list of titles holds no identifiers.
    name = f"{shown or 'Clinical document'}, patient {patient}" if patient else shown or stem(source)
    metadata = {
        "record": ", ".join([patient, *sorted(labels)]) if apart else patient,
        "patient_id": patient,
        "date": moment(attribute(root, "effectiveTime")),
        "confidentiality": attribute(root, "confidentialityCode", "code"),
    }
    built = composer.build(title=name, media_type="application/cda+xml", metadata=metadata, fields=fields)
    return replace(built, labels=labels)


def _header(root: _Element, kind: str) -> str:
    role = one(root, "recordTarget/patientRole")
    person = one(role, "patient")
    sex = one(person, "administrativeGenderCode")
    name = usual_name(person) if person is not None else None
    pairs = (
        ("Patient", name.plain if name is not None else ""),
        ("Patient number", patient_id(root)),
        ("Date of birth", moment(attribute(person, "birthTime"))[:10]),
        ("Sex", (sex.get("displayName") or _SEX.get(sex.get("code") or "", "")).lower() if sex is not None else ""),
        ("Document", kind),
        ("Date", moment(attribute(root, "effectiveTime"))),
        ("Written at", said(one(root, "author/assignedAuthor/representedOrganization/name"))),
    )
    return "\n".join(f"{name}: {value}" for name, value in pairs if value)


def _walk(root: _Element) -> Iterator[tuple[_Element, int, str, frozenset[str]]]:
    """Every section with its level, the path of titles to it, and the labels of it and of the sections around it."""
    stack: list[tuple[_Element, int, tuple[str, ...], frozenset[str]]] = []
    stack.extend((section, 1, (), frozenset()) for section in reach(root, "component/structuredBody/component/section"))
    stack.reverse()
    while stack:
        section, level, above, outer = stack.pop()
        titles = (*above, (title_of(section) or "Section")[:200])
        yield section, level, " > ".join(titles), outer | section_labels(section)
        inner = outer | document_labels(section)
        stack.extend([(below, level + 1, titles, inner) for below in reach(section, "component/section")][::-1])


class _Narrator:
    """Writes sections: paragraphs, lists and tables of their narrative blocks, in order."""

    def __init__(self, composer: Composer) -> None:
        self._composer = composer

    def section(self, section: _Element, level: int, path: str) -> None:
        """One section without those in it."""
        self._composer.note(f"{'#' * min(level + 1, 6)} {path.rpartition(' > ')[2]}")
        self._composer.open(path, f"section {path}")
        text = one(section, "text")
        if text is not None:
            self._narrative(text)

    def _narrative(self, text: _Element) -> None:
        """Blocks in order, without recursion: text between blocks is a paragraph of its own."""
        loose: list[Run] = []
        stack: list[_Element | Run] = [text]
        while stack:
            item = stack.pop()
            if isinstance(item, Run):
                loose.append(item)
            elif local(item) in _BLOCKS and item is not text:
                self._flush(loose)
                if not is_withdrawn(item):
                    self._block(item, local(item))
            elif item is text or (local(item) not in DROPPED and _holds_blocks(item) and not is_withdrawn(item)):
                for child in reversed(item):
                    stack += [Run(child.tail)] if child.tail else []
                    stack.append(child)
                stack += [Run(item.text)] if item.text else []
            else:
                loose.extend(runs(item, " "))
        self._flush(loose)

    def _block(self, item: _Element, kind: str) -> None:
        if kind == "table":
            for line in table_rows(item):
                self._composer.add(line, "\n")
        elif words := visible(item):
            self._composer.add(
                f"{_mark(item)} {words}" if kind == "item" else words, "\n" if kind == "item" else "\n\n"
            )

    def _flush(self, loose: list[Run]) -> None:
        if words := tidy(joined(loose)):
            self._composer.add(words)
        loose.clear()


# HL7 CDA R2, the style codes of ordered lists.
_FORMS: Final = {
    "arabic": "decimal", "littleroman": "lowerRoman", "bigroman": "upperRoman", "littlealpha": "lowerLetter", "bigalpha": "upperLetter",
}  # fmt: skip


def _mark(item: _Element) -> str:
    """What stands before an item: its number where the list is ordered, which steps and later text refer to. One struck out keeps its
    number, as it is printed."""
    listed = item.getparent()
    if listed is None or (listed.get("listType") or "").lower() != "ordered":
        return "-"
    number = 1 + sum(local(before) == "item" for before in item.itersiblings(preceding=True))
    codes = (listed.get("styleCode") or "").lower().split()
    return f"{spelled(number, next((_FORMS[code] for code in codes if code in _FORMS), 'decimal'))}."


def _holds_blocks(item: _Element) -> bool:
    return any(local(below) in _BLOCKS for below in item.iterdescendants())


def table_rows(table: _Element) -> list[str]:
    """A narrative table as lines "header: value", cells over several rows or columns in each place that they cover."""
    found: list[list[Cell]] = []
    declared = 0
    for row in table.iter():
        if local(row) == "tr":
            cells = [c for c in row if local(c) in ("td", "th")]
            found.append([_cell(cell) for cell in cells])
            above = row.getparent()
            declared += above is not None and local(above) == "thead"
    return spread_lines(found, declared=declared)


def _cell(cell: _Element) -> Cell:
    text = visible(cell)
    struck = not text and bool("".join(cell.itertext()).strip())
    return Cell(text, _count(cell.get("rowspan")), _count(cell.get("colspan")), local(cell) == "th", struck=struck)


def _count(span: str | None) -> int:
    return min(int(span), 50) if span and span.isdigit() and len(span) < 5 and span != "0" else 1
