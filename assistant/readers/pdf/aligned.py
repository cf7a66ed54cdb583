"""Tables without ruling lines: columns by the gutters between cells, rows by baselines, wrapped cells joined."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Final

from assistant.readers.pdf.glyphs import Box
from assistant.readers.pdf.lines import NARROW, Line, Row

_GUTTER: Final = 0.5
"""Of the size: the narrowest gutter of a table."""

Cells = list[list[list[Line]]]
"""Lines by row and column."""


def columns_of(rows: Sequence[Row]) -> list[tuple[float, float]]:
    """The gutters of a table: what no cell covers, but for headings that span columns."""
    chunks = [[chunk for line in row for chunk in _chunks(line)] for row in rows]
    size = median(line.size for row in rows for line in row)
    allowed = max(1 if len(rows) > 3 else 0, len(rows) // 8)
    found = []
    for a, b in _thin(chunks, allowed):
        spans, left = _uncovered(chunks, a, b)
        if spans <= allowed:
            found += [(x, y) for x, y in left if y - x > _GUTTER * size]
    return found


def _uncovered(chunks: Sequence[Sequence[Line]], a: float, b: float) -> tuple[int, list[tuple[float, float]]]:
    """In how many rows a chunk spans the gutter from a to b, and what of it no other chunk covers."""
    spans, left = 0, [(a, b)]
    for row in chunks:
        spans += any(chunk.x0 < a and chunk.x1 > b for chunk in row)
        for chunk in row:
            if not (chunk.x0 < a and chunk.x1 > b):
                left = [part for x, y in left for part in _cut(x, y, chunk)]
    return spans, left


def _chunks(line: Line) -> list[Line]:
    """Words of a line that stand close together."""
    found = [Line([line.words[0]])]
    for one, other in pairwise(line.words):
        if other.x0 - one.x1 > NARROW * min(one.size, other.size):
            found.append(Line([other]))
        else:
            found[-1].words.append(other)
    return found


def _thin(chunks: Sequence[Sequence[Line]], allowed: int) -> list[tuple[float, float]]:
    """Stretches of the width that at most so many rows cover, between such that more do."""
    ends = sorted({x for row in chunks for chunk in row for x in (chunk.x0, chunk.x1)})
    found: list[tuple[float, float]] = []
    open_at: float | None = None
    begun = False
    for x0, x1 in pairwise(ends):
        middle = (x0 + x1) / 2
        cover = sum(any(chunk.x0 < middle < chunk.x1 for chunk in row) for row in chunks)
        if cover > allowed:
            if open_at is not None:
                found.append((open_at, x0))
            begun, open_at = True, None
        elif begun and open_at is None:
            open_at = x0
    return found


def _cut(a: float, b: float, chunk: Line) -> list[tuple[float, float]]:
    if chunk.x1 <= a or chunk.x0 >= b:
        return [(a, b)]
    return [(x, y) for x, y in ((a, chunk.x0), (chunk.x1, b)) if y > x]


def _joined(chunks: Sequence[Line], gutters: Sequence[tuple[float, float]]) -> list[Line]:
    """Chunks of one line and one column as one again."""
    found: list[Line] = []
    for chunk in chunks:
        last = found[-1] if found else None
        same = last is not None and span_of(chunk, gutters) == span_of(last, gutters) == 1
        if same and last is not None and _column(last, gutters) == _column(chunk, gutters):
            last.words.extend(chunk.words)
        else:
            found.append(chunk)
    return found


def cells_of(rows: Sequence[Row], gutters: Sequence[tuple[float, float]], rules: Sequence[Box]) -> tuple[Cells, bool]:
    """The lines of each cell, and whether it is sure which of them belong together."""
    grid: Cells = []
    for row in rows:
        line: list[list[Line]] = [[] for _ in range(len(gutters) + 1)]
        parts = [part for cell in row for part in _joined(_chunks(cell), gutters)]
        for cell in sorted(parts, key=lambda part: part.baseline):
            line[_column(cell, gutters)].append(cell)
        grid.append(line)
    return _folded(grid, rows, rules)


def span_of(line: Line, gutters: Sequence[tuple[float, float]]) -> int:
    """How many columns a line covers."""
    return 1 + sum(line.x0 < a and line.x1 > b for a, b in gutters)


def _column(line: Line, gutters: Sequence[tuple[float, float]]) -> int:
    if span_of(line, gutters) > 1:
        return sum(line.x0 > (a + b) / 2 for a, b in gutters)
    middle = (line.x0 + line.x1) / 2
    return sum(middle > (a + b) / 2 for a, b in gutters)


def _folded(grid: Cells, rows: Sequence[Row], rules: Sequence[Box]) -> tuple[Cells, bool]:
    """Rows of which some cells run over several lines, made one row each."""
    if len(rows) < 2:
        return grid, True
    levels = [min(line.baseline for line in row) for row in rows]
    ends = [max(line.baseline for line in row) for row in rows]
    steps = [b - a for a, b in zip(ends, levels[1:], strict=False)]
    walls = [_wall(ends[i], levels[i + 1], rows[i], rules) for i in range(len(steps))]
    if _walls_tell(walls):
        return _by_walls(grid, walls)
    near = min(steps)
    far = [step > near + 0.15 * rows[0][0].size for step in steps]
    parted = [wall or step for wall, step in zip(walls, far, strict=True)]
    return _by_lines(grid, parted, by_distance=_distance_tells(grid, far))


def _walls_tell(walls: Sequence[bool]) -> bool:
    """Whether rules part the rows; a single one in a small table, or below the first row, only parts its head."""
    return sum(walls) >= 2 or (sum(walls) == 1 and len(walls) > 2 and not walls[0])


def _by_lines(grid: Cells, parted: Sequence[bool], *, by_distance: bool) -> tuple[Cells, bool]:
    """Lines that go on with the row above them joined to it; `parted` tells which surely begin a row."""
    sure = True
    folded: Cells = [[list(cell) for cell in grid[0]]]
    for begins, cells in zip(parted, grid[1:], strict=True):
        above = folded[-1]
        filled = [c for c, cell in enumerate(cells) if cell]
        goes_on = not begins and (by_distance or _goes_on(above, cells, filled))
        if not (goes_on or begins or cells[0]):
            # Without its first cell: a wrapped line or a row of a group. What is above it tells neither.
            sure = sure and len(filled) >= sum(map(bool, above))
        if goes_on:
            for c in filled:
                above[c].extend(cells[c])
        else:
            folded.append([list(cell) for cell in cells])
    return folded, sure


def _goes_on(above: Sequence[list[Line]], cells: Sequence[list[Line]], filled: Sequence[int]) -> bool:
    """Whether a line without a first cell reads on from the cells above it."""
    return not cells[0] and all(_continues(above[c], cells[c]) for c in filled)


def _distance_tells(grid: Cells, far: Sequence[bool]) -> bool:
    """Whether rows are set apart from each other and their own lines are not: a row set apart has a first cell, one that is
    not lacks it or goes on with small letters. Rows of one line set apart in groups are no such table."""
    begun = [bool(cells[0]) for cells, apart in zip(grid[1:], far, strict=True) if apart]
    near = [cells for cells, apart in zip(grid[1:], far, strict=True) if not apart]
    part = [sum(bool(cell) for cell in cells) < len(cells) for cells in near]
    return bool(begun and near) and sum(begun) >= 0.9 * len(begun) and sum(part) >= 0.8 * len(part)


def _by_walls(grid: Cells, walls: Sequence[bool]) -> tuple[Cells, bool]:
    folded: Cells = [[list(cell) for cell in grid[0]]]
    for cells, wall in zip(grid[1:], walls, strict=True):
        if wall:
            folded.append([list(cell) for cell in cells])
        else:
            for c, cell in enumerate(cells):
                folded[-1][c].extend(cell)
    return folded, True


def _wall(above: float, below: float, row: Row, rules: Sequence[Box]) -> bool:
    """Whether a level line runs between two baselines under most of a row."""
    x0, x1 = row[0].x0, row[-1].x1
    return any(
        rule.y0 == rule.y1 and above < rule.y0 < below and min(x1, rule.x1) - max(x0, rule.x0) > 0.6 * (x1 - x0)
        for rule in rules
    )


def _continues(above: Sequence[Line], cell: Sequence[Line]) -> bool:
    """Whether a cell's line goes on with the line above it: a small letter, or an end that asks for more."""
    if not above:
        return False
    first, last = cell[0].plain, above[-1].plain
    return first[:1].islower() or last.endswith((",", "-", "–", "/", "(")) or first.startswith(("(", "/"))
