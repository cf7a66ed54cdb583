"""Columns by the order in which a file writes its words: one column to its end, then the next from its top.

A table is written row by row, prose in columns column by column. Where the file shows the second, no gap between words has to be
weighed: lines of few words, columns that begin at different heights and blanks as wide as gutters are read as they were set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

from assistant.readers.pdf.words import Word

_LEVEL: Final = 0.25
"""Of the size: words whose baselines differ by less stand on one line (see lines)."""
_GUTTER: Final = 0.5
"""Of the size: see bands."""
_LEAST_LINES: Final = 3
"""Lines of each column: cells of a table that hold so many are rare, and read by themselves are not false."""
_BESIDE: Final = 2
"""Lines of a column that stand beside others."""
_STEPS: Final = 1.6
"""How much wider the lines of one column may be set than those of another: names beside prose belong to its lines."""


@dataclass(frozen=True, slots=True)
class Columns:
    """A region's words: those above the columns, each column from left to right, those below."""

    above: list[Word]
    columns: list[list[Word]]
    below: list[Word]


@dataclass(slots=True)
class _Stretch:
    """Lines that the file writes one below the other."""

    lines: list[list[Word]]

    @property
    def x0(self) -> float:
        return min(line[0].x0 for line in self.lines)

    @property
    def x1(self) -> float:
        return max(word.x1 for line in self.lines for word in line)

    @property
    def top(self) -> float:
        return self.lines[0][0].baseline

    @property
    def end(self) -> float:
        return self.lines[-1][0].baseline

    @property
    def step(self) -> float:
        """The usual distance of lines."""
        return median(b[0].baseline - a[0].baseline for a, b in pairwise(self.lines))


def columns_in_turn(words: Sequence[Word]) -> Columns | None:
    """The first columns of a region that are written one after the other; None where there are none.

    None, too, where other words stand between the columns or reach over a gutter: then their order says nothing.
    """
    lines = _lines_as_written([word for word in words if word.order >= 0 and word.runs])
    groups = _groups(lines)
    for group in groups:
        if not _is_row(group, groups) and (found := _split(group, words)) is not None:
            return found
    return None


def _lines_as_written(words: Sequence[Word]) -> list[list[Word]]:
    """Words that follow each other in the file to the right on one baseline."""
    found: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.order):
        last = found[-1][-1] if found else None
        level = last is not None and abs(word.baseline - last.baseline) <= _LEVEL * min(word.size, last.size)
        if level and last is not None and word.x0 > last.x0:
            found[-1].append(word)
        else:
            found.append([word])
    return found


def _groups(lines: Sequence[list[Word]]) -> list[list[_Stretch]]:
    """The stretches that stand side by side and are written in turn, in the order of the file."""
    found: list[list[_Stretch]] = []
    at = 1
    while at < len(lines):
        if not _jumps(lines[at - 1], lines[at]):
            at += 1
            continue
        group, at = _group(lines, at)
        if len(group) > 1:
            found.append(group)
    return found


def _jumps(line: Sequence[Word], following: Sequence[Word]) -> bool:
    """Whether the file goes up, and on to the right."""
    size = line[0].size
    return following[0].baseline < line[0].baseline - 0.5 * size and following[0].x0 > line[0].x0 + size


def _group(lines: Sequence[list[Word]], at: int) -> tuple[list[_Stretch], int]:
    """The columns around a jump, and where the file goes on behind them."""
    first = _before(lines, at)
    if len(first.lines) < _LEAST_LINES:
        return [], at + 1
    found = [first]
    while at < len(lines) and _jumps(lines[at - 1], lines[at]):
        column, end = _after(lines, at, found[-1])
        if column is None or column.top > found[-1].end:
            break
        found.append(column)
        at = end
    if len(found) == 1:
        return [], at + 1
    if any(len(column.lines) < _LEAST_LINES for column in found):
        return [], at
    steps = [column.step for column in found]
    return ([] if max(steps) > _STEPS * min(steps) else found), at


def _before(lines: Sequence[list[Word]], at: int) -> _Stretch:
    """The column that ends where the file jumps up."""
    edge = lines[at][0].x0 - _GUTTER * lines[at][0].size
    start = at
    while start > 0 and lines[start - 1][-1].x1 <= edge and (start == at or _goes_down(lines[start - 1], lines[start])):
        start -= 1
    return _Stretch(list(lines[start:at]))


def _after(lines: Sequence[list[Word]], at: int, left: _Stretch) -> tuple[_Stretch | None, int]:
    """The column that begins there, right of the one before it."""
    edge = left.x1 + _GUTTER * lines[at][0].size
    end = at
    while end < len(lines) and lines[end][0].x0 >= edge and (end == at or _goes_down(lines[end - 1], lines[end])):
        end += 1
    return (_Stretch(list(lines[at:end])), end) if end > at else (None, at)


def _goes_down(line: Sequence[Word], following: Sequence[Word]) -> bool:
    """Whether a line stands below another, over or under a part of it."""
    below = following[0].baseline > line[0].baseline + _LEVEL * line[0].size
    return below and following[0].x0 < line[-1].x1 and following[-1].x1 > line[0].x0


def _is_row(group: Sequence[_Stretch], groups: Sequence[Sequence[_Stretch]]) -> bool:
    """Whether columns are the cells of a row: another such row with the same left edges stands directly above or below."""
    size = group[0].lines[0][0].size
    ends = (min(part.top for part in group), max(part.end for part in group))
    for other in groups:
        same = len(other) == len(group) and all(abs(a.x0 - b.x0) < size for a, b in zip(group, other, strict=True))
        top, end = min(part.top for part in other), max(part.end for part in other)
        if other is not group and same and (0 < top - ends[1] < 3 * size or 0 < ends[0] - end < 3 * size):
            return True
    return False


def _crosses(words: Sequence[Word], edges: Sequence[float]) -> bool:
    """Whether a word stands across an edge between columns."""
    return any(word.x0 < edge < word.x1 for edge in edges for word in words)


def _beside(group: Sequence[_Stretch], top: float, end: float) -> int:
    """How many lines the part with the fewest has between two heights."""
    return min(sum(top < line[0].baseline < end for line in part.lines) for part in group)


def _by_column(words: Sequence[Word], edges: Sequence[float]) -> list[list[Word]]:
    """The words by the column that their middle stands in."""
    columns: list[list[Word]] = [[] for _ in range(len(edges) + 1)]
    for word in words:
        columns[sum((word.x0 + word.x1) / 2 > edge for edge in edges)].append(word)
    return columns


def _split(group: Sequence[_Stretch], words: Sequence[Word]) -> Columns | None:
    """The region's words by the columns; what stands above all but the first of them is read before them."""
    size = group[0].lines[0][0].size
    top = min(part.top for part in group[1:])
    end = max(part.end for part in group)
    edges = [(a.x1 + b.x0) / 2 for a, b in pairwise(group)]
    above = [word for word in words if word.baseline < top - 1.2 * size]
    below = [word for word in words if word.baseline > end + _LEVEL * size]
    level = [word for word in words if top - 1.2 * size <= word.baseline <= end + _LEVEL * size]
    if _crosses(level, edges) or not (len(group) > 2 or _beside(group, top - size, end + size) >= _BESIDE):
        return None
    return Columns(above, _by_column(level, edges), below)
