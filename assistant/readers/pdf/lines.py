"""Words to lines: those on one baseline, parted where a wide gap, a gutter or a ruling line stands between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

from assistant.readers.pdf.glyphs import Box
from assistant.readers.pdf.words import Word

WIDE: Final = 1.6
"""Of the size: a gap this wide parts a line wherever it stands. Blanks of justified lines seldom exceed 1."""
NARROW: Final = 0.55
"""Of the size: a gap this wide parts a line where lines near it have one at the same place, and where it is wider than the
blanks of its own line (those of a justified line are all wide)."""
_WIDER: Final = 1.8
_NEAR: Final = 5
"""Rows above and below in which a gap of the same place is looked for: cells of a table may run over some lines."""
MARKER: Final = re.compile(r"[-*•‣▪◦–—·○●■□➢✓]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]|\[\d{1,3}\]|\d+(?:\.\d+)+\.?")
"""What stands before an item of a list, apart from its words."""


@dataclass(slots=True, eq=False)
class Line:
    """Words that follow each other on one baseline."""

    words: list[Word]

    @property
    def x0(self) -> float:
        """Left edge."""
        return self.words[0].x0

    @property
    def x1(self) -> float:
        """Right edge."""
        return max(word.x1 for word in self.words)

    @property
    def y0(self) -> float:
        """Upper edge."""
        return min(word.y0 for word in self.words)

    @property
    def y1(self) -> float:
        """Lower edge."""
        return max(word.y1 for word in self.words)

    @property
    def baseline(self) -> float:
        """The y on which most words stand."""
        return median(word.baseline for word in self.words)

    @property
    def size(self) -> float:
        """The size of most characters."""
        return max(self.words, key=lambda word: len(word.text)).size

    @property
    def bold(self) -> bool:
        """Whether all words are bold."""
        return all(word.bold for word in self.words)

    @property
    def plain(self) -> str:
        """The words, without levels."""
        return " ".join(word.text for word in self.words)


Row = list[Line]
"""Lines that stand side by side, from left to right."""


def rows_of(words: Sequence[Word], rules: Sequence[Box] = ()) -> list[Row]:
    """The rows of a region from top to bottom."""
    clusters = _clusters(words)
    gaps = [_gaps(cluster) for cluster in clusters]
    ends = [(cluster[0].x0, max(word.x1 for word in cluster)) for cluster in clusters]
    rows = []
    for i, cluster in enumerate(clusters):
        near = [j for j in range(max(0, i - _NEAR), min(len(clusters), i + _NEAR + 1)) if j != i]
        rows.append(_parted(cluster, _Beside([gaps[j] for j in near], [ends[j] for j in near]), rules))
    return _stretched(rows, rules)


def _stretched(rows: list[Row], rules: Sequence[Box]) -> list[Row]:
    """Justified lines of few words made whole again: their blanks are wide, all alike, and the line fills its column."""
    if len(rows) < 2:
        return rows
    left, right = min(row[0].x0 for row in rows), max(line.x1 for row in rows for line in row)
    found = list(rows)
    for order in (range(len(rows)), reversed(range(len(rows)))):
        for i in order:
            if len(found[i]) > 1 and _fills(found[i], left, right) and _beside_prose(found, i, left, right):
                found[i] = _whole(found[i], rules)
    return found


def _whole(row: Row, rules: Sequence[Box]) -> Row:
    """The row as one line, where its blanks are all alike and no rule parts it."""
    words = [word for line in row for word in line.words]
    parted = not _evenly_spaced(words) or any(_ruled(a.x1, b.x0, b, rules) for a, b in pairwise(words))
    return row if parted else [Line(words)]


def _beside_prose(rows: Sequence[Row], i: int, left: float, right: float) -> bool:
    """Whether one of the rows near this one is a whole line from edge to edge."""
    size = rows[i][0].size
    near = [rows[j] for j in range(max(0, i - _NEAR), min(len(rows), i + _NEAR + 1)) if j != i]
    return any(
        len(row) == 1
        and len(row[0].words) > 2
        and _fills(row, left, right)
        and abs(row[0].baseline - rows[i][0].baseline) < 7 * size
        for row in near
    )


def _fills(row: Row, left: float, right: float) -> bool:
    slack = 0.2 * row[0].size
    return row[0].x0 < left + slack and row[-1].x1 > right - slack


def _evenly_spaced(words: Sequence[Word]) -> bool:
    blanks = [other.x0 - one.x1 for one, other in pairwise(words)]
    return max(blanks) - min(blanks) < 0.12 * words[0].size


Gap = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Beside:
    """The gaps and the ends of the rows above and below."""

    gaps: list[list[Gap]]
    ends: list[Gap]

    def share(self, left: float, right: float, least: float) -> float | None:
        """Of the rows that reach over a place, the share that has a gap there; None where no row reaches over it."""
        over = [gaps for gaps, (x0, x1) in zip(self.gaps, self.ends, strict=True) if x0 < left and x1 > right]
        hits = sum(any(min(right, b) - max(left, a) > least for a, b in gaps) for gaps in over)
        return hits / len(over) if over else None


def _clusters(words: Sequence[Word]) -> list[list[Word]]:
    """Words by their baseline, each cluster from left to right."""
    found: list[list[Word]] = []
    levels: list[float] = []
    for word in sorted(words, key=lambda w: (w.baseline, w.x0)):
        if found and abs(word.baseline - levels[-1]) <= 0.25 * min(word.size, found[-1][0].size):
            found[-1].append(word)
        else:
            found.append([word])
            levels.append(word.baseline)
    for cluster in found:
        cluster.sort(key=lambda w: w.x0)
    return found


def _gaps(cluster: Sequence[Word]) -> list[Gap]:
    found = []
    reach = cluster[0].x1
    for one, other in pairwise(cluster):
        reach = max(reach, one.x1)
        if other.x0 - reach > NARROW * min(one.size, other.size):
            found.append((reach, other.x0))
    return found


def _parted(cluster: Sequence[Word], beside: _Beside, rules: Sequence[Box]) -> Row:
    row = [Line([cluster[0]])]
    blank = min((b.x0 - a.x1 for a, b in pairwise(cluster) if b.x0 - a.x1 > 0.1 * a.size), default=0.0)
    for word in cluster[1:]:
        last = row[-1].words[-1]
        left, right = max(w.x1 for w in row[-1].words), word.x0
        size = min(last.size, word.size)
        gap = right - left
        marker = len(row[-1].words) == 1 and MARKER.fullmatch(last.text) and gap < 4 * size
        wide = gap > WIDE * size
        if not wide and gap > NARROW * size:
            share = beside.share(left, right, 0.5 * size)
            # Where no row reaches over the gap, a column may end here: a row that is parted alone is joined again.
            wide = gap > _WIDER * blank if share is None else share > (0.3 if gap > _WIDER * blank else 0.6)
        if (wide and not marker) or _ruled(left, right, word, rules):
            row.append(Line([word]))
        else:
            row[-1].words.append(word)
    return row


def _ruled(left: float, right: float, word: Word, rules: Sequence[Box]) -> bool:
    middle = (word.y0 + word.y1) / 2
    return any(
        rule.x0 == rule.x1 and left - 1 <= rule.x0 <= right + 1 and rule.y0 <= middle <= rule.y1 for rule in rules
    )
