"""Tables without ruling lines: columns by the gutters between cells, rows by baselines, wrapped cells joined."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Final

from assistant.readers.pdf.glyphs import Box
from assistant.readers.pdf.lines import Line, Row

_GUTTER: Final = 0.5
"""Of the size: the narrowest gutter of a table."""

Cells = list[list[list[Line]]]
"""Lines by row and column."""


def columns_of(rows: Sequence[Row]) -> list[tuple[float, float]]:
    """The gutters of a table: what no cell covers, but for headings that span columns."""
    lines = [line for row in rows for line in row]
    size = median(line.size for line in lines)
    # A row of fewer cells than usual may span columns; the fullest rows tell the columns.
    most = max(len(row) for row in rows)
    telling = [row for row in rows if len(row) >= max(2, (most + 1) // 2)] or list(rows)
    telling += [row for row in rows if len(row) == 1 and not _spans(row[0], telling)]
    covered = sorted((line.x0, line.x1) for row in telling for line in row)
    found, reach = [], covered[0][1]
    for x0, x1 in covered[1:]:
        if x0 - reach > _GUTTER * size:
            found.append((reach, x0))
        reach = max(reach, x1)
    return found


def _spans(line: Line, rows: Sequence[Row]) -> bool:
    """Whether a lone line covers a gap that the rows have."""
    return any(line.x0 < b.x0 and line.x1 > a.x1 for row in rows for a, b in pairwise(row))


def cells_of(rows: Sequence[Row], gutters: Sequence[tuple[float, float]], rules: Sequence[Box]) -> tuple[Cells, bool]:
    """The lines of each cell, and whether it is sure which of them belong together."""
    grid: Cells = []
    for row in rows:
        line: list[list[Line]] = [[] for _ in range(len(gutters) + 1)]
        for cell in sorted(row, key=lambda part: part.baseline):
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
    if sum(walls) >= 2 or (sum(walls) == 1 and len(rows) > 3 and not walls[0]):
        return _by_walls(grid, walls)
    near = min(steps)
    far = [step > near + 0.15 * rows[0][0].size for step in steps]
    by_distance = _distance_tells(grid, far)
    sure = True
    folded: Cells = [[list(cell) for cell in grid[0]]]
    for i, cells in enumerate(grid[1:]):
        filled = [c for c, cell in enumerate(cells) if cell]
        above = folded[-1]
        if walls[i] or far[i]:
            goes_on = False
        elif by_distance:
            goes_on = True
        else:
            goes_on = not cells[0] and all(_continues(above[c], cells[c]) for c in filled)
            # Without its first cell: a wrapped line or a row of a group. What is above it tells neither.
            sure = sure and (goes_on or bool(cells[0]) or len(filled) >= len([c for c in above if c]))
        if goes_on:
            for c in filled:
                above[c].extend(cells[c])
        else:
            folded.append([list(cell) for cell in cells])
    return folded, sure


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
