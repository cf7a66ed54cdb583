"""Pages to the text of a document: sections by page and heading, what is not sure apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from assistant.readers.compose import Composer, Outline
from assistant.readers.pdf.headings import is_heading, levels, size_of
from assistant.readers.pdf.hyphens import Vocabulary
from assistant.readers.pdf.layout import Grid, Part, layout
from assistant.readers.pdf.pages import PageWords
from assistant.readers.pdf.prose import Paragraph, goes_on, line_text, notes_of, paragraphs_of, said
from assistant.readers.pdf.tables import grid_lines
from assistant.readers.pdf.words import Word, body_size
from assistant.types import LossKind

LEAST_CONFIDENCE: Final = 0.9
"""Of each word of a passage that was recognized from a picture; below it the passage is not sure. From `bench/ocr.py`."""


@dataclass(slots=True)
class Piece:
    """A paragraph or a table of a page, in order. `level` is above 0 for a heading."""

    paragraph: Paragraph | None = None
    grid: Grid | None = None
    sure: bool = True
    text: str = ""
    whole: bool = True
    level: int = 0

    def words(self) -> Iterator[Word]:
        """All its words."""
        lines = self.paragraph.lines if self.paragraph else []
        if self.grid:
            lines = [line for row in self.grid.rows for cell in row for line in cell.lines]
        for line in lines:
            yield from line.words


class Writer:
    """Writes the pages of a document: a section for each page and heading, and one for each stretch that is not sure.

    `outline` is the file's own, by page index; it stands where no heading is printed yet.
    """

    def __init__(self, composer: Composer, pages: Sequence[PageWords], outline: dict[int, str]) -> None:
        self._composer, self._pages, self._outline = composer, pages, outline
        self._notes = [notes_of(page.words) for page in pages]
        self._pieces = [pieces_of(page) for page in pages]
        self._vocabulary = Vocabulary.of([line for pieces in self._pieces for line in _lines(pieces)])
        self._carried: set[int] = set()
        self._path = Outline()
        self._section: tuple[str, str, bool] | None = None
        self._carry()
        self._say()
        self._find_headings()

    def write(self) -> None:
        """Write all pages."""
        heading = ""
        for index, page in enumerate(self._pages):
            heading = self._outline.get(index, heading)
            for kind, detail in page.losses:
                self._composer.lose(kind, f"page {page.number}", detail)
            if page.empty:
                # Shown, never retrieved: whoever opens the document sees what the assistant could not read.
                self._composer.note(f"[Page {page.number} holds no text: it is a picture or blank, and was not read.]")
                self._section = None
                continue
            for piece in self._pieces[index]:
                self._write(index, piece, heading)

    def _is_sure(self, piece: Piece, page: PageWords, place: str) -> bool:
        """Whether a piece was surely read; what was not is told as a loss."""
        if not piece.sure and page.sure:
            self._composer.lose(LossKind.UNSURE_ORDER, place, "blocks side by side")
        if not piece.whole:
            self._composer.lose(LossKind.UNSURE_CHARACTERS, place, "a number at the end of a line")
        low = any(word.confidence < LEAST_CONFIDENCE for word in piece.words())
        if low:
            self._composer.lose(LossKind.UNSURE_CHARACTERS, place, "words recognized below the confidence")
        return piece.sure and piece.whole and not low

    def _write(self, index: int, piece: Piece, heading: str) -> None:
        page = self._pages[index]
        if piece.level:
            self._path.enter(piece.level, piece.text)
            self._composer.note(f"{'#' * min(piece.level + 1, 6)} {piece.text}")
            self._section = None
            return
        place = f"page {page.number}"
        sure = self._is_sure(piece, page, place)
        over = id(piece) in self._carried
        locator = f"page {page.number}–{page.number + 1}" if over else place
        section = (self._path.path or heading, locator + ("" if sure else " (not surely read)"), sure)
        if section != self._section:
            self._composer.open(section[0], section[1], sure=sure)
            self._section = section
        lines = grid_lines(piece.grid, self._vocabulary, self._notes[index]) if piece.grid else [piece.text]
        for i, line in enumerate(lines):
            self._composer.add(line, "\n" if i or line.startswith("- ") else "\n\n")

    def _carry(self) -> None:
        """Join paragraphs that go on at the head of the next page to their first part."""
        for here, there in zip(self._pieces, self._pieces[1:], strict=False):
            last, first = (here[-1] if here else None), (there[0] if there else None)
            if last is None or first is None or not (last.sure and first.sure) or id(last) in self._carried:
                continue
            if last.paragraph and first.paragraph and goes_on(last.paragraph, first.paragraph):
                last.paragraph.lines += first.paragraph.lines
                self._carried.add(id(last))
                del there[0]

    def _say(self) -> None:
        for pieces, notes in zip(self._pieces, self._notes, strict=True):
            for piece in pieces:
                if piece.paragraph:
                    piece.text, piece.whole = said(piece.paragraph, self._vocabulary, notes)

    def _find_headings(self) -> None:
        """Give headings their level; one without anything below it before the next is content."""
        pieces = [piece for page in self._pieces for piece in page]
        body = body_size([word for piece in pieces for word in piece.words()])
        found = [piece for piece in pieces if _may_head(piece, body)]
        known = {id(piece) for piece in found}
        ranks = levels([piece.paragraph for piece in found if piece.paragraph])
        below = False
        for piece in reversed(pieces):
            if id(piece) not in known:
                below = True
            elif below and piece.paragraph:
                piece.level = ranks[size_of(piece.paragraph)]


def pieces_of(page: PageWords) -> list[Piece]:
    """The pieces of a page in reading order; columns that go on are one."""
    found: list[Piece] = []
    for group in page.groups:
        main = group is page.groups[0]
        for part in layout(group.words, page.rules if main else ()):
            found += _pieces(part, page.sure)
    return _flowing(found)


def _pieces(part: Part, sure: bool) -> list[Piece]:
    if isinstance(part, Grid):
        return [Piece(grid=part, sure=sure and part.sure)]
    if part.alone:
        return [Piece(Paragraph([line]), sure=sure and part.sure) for line in part.lines]
    return [Piece(paragraph, sure=sure and part.sure) for paragraph in paragraphs_of(part.lines)]


def _may_head(piece: Piece, body: float) -> bool:
    """Whether a piece that was surely read looks like a heading beside words of the `body` size."""
    sure = piece.sure and piece.whole
    return piece.paragraph is not None and sure and is_heading(piece.paragraph, piece.text, body)


def _flowing(pieces: Sequence[Piece]) -> list[Piece]:
    """Paragraphs that go on at the head of the next column made one."""
    found: list[Piece] = []
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


def _lines(pieces: Sequence[Piece]) -> Iterator[str]:
    for piece in pieces:
        lines = piece.paragraph.lines if piece.paragraph else []
        if piece.grid:
            lines = [line for row in piece.grid.rows for cell in row for line in cell.lines]
        yield from (line_text(line, ()) for line in lines)
