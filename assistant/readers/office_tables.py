"""Tables of DOCX and PPTX as rows of cells: merges of Word (gridSpan, vMerge) and of slides (gridSpan, rowSpan) undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from assistant.formats.xml import local
from assistant.readers.compose import tidy
from assistant.readers.grids import BLANK, Cell
from assistant.readers.ooxml import OFF, attribute, number_of

if TYPE_CHECKING:
    from lxml.etree import _Element

Words = Callable[["_Element"], str]
_LOOKED_THROUGH: Final = ("sdt", "sdtContent", "ins", "customXml", "moveTo")
_MOST: Final = 1_000


def word_table(table: _Element, words: Words) -> tuple[list[list[Cell]], int]:
    """A Word table: its rows of cells, and how many of the first rows repeat on each page, as header rows do."""
    grid: list[list[_Place]] = []
    declared = 0
    for row in children(table, "tr"):
        properties = {local(entry): attribute(entry, "val") for part in children(row, "trPr") for entry in part}
        if "del" in properties:
            continue
        is_head = properties.get("tblHeader", "0") not in OFF
        declared += is_head and declared == len(grid)
        before = number_of(properties.get("gridBefore", "0"))
        blanks = [_Place(BLANK, 1, continues=False) for _ in range(before)]
        grid.append(blanks + [_word_cell(cell, words) for cell in children(row, "tc")])
    return _merged_down(grid), declared if declared < len(grid) else 0


class _Place:
    """A cell and whether it carries on the one above it."""

    __slots__ = ("across", "cell", "continues")

    def __init__(self, cell: Cell, across: int, *, continues: bool) -> None:
        self.cell, self.across, self.continues = cell, across, continues


def _word_cell(cell: _Element, words: Words) -> _Place:
    across, continues = 1, False
    for part in cell:
        if local(part) == "tcPr":
            for entry in part:
                if local(entry) == "gridSpan":
                    across = min(max(1, number_of(attribute(entry, "val"))), _MOST)
                elif local(entry) == "vMerge":
                    continues = attribute(entry, "val") != "restart"
    text = tidy(words(cell))
    whole = Cell(text, across=across, strong=_is_bold(cell), struck=not text and _is_struck(cell))
    return _Place(whole, across, continues=continues)


def _merged_down(grid: list[list[_Place]]) -> list[list[Cell]]:
    """Cells that carry on the one above are taken out, and the one above is made as high as they are together."""
    heads: list[list[tuple[Cell, int]]] = []
    open_at: dict[int, tuple[int, int]] = {}
    for number, line in enumerate(grid):
        row: list[tuple[Cell, int]] = []
        column, still = 0, dict[int, tuple[int, int]]()
        for place in line:
            at = open_at.get(column)
            if place.continues and at is not None:
                above, down = heads[at[0]][at[1]]
                text = f"{above.text} {place.cell.text}".strip()
                heads[at[0]][at[1]] = (replace(above, text=text, struck=above.struck and not text), down + 1)
                still[column] = at
            else:
                still[column] = (number, len(row))
                row.append((place.cell, 1))
            column += place.across
        heads.append(row)
        open_at = still
    return [[replace(cell, down=down) for cell, down in row] for row in heads]


def slide_table(table: _Element, words: Words) -> list[list[Cell]]:
    """A table of a slide: places that a merged cell covers have cells of their own, which are left out."""
    rows = []
    for row in table:
        if local(row) != "tr":
            continue
        cells = [c for c in row if local(c) == "tc" and not (_is_on(c, "hMerge") or _is_on(c, "vMerge"))]
        rows.append([_slide_cell(cell, words) for cell in cells])
    return rows


def _slide_cell(cell: _Element, words: Words) -> Cell:
    text = tidy(words(cell))
    down, across = (min(max(1, number_of(cell.get(name) or "1")), _MOST) for name in ("rowSpan", "gridSpan"))
    return Cell(text, down, across, strong=_is_bold(cell), struck=not text and _is_struck(cell))


def children(parent: _Element, wanted: str) -> Iterator[_Element]:
    """The rows of a table or the cells of a row, looked up through content controls and tracked insertions."""
    stack = list(reversed(parent))
    while stack:
        element = stack.pop()
        kind = local(element)
        if kind == wanted:
            yield element
        elif kind in _LOOKED_THROUGH:
            stack.extend(reversed(element))


def _is_struck(cell: _Element) -> bool:
    """Whether a cell of which nothing was read holds words all the same: struck through, deleted or hidden ones."""
    return any((t.text or "").strip() for t in cell.iter() if local(t) in ("t", "delText"))


def _has_words(run: _Element) -> bool:
    return any((t.text or "").strip() for t in run if local(t) == "t")


def _is_bold(cell: _Element) -> bool:
    """Whether all words of a cell are bold, or the cell is on a colour."""
    runs = [run for run in cell.iter() if local(run) == "r" and _has_words(run)]
    if runs and all(_bold_run(run) for run in runs):
        return True
    shades = [entry for part in cell if local(part) == "tcPr" for entry in part if local(entry) == "shd"]
    return any(attribute(shade, "fill").lower() not in ("", "auto", "ffffff") for shade in shades)


def _bold_run(run: _Element) -> bool:
    for part in run:
        if local(part) == "rPr":
            if (part.get("b") or "0") not in OFF:
                return True
            return any(local(entry) == "b" and attribute(entry, "val") not in OFF for entry in part)
    return False


def _is_on(element: _Element, name: str) -> bool:
    return (element.get(name) or "0") not in OFF
