"""Tables drawn with lines: their cells are what the lines enclose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from assistant.readers.pdf.glyphs import Box
from assistant.readers.pdf.words import Word

_NEAR: Final = 3.0
"""Points: lines this close are one, and ends this close to a line touch it."""
_MOST: Final = 3_000
"""Ruling lines of a page; drawings have more and are no tables."""


@dataclass(slots=True)
class RuledCell:
    """What lines enclose; `row`, `column` count from the upper left, `down` and `across` are the places it covers."""

    row: int
    column: int
    down: int
    across: int
    box: Box


@dataclass(slots=True)
class RuledTable:
    """A table by its lines."""

    box: Box
    cells: list[RuledCell]
    rows: int
    columns: int


def ruled_tables(rules: Sequence[Box]) -> list[RuledTable]:
    """The tables that the ruling lines of a page make: at least two cells, more than one row or column."""
    if len(rules) > _MOST:
        return []
    level, upright = _by_direction(rules)
    groups = _groups(_joined(level), [_flip(rule) for rule in _joined([_flip(rule) for rule in upright])])
    found = []
    for group in groups:
        table = _table(*_by_direction(group))
        if table is not None and len(table.cells) > 1 and table.rows * table.columns > 1:
            found.append(table)
    return found


def _flip(box: Box) -> Box:
    return Box(box.y0, box.x0, box.y1, box.x1)


def _joined(level: list[Box]) -> list[Box]:
    """Level lines with those that lie on one another or follow each other made one."""
    rows: list[list[Box]] = []
    for rule in sorted(level, key=lambda r: r.y0):
        if rows and rule.y0 - rows[-1][-1].y0 <= _NEAR / 2:
            rows[-1].append(rule)
        else:
            rows.append([rule])
    found: list[Box] = []
    for row in rows:
        y = sum(rule.y0 for rule in row) / len(row)
        run: Box | None = None
        for rule in sorted(row, key=lambda r: r.x0):
            if run is not None and rule.x0 <= run.x1 + _NEAR:
                run = Box(run.x0, y, max(run.x1, rule.x1), y)
            else:
                found += [run] if run else []
                run = Box(rule.x0, y, rule.x1, y)
        found += [run] if run else []
    return found


def _meet(level: Box, upright: Box) -> bool:
    across = level.x0 - _NEAR <= upright.x0 <= level.x1 + _NEAR
    return across and upright.y0 - _NEAR <= level.y0 <= upright.y1 + _NEAR


def _groups(level: Sequence[Box], upright: Sequence[Box]) -> list[list[Box]]:
    """Lines that touch each other, directly or over others."""
    parent = list(range(len(level) + len(upright)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, one in enumerate(level):
        for j, other in enumerate(upright, len(level)):
            if _meet(one, other):
                parent[root(i)] = root(j)
    groups: dict[int, list[Box]] = {}
    for i, rule in enumerate([*level, *upright]):
        groups.setdefault(root(i), []).append(rule)
    return [group for group in groups.values() if len(group) >= 4]


def _by_direction(rules: Sequence[Box]) -> tuple[list[Box], list[Box]]:
    """The level ones and the upright ones."""
    return [rule for rule in rules if rule.y0 == rule.y1], [rule for rule in rules if rule.x0 == rule.x1]


def _table(level: Sequence[Box], upright: Sequence[Box]) -> RuledTable | None:
    ys, xs = _places([rule.y0 for rule in level]), _places([rule.x0 for rule in upright])
    if len(ys) < 2 or len(xs) < 2:
        return None
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows * columns > 20_000:
        return None
    # A wall between two places stands where a line covers most of their common side.
    below = [[_covered(level, ys[r + 1], xs[c], xs[c + 1]) for c in range(columns)] for r in range(rows)]
    flipped = [_flip(rule) for rule in upright]
    right = [[_covered(flipped, xs[c + 1], ys[r], ys[r + 1]) for c in range(columns)] for r in range(rows)]
    cells = [
        RuledCell(r, c, down, across, Box(xs[c], ys[r], xs[c + across], ys[r + down]))
        for r, c, down, across in _spans(below, right)
    ]
    return RuledTable(Box(xs[0], ys[0], xs[-1], ys[-1]), cells, rows, columns)


def _spans(below: list[list[bool]], right: list[list[bool]]) -> Iterator[tuple[int, int, int, int]]:
    """Row, column, height and width of each cell, by the walls below and right of every place."""
    rows, columns = len(below), len(below[0])
    taken = [[False] * columns for _ in range(rows)]
    for r in range(rows):
        for c in range(columns):
            if taken[r][c]:
                continue
            across = 1
            while c + across < columns and not right[r][c + across - 1] and not taken[r][c + across]:
                across += 1
            down = 1
            while r + down < rows and _open(below, right, r + down, c, across):
                down += 1
            for i in range(r, r + down):
                for j in range(c, c + across):
                    taken[i][j] = True
            yield r, c, down, across


def _open(below: list[list[bool]], right: list[list[bool]], r: int, c: int, across: int) -> bool:
    """Whether a cell goes on into the row r: no wall above it and none within."""
    if any(below[r - 1][j] for j in range(c, c + across)):
        return False
    return not any(right[r][j] for j in range(c, c + across - 1))


def _places(values: Sequence[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _NEAR:
            found.append(value)
    return found


def _covered(level: Sequence[Box], y: float, x0: float, x1: float) -> bool:
    length = sum(max(0.0, min(x1, r.x1) - max(x0, r.x0)) for r in level if abs(r.y0 - y) <= _NEAR)
    return length > 0.6 * (x1 - x0)


def inside(table: RuledTable, words: Sequence[Word]) -> dict[int, list[Word]]:
    """The words of each cell, by the cell's place in the list."""
    found: dict[int, list[Word]] = {}
    for word in words:
        x, y = (word.x0 + word.x1) / 2, word.baseline - 0.3 * word.size
        for i, cell in enumerate(table.cells):
            if cell.box.covers(x, y):
                found.setdefault(i, []).append(word)
                break
    return found
