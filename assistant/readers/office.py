"""DOCX and PPTX, read from their XML: what stands on the page, without deleted and hidden text."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from assistant.errors import ReaderError
from assistant.readers.archive import Archive, local
from assistant.readers.compose import Composer, Outline, squeeze, stem, tidy
from assistant.readers.office_tables import slide_table, word_table
from assistant.readers.tables import spread_lines
from assistant.types import Document

if TYPE_CHECKING:
    from lxml.etree import _Element

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W_STRICT: Final = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_LEVEL: Final = re.compile(r"(?:heading|überschrift|titre|título|titolo|kop|rubrik)\s*([1-9])", re.I)
# Deleted text, comments, field codes, and the second rendering of a drawing for old programs.
_DROPPED: Final = frozenset(
    "del moveFrom instrText fldChar delText Fallback annotationRef sdtPr pPr rPr tblPr trPr tcPr".split()
)
_SLIDE: Final = re.compile(r"ppt/slides/slide(\d+)\.xml")


def read_docx(data: bytes, source: str) -> list[Document]:
    """A word processor's file: headings by style, lists, tables as rows with their headers, foot- and endnotes.

    Tracked insertions are read, deletions are not; hidden text is left out and counted in metadata "hidden".
    """
    archive = Archive(data, source, "DOCX")
    main = _main_part(archive, source)
    body = next((e for e in archive.xml(main) if local(e) == "body"), None)
    if body is None:
        raise ReaderError("the DOCX file has no body", path=source, remedy="save it again")
    folder = posixpath.dirname(main)
    writer = _DocxWriter(Composer(source), _heading_styles(archive, f"{folder}/styles.xml"))
    writer.write(body)
    for part in ("footnotes.xml", "endnotes.xml"):
        if f"{folder}/{part}" in archive:
            writer.notes(archive.xml(f"{folder}/{part}"))
    title = _core_title(archive) or writer.title or stem(source)
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return [writer.composer.build(title=title, media_type=kind)]


def _main_part(archive: Archive, source: str) -> str:
    if "word/document.xml" in archive:
        return "word/document.xml"
    if "_rels/.rels" in archive:
        for relation in archive.xml("_rels/.rels"):
            target = (relation.get("Target") or "").lstrip("/")
            if (relation.get("Type") or "").endswith("/officeDocument") and target in archive:
                return target
    raise ReaderError("the file is not a DOCX", path=source, remedy="save it again as DOCX")


def _core_title(archive: Archive) -> str:
    if "docProps/core.xml" not in archive:
        return ""
    title = next((e.text or "" for e in archive.xml("docProps/core.xml") if local(e) == "title"), "")
    return "" if re.fullmatch(r"(?i)\s*|untitled.*|document\s?\d*|word document", title) else tidy(title)


def _attribute(element: _Element, name: str) -> str:
    return element.get(f"{_W}{name}") or element.get(f"{_W_STRICT}{name}") or ""


def _heading_styles(archive: Archive, name: str) -> dict[str, int]:
    """Style id to heading level (1 highest), through the styles it is based on; 0 is the document's title."""
    if name not in archive:
        return {}
    own: dict[str, int] = {}
    based: dict[str, str] = {}
    for style in archive.xml(name):
        if local(style) != "style":
            continue
        key = _attribute(style, "styleId")
        for child in style.iter():
            kind = local(child)
            value = _attribute(child, "val")
            if kind == "name":
                match = _LEVEL.match(value)
                if match:
                    own[key] = int(match.group(1))
                elif value.lower() == "title":
                    own[key] = 0
            elif kind == "outlineLvl" and value.isdigit() and int(value) < 9:
                own.setdefault(key, int(value) + 1)
            elif kind == "basedOn":
                based[key] = value
    for key in based:
        above, steps = key, 0
        while above not in own and above in based and steps < 20:
            above, steps = based[above], steps + 1
        if above in own:
            own.setdefault(key, own[above])
    return own


