"""The table of a page that is being read: cells with their spans; a table within a cell is text of the cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assistant.readers.grids import Cell

if TYPE_CHECKING:
    from lxml.etree import _Element

_BOLD: Final = frozenset("b strong".split())


class PageTable:
    """The table at hand; a table within a cell is read as text of the cell, its cells and rows kept apart."""

    def __init__(self) -> None:
        self.depth = self.declared = 0
        self._rows: list[list[Cell]] = []
        self._inner: list[tuple[int, int]] = []
        self._bold = 0
        self._has_bold = self._has_plain = False
        self.struck = False
        """Whether text of the cell at hand was struck through, and left out."""

    def open(self) -> None:
        """A table begins."""
        self.depth += 1
        if self.depth == 1:
            self._rows, self.declared, self._bold = [], 0, 0
        else:
            self._inner.append((0, 0))

    def close(self) -> list[list[Cell]]:
        """A table ends: its rows where it is the outermost, else none."""
        self.depth -= 1
        if self._inner:
            self._inner.pop()
        return self._rows if self.depth == 0 else []

    def border(self, tag: str) -> str:
        """What stands before a row or cell of a table within a cell: nothing before the first."""
        rows, cells = self._inner[-1] if self._inner else (0, 0)
        if tag == "tr":
            if self._inner:
                self._inner[-1] = (rows + 1, 0)
            return " / " if rows else ""
        if self._inner:
            self._inner[-1] = (rows, cells + 1)
        return " | " if cells else ""

    def start(self, tag: str) -> None:
        """An element in the table begins."""
        if tag in _BOLD:
            self._bold += 1
        elif self.depth == 1 and tag == "tr":
            self._rows.append([])
        elif self.depth == 1 and tag in ("td", "th"):
            self._has_bold = self._has_plain = self.struck = False
            if not self._rows:
                self._rows.append([])

    def end(self, tag: str) -> None:
        """An element in the table that is no cell ends."""
        if tag in _BOLD:
            self._bold = max(0, self._bold - 1)
        elif tag == "thead" and self.depth == 1:
            self.declared = len(self._rows)

    def saw(self, text: str) -> None:
        """Text in the cell at hand."""
        if self.depth and text.strip():
            self._has_bold = self._has_bold or self._bold > 0
            self._has_plain = self._has_plain or self._bold == 0

    def add(self, element: _Element, text: str, *, is_head: bool, struck: bool = False) -> None:
        """The cell at hand ends; `struck`: it is so as a whole, and its text was not read."""
        down, across = _count(element.get("rowspan"), 65_534), _count(element.get("colspan"), 1_000)
        strong = self._has_bold and not self._has_plain
        if self._rows:
            gone = not text and (struck or self.struck)
            self._rows[-1].append(Cell(text, down, across, is_head, strong, gone))


def _count(span: str | None, most: int) -> int:
    """Rows or columns that a cell covers; a row span of 0 reaches to the end of the table."""
    if span is None or not span.strip().isdigit() or len(span) > 8:
        return 1
    return min(int(span), most) or most
