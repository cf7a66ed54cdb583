"""DOCX, read from its XML: what stands on the page, headings by style, lists with their numbers, tables, notes, page headers."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from assistant.errors import ReaderError
from assistant.formats.xml import local
from assistant.readers.archive import Archive
from assistant.readers.compose import Composer, Outline, stem, tidy
from assistant.readers.editions import edition_of
from assistant.readers.numbering import BULLET, Numbering
from assistant.readers.office_tables import word_table
from assistant.readers.ooxml import attribute, is_placeholder, number_of, properties, relations, title_of
from assistant.readers.tables import spread_lines
from assistant.readers.word_styles import Looks, Style, read_styles
from assistant.readers.word_text import Note, WordText
from assistant.types import Document, LossKind

if TYPE_CHECKING:
    from lxml.etree import _Element

_KIND: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_NOTE_PARTS: Final = {"footnote": "footnotes.xml", "endnote": "endnotes.xml"}


def read_docx(data: bytes, source: str) -> list[Document]:
    """A word processor's file: headings by style, lists, tables as rows with their headers, notes below what refers to them.

    Tracked insertions are read, deletions are not; struck text and hidden text are left out and told among the losses.
    """
    archive = Archive(data, source, "DOCX")
    main = _main_part(archive, source)
    body = next((e for e in archive.xml(main) if local(e) == "body"), None)
    if body is None:
        raise ReaderError("the DOCX file has no body", path=source, remedy="save it again")
    writer = _DocxWriter(archive, posixpath.dirname(main), source)
    if any(local(e) == "background" for e in archive.xml(main)):
        writer.words.ground = Looks(shaded=True)
    writer.write(body)
    writer.unreferenced()
    around = writer.around(body, main)
    composer = writer.composer
    if writer.words.comments:
        composer.lose(LossKind.UNREAD, "", f"{writer.words.comments} comments of reviewers, not read")
    title = title_of(archive) or writer.title or stem(source)
    edition = edition_of([title, *composer.first], around=around, properties=properties(archive))
    return [composer.build(title=title, media_type=_KIND, metadata=edition)]


def _main_part(archive: Archive, source: str) -> str:
    if "word/document.xml" in archive:
        return "word/document.xml"
    for kind, part in relations(archive, "").values():
        if kind == "officeDocument":
            return part
    raise ReaderError("the file is not a DOCX", path=source, remedy="save it again as DOCX")


def _outline_level(value: str) -> int | None:
    """The heading level of an outline level, which counts from 0; 9 is body text."""
    return int(value) + 1 if value.isdigit() and int(value) < 9 else None


class _DocxWriter:
    def __init__(self, archive: Archive, folder: str, source: str) -> None:
        self.composer = Composer(source)
        self.title = ""
        self._archive = archive
        self._styles = read_styles(archive, f"{folder}/styles.xml")
        self._numbering = Numbering(archive, f"{folder}/numbering.xml")
        self._outline = Outline()
        self._notes = {kind: self._note_part(f"{folder}/{part}") for kind, part in _NOTE_PARTS.items()}
        self._blocks = 0
        self._held: list[Note] = []
        self.words = WordText(self.composer, self._styles)

    def write(self, body: _Element) -> None:
        """Add the blocks of a body in order; content controls are looked through."""
        for block in _blocks(body):
            self._blocks += 1
            self.words.place = f"block {self._blocks}"
            if local(block) == "p":
                self._paragraph(block)
            else:
                self._table(block)
        self._add_notes()

    def _table(self, table: _Element) -> None:
        rows, declared = word_table(table, self.words.text)
        lines = spread_lines(rows, declared=declared)
        own = self._own_notes()
        self._add_notes()
        for line in lines:
            self.composer.add(line)
        self._add_notes(own)

    def unreferenced(self) -> None:
        """Add notes that nothing refers to as a section of their own."""
        texts = [self.words.text(note) for part in self._notes.values() for note in part.values()]
        if texts := [t for t in texts if t]:
            self.composer.open("Notes", "notes")
            for text in texts:
                self.composer.add(text)

    def around(self, body: _Element, main: str) -> list[str]:
        """Add what stands above and below each page, once, and give it: a watermark or a header may withdraw the whole."""
        parts = relations(self._archive, main)
        used = [attribute(e, "id") for e in body.iter() if local(e) in ("headerReference", "footerReference")]
        texts: dict[str, str] = {}
        for key in used:
            kind, part = parts.get(key, ("", ""))
            if kind in ("header", "footer"):
                self.words.place = f"page {kind}"
                for block in _blocks(self._archive.xml(part)):
                    for text in self.words.text(block).split("\n"):
                        if sum(c.isalpha() for c in text) > 2:
                            texts.setdefault(text.strip(), kind)
        for text, kind in texts.items():
            self.composer.open(f"Page {kind}", f"page {kind}")
            self.composer.add(text)
        return list(texts)

    def _note_part(self, name: str) -> dict[str, _Element]:
        if name not in self._archive:
            return {}
        notes = [note for note in self._archive.xml(name) if not attribute(note, "type")]
        return {attribute(note, "id") or f"?{n}": note for n, note in enumerate(notes)}

    def _own_notes(self) -> list[Note]:
        """The notes that the block at hand refers to."""
        own, self.words.notes = self.words.notes, []
        return own

    def _add_notes(self, own: Iterable[Note] = ()) -> None:
        """Notes below what refers to them, those of a list below the list: what holds the mark should hold its meaning."""
        for note in (*self._held, *own):
            element = self._notes[note.kind].pop(note.id, None)
            text = self.words.text(element) if element is not None else ""
            if text:
                self.composer.add(f"Note {note.mark}: {text}" if note.mark else text)
        self._held = []

    def _paragraph(self, paragraph: _Element) -> None:
        text = self.words.text(paragraph)
        level, label, depth = self._kind(paragraph, counts=bool(text))
        if not text:
            return
        own = self._own_notes()
        if level is None and label:
            self._held += own
            self.composer.add(f"{'  ' * depth}{label} {text}", "\n")
            return
        self._add_notes()
        if level is None:
            self.composer.add(text)
            self._add_notes(own)
            return
        self._held = own
        title = tidy(f"{label} {text}" if label and label != BULLET else text)
        if level == 0 or (level == 1 and not self.title and self.composer.empty):
            self.title = self.title or tidy(text)
            self.composer.note(f"# {tidy(text)}")
            path = self._outline.enter(1, "")
        else:
            path = self._outline.enter(level, title)
            self.composer.note(f"{'#' * min(level, 6)} {title}")
        self.composer.open(path, path)

    def _properties(self, paragraph: _Element) -> tuple[Style, int | None, str, int]:
        """What a paragraph says of itself: its style, heading level, list ("" without one) and depth in it (-1 unsaid)."""
        style, list_id, depth, level = Style(), "", -1, None
        for entry in (entry for part in paragraph if local(part) == "pPr" for entry in part):
            kind, value = local(entry), attribute(entry, "val")
            if kind == "pStyle":
                style = self._styles.get(value, Style(is_list=value.lower().startswith("list")))
            elif kind == "outlineLvl":
                level = _outline_level(value) or level
            elif kind == "numPr":
                numbers = {local(e): attribute(e, "val") for e in entry}
                list_id = numbers.get("numId", list_id)
                depth = number_of(numbers.get("ilvl", ""), -1)
        return style, level, list_id, depth

    def _kind(self, paragraph: _Element, *, counts: bool) -> tuple[int | None, str, int]:
        """The heading level, if any, the printed number or bullet of a list item, and how deep the item lies."""
        style, level, list_id, depth = self._properties(paragraph)
        # A list of its own, or none by number 0, goes before that of the style.
        list_id = list_id or style.list_id
        depth = style.list_level if depth < 0 else depth
        label = self._numbering.label(list_id, depth) if list_id and counts else ""
        if not label and style.is_list and not list_id:
            label = BULLET
        return (style.level if level is None else level), label, min(depth, 8) if label else 0


def _blocks(body: _Element) -> Iterator[_Element]:
    """Paragraphs and tables of a body in order, looking through content controls and tracked insertions."""
    stack = list(reversed(body))
    while stack:
        element = stack.pop()
        kind = local(element)
        if kind in ("p", "tbl"):
            yield element
        elif kind == "sdt" and is_placeholder(element):
            continue
        elif kind in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "AlternateContent", "Choice"):
            stack.extend(reversed(element))