class _DocxWriter:
    def __init__(self, composer: Composer, styles: dict[str, int]) -> None:
        self.composer = composer
        self.title = ""
        self._styles = styles
        self._outline = Outline()

    def write(self, body: _Element) -> None:
        """Add the blocks of a body in order; content controls are looked through."""
        for block in _blocks(body):
            if local(block) == "p":
                self._paragraph(block)
            else:
                rows, declared = word_table(block, self._text)
                for line in spread_lines(rows, declared=declared):
                    self.composer.add(line)

    def notes(self, part: _Element) -> None:
        """Add foot- or endnotes as a section of their own."""
        texts = [self._text(note) for note in part if not _attribute(note, "type")]
        if texts := [t for t in texts if t]:
            self.composer.open("Notes", "notes")
            for text in texts:
                self.composer.add(text)

    def _paragraph(self, paragraph: _Element) -> None:
        text = self._text(paragraph)
        if not text:
            return
        level, listed = self._kind(paragraph)
        if level is None:
            self.composer.add(f"- {text}" if listed else text, "\n" if listed else "\n\n")
        elif level == 0 or (level == 1 and not self.title and self.composer.empty):
            self.title = self.title or tidy(text)
            self.composer.note(f"# {tidy(text)}")
            path = self._outline.enter(1, "")
            self.composer.open(path, path)
        else:
            path = self._outline.enter(level, tidy(text))
            self.composer.note(f"{'#' * min(level, 6)} {tidy(text)}")
            self.composer.open(path, path)

    def _kind(self, paragraph: _Element) -> tuple[int | None, bool]:
        """The heading level, if any, and whether the paragraph is a list item."""
        level: int | None = None
        listed = False
        for properties in paragraph:
            if local(properties) != "pPr":
                continue
            for entry in properties:
                kind, value = local(entry), _attribute(entry, "val")
                if kind == "pStyle":
                    level = self._styles.get(value)
                    listed = listed or value.lower().startswith("list")
                elif kind == "outlineLvl" and value.isdigit() and int(value) < 9:
                    level = int(value) + 1
                elif kind == "numPr":
                    listed = True
        return level, listed

    def _text(self, element: _Element) -> str:
        """The visible text below an element, without recursion."""
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
            if kind == "r" and _is_vanished(item):
                self.composer.hidden += bool("".join(item.itertext()).strip())
                continue
            if kind == "t":
                pieces.append(item.text or "")
            elif kind in ("tab", "ptab"):
                pieces.append(" ")
            elif kind in ("br", "cr"):
                pieces.append("\n")
            elif kind == "noBreakHyphen":
                pieces.append("-")
            if kind == "p":
                stack.append("\n")
            stack.extend(reversed(item))
        return squeeze("".join(pieces))


def _is_vanished(run: _Element) -> bool:
    for properties in run:
        if local(properties) == "rPr":
            for entry in properties:
                if local(entry) in ("vanish", "webHidden") and _attribute(entry, "val") not in ("0", "false", "off"):
                    return True
    return False


def _blocks(body: _Element) -> Iterator[_Element]:
    """Paragraphs and tables of a body in order, looking through content controls and tracked insertions."""
    stack = list(reversed(body))
    while stack:
        element = stack.pop()
        kind = local(element)
        if kind in ("p", "tbl"):
            yield element
        elif kind in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "AlternateContent", "Choice"):
            stack.extend(reversed(element))


def read_pptx(data: bytes, source: str) -> list[Document]:
    """Slides: one section a slide, headed by its title, tables as rows, speaker's notes after the text."""
    archive = Archive(data, source, "PPTX")
    slides = _slides(archive)
    if not slides:
        raise ReaderError("the file holds no slides", path=source, remedy="save it again as PPTX")
    composer = Composer(source)
    for number, name in enumerate(slides, 1):
        root = archive.xml(name)
        if root.get("show") == "0":
            composer.hidden += 1
            continue
        title, blocks = _slide(root)
        if title:
            composer.note(f"## {title}")
        composer.open(title, f"slide {number}")
        for block in blocks or ([title] if title else []):
            composer.add(block)
        for notes in _related(archive, name, "/notesSlide"):
            for block in _slide(archive.xml(notes), notes=True)[1]:
                composer.add(block)
    kind = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    return [composer.build(title=_core_title(archive) or stem(source), media_type=kind)]


def _related(archive: Archive, part: str, kind: str) -> list[str]:
    folder, name = posixpath.split(part)
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in archive:
        return []
    targets = [
        posixpath.normpath(posixpath.join(folder, r.get("Target") or ""))
        for r in archive.xml(relations)
        if (r.get("Type") or "").endswith(kind) and r.get("TargetMode") != "External"
    ]
    return [target for target in targets if target in archive]


def _slides(archive: Archive) -> list[str]:
    """The slides in the order in which they are shown."""
    numbered = sorted(
        ((int(m.group(1)), name) for name in archive.names if (m := _SLIDE.fullmatch(name))), key=lambda pair: pair[0]
    )
    names = [name for _, name in numbered]
    main, relations = "ppt/presentation.xml", "ppt/_rels/presentation.xml.rels"
    if main not in archive or relations not in archive:
        return names
    targets = {
        r.get("Id"): posixpath.normpath(posixpath.join("ppt", r.get("Target") or "")) for r in archive.xml(relations)
    }
    order = []
    for entry in archive.xml(main).iter():
        if local(entry) == "sldId":
            key = next((v for k, v in entry.attrib.items() if str(k).endswith("}id")), "")
            order.append(targets.get(str(key), ""))
    return [name for name in order if name in archive] or names


def _slide(root: _Element, *, notes: bool = False) -> tuple[str, list[str]]:
    title, blocks = "", []
    for shape in root.iter():
        kind = local(shape)
        if kind == "tbl":
            blocks.extend(spread_lines(slide_table(shape, _drawn)))
        elif kind == "sp":
            place = next((e.get("type") or "body" for e in shape.iter() if local(e) == "ph"), "")
            if place in ("sldNum", "dt", "ftr", "hdr", "sldImg") or (notes and place == ""):
                continue
            text = _drawn(shape)
            if place in ("title", "ctrTitle") and not title:
                title = tidy(text)
            elif text:
                blocks.append(text)
    return title, blocks


def _drawn(shape: _Element) -> str:
    lines = []
    for paragraph in shape.iter():
        if local(paragraph) == "p":
            pieces = [(e.text or "") if local(e) == "t" else "\n" for e in paragraph.iter() if local(e) in ("t", "br")]
            lines.append("".join(pieces))
    return squeeze("\n".join(lines))
