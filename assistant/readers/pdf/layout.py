"""A page's words to its parts in reading order: blocks of lines and tables, each marked where that order is not sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from assistant.readers.pdf.aligned import cells_of, columns_of, span_of
from assistant.readers.pdf.bands import Band, Nature, bands_of, nature
from assistant.readers.pdf.flows import columns_in_turn
from assistant.readers.pdf.glyphs import Box
from assistant.readers.pdf.lines import Line, Row, rows_of
from assistant.readers.pdf.ruled import RuledTable, inside, ruled_tables
from assistant.readers.pdf.words import Run, Word, body_size

_MOST_DEPTH: Final = 4
"""Columns within columns: a newspaper has two levels."""


_STROKE: Final = 1.6
"""Of the size: see lines.WIDE."""


@dataclass(slots=True)
class Block:
    """Lines that follow each other. `alone`: each line is one row of things whose order is not known."""

    lines: list[Line]
    sure: bool = True
    alone: bool = False


@dataclass(slots=True)
class GridCell:
    """One cell with its lines."""

    lines: list[Line]
    down: int = 1
    across: int = 1


@dataclass(slots=True)
class Grid:
    """A table: rows of cells as written, covered places left out."""

    rows: list[list[GridCell]]
    sure: bool = True


Part = Block | Grid


def layout(words: Sequence[Word], rules: Sequence[Box]) -> list[Part]:
    """The parts of a page or of a region."""
    held, free = _hold_tables(list(words), ruled_tables(rules))
    return _parts(free, rules, held, 0)


def _hold_tables(words: list[Word], tables: Sequence[RuledTable]) -> tuple[dict[int, list[Part]], list[Word]]:
    """Each ruled table's parts by the identity of the word that stands in its place, and the words with those in place."""
    held: dict[int, list[Part]] = {}
    for table in sorted(tables, key=lambda t: t.box.area):
        found = inside(table, words)
        if len(found) < 2:
            continue
        taken = {id(word) for some in found.values() for word in some}
        size = body_size([word for some in found.values() for word in some])
        parts = _table_parts(table, found, held)
        words = [word for word in words if id(word) not in taken]
        box = table.box
        place = Word([], box.x0, box.y0, box.x1, box.y1, box.y0 + size, size)
        held[id(place)] = parts
        words.append(place)
    return held, words


def _table_parts(table: RuledTable, found: dict[int, list[Word]], held: dict[int, list[Part]]) -> list[Part]:
    if 1 in (table.rows, table.columns) or any(id(word) in held for some in found.values() for word in some):
        # Boxes side by side or below each other, and tables that hold others: each cell is read by itself.
        return [part for i in sorted(found) for part in _parts(found[i], (), held, 1)]
    rows: list[list[GridCell]] = [[] for _ in range(table.rows)]
    sure = True
    for i, cell in enumerate(table.cells):
        within = rows_of(found[i]) if i in found else []
        sure = sure and all(map(_is_one_line, within))
        rows[cell.row].append(GridCell([_flattened(row) for row in within], cell.down, cell.across))
    return [Grid(rows, sure)]


def _is_one_line(row: Row) -> bool:
    """Whether what stands beside each other in a cell may be one line."""
    return len(row) == 1 or len(row[0].words) <= 3


def _flattened(row: Row) -> Line:
    """The lines of a row as one."""
    return Line([word for line in row for word in line.words])


def _parts(words: Sequence[Word], rules: Sequence[Box], held: dict[int, list[Part]], depth: int) -> list[Part]:
    found: list[Part] = []
    if not words:
        return found
    turned = columns_in_turn(words) if depth < _MOST_DEPTH else None
    if turned is not None:
        for part in (turned.above, *turned.columns, turned.below):
            found += _parts(part, rules, held, depth + 1)
        return found
    for band in bands_of(rows_of(words, rules)):
        found.extend(_band_parts(band, rules, held, depth))
    return found


def _band_parts(band: Band, rules: Sequence[Box], held: dict[int, list[Part]], depth: int) -> list[Part]:
    kind = nature(band)
    if kind is Nature.LINES or len(band.rows) == 1:
        return _lines(band.rows, held)
    if any(id(word) in held for row in band.rows for word in _flattened(row).words):
        kind = Nature.COLUMNS
    if kind is Nature.COLUMNS and depth < _MOST_DEPTH:
        parts: list[Part] = []
        for column in band.columns():
            parts += _parts([word for line in column for word in line.words], rules, held, depth + 1)
        return parts
    if kind is Nature.TABLE:
        grid = _aligned(band.rows, rules)
        if grid.sure:
            return [grid]
    return [Block([_flat(row) for row in band.rows], sure=False, alone=True)]


def _aligned(rows: Sequence[Row], rules: Sequence[Box]) -> Grid:
    gutters = columns_of(rows)
    folded, sure = cells_of(rows, gutters, rules)
    made = []
    for cells in folded:
        row, skip = [], 0
        for lines in cells:
            if skip:
                skip -= 1
                if not lines:
                    continue
            across = max((span_of(line, gutters) for line in lines), default=1)
            row.append(GridCell(lines, 1, across))
            skip = across - 1
        made.append(row)
    return Grid(made, sure)


def _flat(row: Row) -> Line:
    """What stands side by side as one line, parted by a stroke where the gap says that it is no sentence."""
    words: list[Word] = []
    for line in row:
        if words and line.x0 - words[-1].x1 > _STROKE * line.size:
            last = words[-1]
            words.append(Word([Run("|")], last.x1, last.y0, last.x1, last.y1, last.baseline, last.size))
        words += line.words
    return Line(words)


def _lines(rows: Sequence[Row], held: dict[int, list[Part]]) -> list[Part]:
    found: list[Part] = []
    lines: list[Line] = []
    for row in rows:
        for line in [_flat(row)] if len({round(line.baseline) for line in row}) == 1 else row:
            words: list[Word] = []
            for word in line.words:
                if id(word) not in held:
                    words.append(word)
                    continue
                if words:
                    lines.append(Line(words))
                    words = []
                found += [Block(lines)] if lines else []
                lines = []
                found += held[id(word)]
            if words:
                lines.append(Line(words))
    return [*found, Block(lines)] if lines else found
