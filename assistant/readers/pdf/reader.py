"""PDF by PDFium: pages as a person reads them, one section a page, what is not surely read kept apart."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from assistant.errors import ReaderError
from assistant.readers.compose import Composer, stem
from assistant.readers.pdf.glyphs import Box, Sheet, sheet_of
from assistant.readers.pdf.hyphens import Vocabulary
from assistant.readers.pdf.layout import Grid, Part, layout
from assistant.readers.pdf.outline import headings_of, title_of
from assistant.readers.pdf.prose import Paragraph, goes_on, line_text, notes_of, paragraphs_of, said
from assistant.readers.pdf.running import without_running
from assistant.readers.pdf.strikes import clear_struck
from assistant.readers.pdf.tables import grid_lines
from assistant.readers.pdf.words import Upright, Word, turned_box, words_of
from assistant.types import Document, LossKind

MAX_PAGES: Final = 5_000
MAX_SECONDS: Final = 300.0
"""A 1,000-page manual takes about half a minute; more means a file made to hang its reader."""
_PICTURE: Final = 0.04
"""Of the page: smaller pictures are logos and ornaments."""
_UNMAPPED: Final = 0.02
"""Of the glyphs of a page: above it words are lost, not single ornaments."""


@dataclass(slots=True)
class PageWords:
    """One page on its way: its words by direction, its lines, and what was lost."""

    number: int
    groups: list[Upright]
    rules: list[Box]
    sure: bool = True
    losses: list[tuple[LossKind, str]] = field(default_factory=list)

    @property
    def words(self) -> list[Word]:
        """The words of its main direction."""
        return self.groups[0].words if self.groups else []

    @property
    def empty(self) -> bool:
        """Whether it holds no word."""
        return not any(word.runs for group in self.groups for word in group.words)


def read_pdf(data: bytes, source: str) -> list[Document]:
    """A PDF: sections located by page, headed by the outline entry that covers the page.

    What is not surely in reading order is a section of its own that is not `sure`. Pages that are only a picture are
    counted in metadata "image_pages" and told as losses. Raises ReaderError for encrypted files and for files in which no
    page holds text.
    """
    document = _open(data, source)
    try:
        pages = list(_pages(document, source))
        headings, title = _about(document)
    finally:
        document.close()
    blank = sum(page.empty for page in pages)
    if blank == len(pages):
        raise ReaderError(
            "the PDF holds only pictures of pages, no text",
            path=source,
            remedy="run text recognition (OCR): `ingest --ocr`, or another program such as ocrmypdf before",
        )
    _strip_running(pages)
    composer = Composer(source)
    _Writer(composer, pages, headings).write()
    metadata = {"pages": str(len(pages)), "image_pages": str(blank) if blank else ""}
    return [composer.build(title=title or stem(source), media_type="application/pdf", metadata=metadata)]


def _open(data: bytes, source: str) -> Any:
    import pypdfium2

    if b"%PDF-" not in data[:1024]:
        raise ReaderError("the file is not a PDF", path=source, remedy="export it again as PDF")
    try:
        document = pypdfium2.PdfDocument(data)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error) or "ecurity" in str(error):
            raise ReaderError(
                "the PDF is encrypted", path=source, remedy="save it without a password, then ingest it again"
            ) from None
        raise ReaderError("the PDF is damaged", path=source, remedy="print it to a new PDF") from None
    if count > MAX_PAGES:
        document.close()
        raise ReaderError(f"the PDF has more than {MAX_PAGES:,} pages", path=source, remedy="split the file")
    if count == 0:
        document.close()
        raise ReaderError("the PDF has no pages", path=source, remedy="export it again")
    return document


def _pages(document: Any, source: str) -> Iterator[PageWords]:
    import pypdfium2

    started, failed = time.monotonic(), 0
    for index in range(len(document)):
        if time.monotonic() - started > MAX_SECONDS:
            raise ReaderError(
                "the PDF takes too long to read", path=source, remedy="print it to a new PDF, or split it"
            )
        try:
            page = document[index]
        except pypdfium2.PdfiumError:
            failed += 1
            yield PageWords(index + 1, [], [], losses=[(LossKind.UNREAD, "a damaged page")])
            continue
        try:
            yield _page(page, index + 1)
        finally:
            page.close()
    if failed == len(document):
        raise ReaderError("the PDF is damaged", path=source, remedy="print it to a new PDF")


def _page(page: Any, number: int) -> PageWords:
    sheet = sheet_of(page)
    groups = words_of(sheet)
    angle = groups[0].angle if groups else 0
    rules = [turned_box(rule, angle, sheet) for rule in sheet.rules] if angle % 90 == 0 else []
    found = PageWords(number, groups, rules)
    struck = 0
    for group in groups:
        marks = [turned_box(box, group.angle, sheet) for box in sheet.struck] if group.angle % 90 == 0 else []
        lines = rules if group is groups[0] else []
        used = clear_struck(group.words, lines, marks)
        struck += len(used)
        found.rules = [rule for rule in found.rules if rule not in used]
    if struck:
        found.losses.append((LossKind.STRUCK, f"{struck} struck stretches, not read"))
    _note_losses(found, sheet)
    return found


def _note_losses(page: PageWords, sheet: Sheet) -> None:
    pictures = sum(box.area > _PICTURE * sheet.width * sheet.height for box in sheet.pictures)
    if page.empty:
        page.losses.append((LossKind.IMAGE, "the page is a picture, its text was not read") if pictures else
                           (LossKind.UNREAD, "the page holds no text"))  # fmt: skip
    elif sheet.veiled > len(sheet.glyphs) / 2:
        page.sure = False
        page.losses.append((LossKind.RECOGNIZED, "the text layer of a scan, of unknown confidence"))
    elif pictures:
        page.losses.append((LossKind.IMAGE, f"{pictures} picture{'s' if pictures > 1 else ''}, not read"))
    if sheet.hidden:
        page.losses.append((LossKind.HIDDEN, f"{sheet.hidden} characters that nobody sees, not read"))
    if sheet.unmapped > _UNMAPPED * max(1, len(sheet.glyphs)):
        page.sure = False
        page.losses.append((LossKind.UNSURE_CHARACTERS, "a font that does not say which characters it shows"))


def _about(document: Any) -> tuple[dict[int, str], str]:
    try:
        return headings_of(document), title_of(document)
    except RecursionError:
        raise
    except Exception:  # noqa: BLE001 - a broken outline costs headings, not the text
        return {}, ""


def _strip_running(pages: Sequence[PageWords]) -> None:
    filled = [page for page in pages if page.groups]
    for page, words in zip(filled, without_running([page.words for page in filled]), strict=True):
        page.groups[0].words = words


@dataclass(slots=True)
class _Piece:
    """A paragraph or a table of a page, in order."""

    paragraph: Paragraph | None = None
    grid: Grid | None = None
    sure: bool = True


class _Writer:
    """Writes the pages of a document: a section a page, and one for each stretch that is not sure."""

    def __init__(self, composer: Composer, pages: Sequence[PageWords], headings: dict[int, str]) -> None:
        self._composer, self._pages, self._headings = composer, pages, headings
        self._notes = [notes_of(page.words) for page in pages]
        self._pieces = [self._of_page(page) for page in pages]
        self._vocabulary = Vocabulary.of([line for i in range(len(pages)) for line in self._lines(i)])
        self._heading = ""

    def _of_page(self, page: PageWords) -> list[_Piece]:
        found: list[_Piece] = []
        for group in page.groups:
            main = group is page.groups[0]
            for part in layout(group.words, page.rules if main else ()):
                found += _pieces(part, page.sure)
        return _flowing(found)

    def _lines(self, index: int) -> Iterator[str]:
        for piece in self._pieces[index]:
            if piece.paragraph:
                yield from (line_text(line, ()) for line in piece.paragraph.lines)
            elif piece.grid:
                yield from (line_text(line, ()) for row in piece.grid.rows for cell in row for line in cell.lines)

    def write(self) -> None:
        """Write all pages."""
        carried: Paragraph | None = None
        for index, page in enumerate(self._pages):
            self._heading = self._headings.get(index, self._heading)
            for kind, detail in page.losses:
                self._composer.lose(kind, f"page {page.number}", detail)
            if page.empty:
                # Shown, never retrieved: whoever opens the document sees what the assistant could not read.
                self._composer.note(f"[Page {page.number} holds no text: it is a picture or blank, and was not read.]")
                continue
            pieces = self._pieces[index]
            if carried is not None:
                pieces = pieces[1:]
            carried = self._onto_next(index)
            self._page(index, pieces, carried)

    def _onto_next(self, index: int) -> Paragraph | None:
        """The first paragraph of the next page where the last one of this page goes on there."""
        if index + 1 >= len(self._pieces) or not self._pieces[index] or not self._pieces[index + 1]:
            return None
        last, first = self._pieces[index][-1], self._pieces[index + 1][0]
        if not (last.paragraph and first.paragraph and last.sure and first.sure):
            return None
        return first.paragraph if goes_on(last.paragraph, first.paragraph) else None

    def _page(self, index: int, pieces: Sequence[_Piece], carried: Paragraph | None) -> None:
        number, open_as = self._pages[index].number, None
        for piece in pieces:
            sure, block = piece.sure, list[str]()
            over = carried is not None and piece is pieces[-1] and piece.paragraph is not None
            if piece.grid:
                block = grid_lines(piece.grid, self._vocabulary, self._notes[index])
            elif piece.paragraph:
                paragraph = piece.paragraph
                if over and carried is not None:
                    paragraph = Paragraph([*paragraph.lines, *carried.lines], paragraph.item)
                text, whole = said(paragraph, self._vocabulary, self._notes[index])
                sure, block = sure and whole, [text]
                if not whole:
                    self._composer.lose(LossKind.UNSURE_CHARACTERS, f"page {number}", "a number at the end of a line")
            if not piece.sure and self._pages[index].sure:
                self._composer.lose(LossKind.UNSURE_ORDER, f"page {number}", "blocks side by side")
            if open_as != (sure, over):
                locator = f"page {number}" + (f"–{number + 1}" if over else "") + ("" if sure else " (not surely read)")
                self._composer.open(self._heading, locator, sure=sure)
                open_as = (sure, over)
            for i, line in enumerate(block):
                joint = "\n" if (piece.grid and i) or (line.startswith("- ")) else "\n\n"
                self._composer.add(line, joint)


def _pieces(part: Part, sure: bool) -> list[_Piece]:
    if isinstance(part, Grid):
        return [_Piece(grid=part, sure=sure and part.sure)]
    if part.alone:
        return [_Piece(Paragraph([line]), sure=sure and part.sure) for line in part.lines]
    return [_Piece(paragraph, sure=sure and part.sure) for paragraph in paragraphs_of(part.lines)]


def _flowing(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Paragraphs that go on at the head of the next column made one."""
    found: list[_Piece] = []
    for piece in pieces:
        last = found[-1] if found else None
        if last and last.paragraph and piece.paragraph and last.sure and piece.sure:
            upwards = piece.paragraph.lines[0].baseline < last.paragraph.lines[-1].baseline
            if upwards and goes_on(last.paragraph, piece.paragraph):
                last.paragraph.lines += piece.paragraph.lines
                last.paragraph.full = piece.paragraph.full
                continue
        found.append(piece)
    return found
