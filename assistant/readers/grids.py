"""Cells of a table on a grid: a cell over several rows or columns stands in every place that it covers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

MAX_SPAN: Final = 1_000
"""Columns or rows that one cell may cover: browsers stop at 1,000 columns (HTML standard, 4.9.11)."""
MAX_AREA: Final = 500_000
"""Places of one grid that spans may fill; beyond it a cell covers its own place only."""


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One cell as it was written. Compared by identity: equal neighbours are two cells, one cell in two places is one."""

    text: str = ""
    down: int = 1
    across: int = 1
    head: bool = False
    """Whether the format itself says that it names a row or a column."""
    strong: bool = False
    """Whether it is set off by its looks (bold, filled), as headings are."""
    struck: bool = False
    """Whether all that it held is struck through, and left out."""


BLANK: Final = Cell()
Row = list[Cell]


def spread(rows: Iterable[Sequence[Cell]]) -> list[Row]:
    """Rows of cells as written (a covered place has no cell of its own) to a grid of equal width."""
    grid: list[Row] = []
    reaching: dict[int, tuple[int, Cell]] = {}
    area = 0
    for row in rows:
        line: Row = []
        below: dict[int, tuple[int, Cell]] = {}
        for cell in row:
            _from_above(line, reaching, below)
            down, across = _span(cell.down), _span(cell.across)
            area += down * across
            if area > MAX_AREA:
                down = across = 1
            for _ in range(across):
                # A span that runs into a cell from above ends there.
                if len(line) in reaching:
                    break
                if down > 1:
                    below[len(line)] = (down - 1, cell)
                line.append(cell)
        _from_above(line, reaching, below, to_end=True)
        grid.append(line)
        reaching = below
    width = max((len(line) for line in grid), default=0)
    if width * len(grid) <= 2 * MAX_AREA:
        for line in grid:
            line.extend([BLANK] * (width - len(line)))
    return grid


def plain(rows: Iterable[Iterable[str]]) -> list[Row]:
    """Rows of texts without spans as a grid."""
    return spread([[Cell(text) if text else BLANK for text in row] for row in rows])


def turned(grid: Sequence[Row]) -> list[Row]:
    """The grid with its columns as rows."""
    return [list(column) for column in zip(*grid, strict=True)]


def distinct(row: Iterable[Cell]) -> list[Cell]:
    """The filled cells of a row, each once, in order."""
    found: dict[int, Cell] = {id(cell): cell for cell in row if cell.text}
    return list(found.values())


def lone(row: Row) -> Cell | None:
    """The one filled cell of a row of several columns, where it stands at the beginning."""
    filled = distinct(row)
    return filled[0] if len(filled) == 1 and len(row) > 1 and row[0] is filled[0] else None


def is_across(row: Row) -> bool:
    """Whether one cell covers the whole row, or all of it but blanks, and more than one column."""
    cell = lone(row)
    return cell is not None and row[1] is cell


def _from_above(
    line: Row, reaching: dict[int, tuple[int, Cell]], below: dict[int, tuple[int, Cell]], *, to_end: bool = False
) -> None:
    last = max(reaching, default=-1)
    while len(line) in reaching or (to_end and len(line) <= last):
        left, cell = reaching.get(len(line), (1, BLANK))
        if left > 1:
            below[len(line)] = (left - 1, cell)
        line.append(cell)


def _span(count: int) -> int:
    return min(max(1, count), MAX_SPAN)
