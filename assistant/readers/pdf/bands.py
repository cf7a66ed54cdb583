"""Rows to bands: stretches of a page through which the same gutters run, and what those gutters part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import groupby, pairwise
from operator import itemgetter
from statistics import median
from typing import Final

from assistant.readers.pdf.lines import Line, Row

Gutter = tuple[float, float]
_WIDE: Final = 0.5
"""Of the size: a gutter at least this wide; rows are parted at wider gaps already (see lines.NARROW)."""
_FULL: Final = 0.7
"""A line is full where it takes this share of its column: ragged lines of prose do, names and figures do not."""
_APART: Final = 1.9
"""Of the usual distance of lines: what stands further away does not belong to the columns above or below it."""


class Nature(Enum):
    """What stands side by side in a band."""

    LINES = 0
    """Nothing: one column."""
    COLUMNS = 1
    TABLE = 2
    UNSURE = 3


@dataclass(slots=True)
class Band:
    """Consecutive rows with their common gutters."""

    rows: list[Row]
    gutters: list[Gutter] = field(default_factory=list)

    def columns(self) -> list[list[Line]]:
        """The lines by column, from top to bottom."""
        found: list[list[Line]] = [[] for _ in range(len(self.gutters) + 1)]
        for row in self.rows:
            for line in row:
                found[self.column(line)].append(line)
        for column in found:
            column.sort(key=lambda line: line.baseline)
        return found

    def column(self, line: Line) -> int:
        """In which column a line stands."""
        middle = (line.x0 + line.x1) / 2
        return sum(middle > (a + b) / 2 for a, b in self.gutters)


def bands_of(rows: Sequence[Row]) -> list[Band]:
    """The bands of a region from top to bottom, each with as many gutters as run through all of its rows."""
    chained = _chained(rows)
    found: list[Band] = []
    at = 0
    while at < len(chained):
        band = _longest(chained, at)
        found.append(band)
        at += len(band.rows)
    return [part for band in _headed(found) for part in _trimmed(band)]


def _headed(bands: Sequence[Band]) -> list[Band]:
    """Bands with the rows above them that begin one of their later columns, where the first column begins lower."""
    found: list[Band] = []
    for band in bands:
        rows = list(band.rows)
        above = found[-1] if found else None
        while band.gutters and above is not None and not above.gutters and above.rows:
            last = above.rows[-1]
            if _far([last], rows[0]) or not all(_leads(line, band) for line in last):
                break
            rows.insert(0, above.rows.pop())
        if above is not None and not above.rows:
            found.pop()
        found.append(Band(rows, band.gutters))
    return found


def _leads(line: Line, band: Band) -> bool:
    """Whether a line stands in a later column of a band, flush with it: what heads all columns begins at their left or
    reaches over a gutter."""
    column = band.column(line)
    if not column or any(line.x0 < b and line.x1 > a for a, b in band.gutters):
        return False
    lines = band.columns()[column]
    return bool(lines) and abs(line.x0 - min(other.x0 for other in lines)) < _WIDE * line.size


def _chained(rows: Sequence[Row]) -> list[Row]:
    """Rows whose heights overlap made one: columns set to lines of their own, cells that are centred beside longer ones."""
    found: list[Row] = []
    for row in rows:
        if found:
            above = found[-1]
            size = min(line.size for line in (*above, *row))
            step = row[0].baseline - max(line.baseline for line in above)
            apart = all(
                a.x1 <= b.x0 or b.x1 <= a.x0 for a in above for b in row if b.baseline - a.baseline < 0.8 * size
            )
            if step < 0.8 * size and apart:
                found[-1] = sorted([*above, *row], key=lambda line: (line.x0, line.baseline))
                continue
        found.append(list(row))
    return found


def _longest(rows: Sequence[Row], at: int) -> Band:
    """The band that begins with a row: as long as a gutter runs through it that has lines on both sides."""
    gutters, end = _own(rows[at]), at + 1
    if not gutters:
        while end < len(rows) and not _own(rows[end]):
            end += 1
        return Band(list(rows[at:end]))
    most, whole = gutters, end
    while end < len(rows):
        left = _through(gutters, rows[end])
        if not left or _far(rows[at:end], rows[end]):
            break
        if len(left) >= len(gutters) and whole == end:
            most, whole = left, end + 1
        gutters, end = left, end + 1
    if whole < end and not any(_is_parted(row, gutters) for row in rows[whole:end]):
        # Below the row that ends a gutter nothing stands beside anything: text under a table, and not its rows.
        gutters, end = most, whole
    return Band(list(rows[at:end]), gutters)


def _is_parted(row: Row, gutters: Sequence[Gutter]) -> bool:
    """Whether a row has lines on both sides of a gutter."""
    sides = Band([], list(gutters))
    return len({sides.column(line) for line in row}) > 1


def _own(row: Row) -> list[Gutter]:
    """The gaps between what stands side by side in a row."""
    found = []
    reach = row[0].x1
    for line in row[1:]:
        if line.x0 - reach > _WIDE * line.size:
            found.append((reach, line.x0))
        reach = max(reach, line.x1)
    return found


def _through(gutters: Sequence[Gutter], row: Row) -> list[Gutter]:
    """What is left of the gutters where they pass a row; a line that covers one ends it, one that stands in it parts it."""
    least = _WIDE * min(line.size for line in row)
    left = list(gutters)
    for line in row:
        cut = []
        for a, b in left:
            if line.x0 >= b or line.x1 <= a:
                cut.append((a, b))
            else:
                cut += [(x, y) for x, y in ((a, min(b, line.x0)), (max(a, line.x1), b)) if y - x > least]
        left = cut
    return left


def _far(above: Sequence[Row], row: Row) -> bool:
    """Whether a row is too far below the rows above to go on with them."""
    lines = [line for upper in above[-3:] for line in upper]
    gap = min(line.baseline for line in row) - max(line.baseline for line in lines)
    return gap > max(_APART * _pitch(above), 2.2 * max(line.size for line in lines))


def _pitch(rows: Sequence[Row]) -> float:
    """The usual distance of baselines within a column."""
    levels = sorted(min(line.baseline for line in row) for row in rows)
    wide = [b - a for a, b in pairwise(levels) if b - a > 3]
    return median(wide) if wide else 1.3 * max(line.size for line in rows[0])


def _trimmed(band: Band) -> list[Band]:
    """A band without the rows of one line at its ends that stand apart from their column, as headings and notes do."""
    if not band.gutters:
        return [band]
    rows, before, after = list(band.rows), list[Row](), list[Row]()
    while len(rows) > 2 and len(rows[0]) == 1 and _heads(rows[0][0], rows[1:]):
        before.append(rows.pop(0))
    while len(rows) > 2 and len(rows[-1]) == 1 and _ends(rows[-1][0], rows[:-1]):
        after.insert(0, rows.pop())
    if not any(len(row) > 1 for row in rows) and not _sided(rows, band.gutters):
        return [Band(list(band.rows))]
    return [part for part in (Band(before), Band(rows, band.gutters), Band(after)) if part.rows]


def _sided(rows: Sequence[Row], gutters: Sequence[Gutter]) -> bool:
    sides = {Band([], list(gutters)).column(line) for row in rows for line in row}
    return len(sides) > 1


def _heads(line: Line, below: Sequence[Row]) -> bool:
    """Whether a first line stands over the columns and not at the head of one."""
    following = below[0][0]
    gap = following.baseline - line.baseline
    if len(below[0]) == 1 and gap < 0.8 * line.size:
        return False
    other = line.size > 1.1 * following.size or (line.bold and not following.bold)
    return other or gap > 1.25 * _pitch(below)


def _ends(line: Line, above: Sequence[Row]) -> bool:
    lines = [other for row in above for other in row]
    last = max(other.baseline for other in lines)
    column = [other.baseline for other in lines if other.x0 < line.x1 and other.x1 > line.x0]
    own = line.baseline - max(column, default=0.0)
    return line.baseline - last > 0.5 * line.size and own > 1.4 * _pitch(above)


# ---------------------------------------------------------------- what the gutters part


def nature(band: Band) -> Nature:
    """Whether a band's gutters part columns of prose or cells of a table, or cannot be told."""
    if not band.gutters:
        return Nature.LINES
    columns = band.columns()
    if any(not column for column in columns):
        return Nature.UNSURE
    in_turn = _written_in_turn(columns)
    prose = [_is_prose(column, _IN_TURN if in_turn else _STRICT) for column in columns]
    if all(prose):
        return Nature.COLUMNS
    if len(band.rows) == 1:
        return Nature.TABLE
    if any(prose) and prose[0]:
        return Nature.UNSURE
    return Nature.TABLE if _shared(band) >= 0.6 else Nature.UNSURE


def _shared(band: Band) -> float:
    """The share of rows with cells beside each other; what lacks the first of them goes on with a cell above it."""
    begun = [row for row in band.rows if any(band.column(line) == 0 for line in row)]
    return sum(len({band.column(line) for line in row}) > 1 for row in begun) / max(1, len(begun))


@dataclass(frozen=True, slots=True)
class _Least:
    """What lines of prose have at least: characters and words a line, the share of full ones and of those that run on."""

    characters: float
    words: float
    full: float
    running: float


_STRICT: Final = _Least(14, 3, 0.5, 0.25)
"""Newspapers have 25 to 40 characters a line, leaflets 20."""
_IN_TURN: Final = _Least(7, 1.5, 0.4, 0.15)
"""Where the file writes one column after the other, as no row of a table is written."""


def _written_in_turn(columns: Sequence[Sequence[Line]]) -> bool:
    """Whether the file writes all of one column before it begins the next; never said of words without an order."""
    words = [(word.order, n) for n, column in enumerate(columns) for line in column for word in line.words if word.runs]
    if any(order < 0 for order, _ in words) or min(map(len, columns)) < 2:
        return False
    runs = [n for n, _ in groupby(sorted(words), key=itemgetter(1))]
    return len(runs) == len(columns)


def _is_prose(column: Sequence[Line], least: _Least) -> bool:
    """Whether lines run on from one to the next: most are full and of several words, and sentences go over their ends."""
    column = sorted(column, key=lambda line: line.baseline)
    if len(column) < 2:
        return False
    # Headings and last lines of paragraphs are short; what remains is full.
    width = sorted((line.x1 - line.x0 for line in column), reverse=True)[: max(1, len(column) // 3)]
    usual = median(width)
    full = sum(line.x1 - line.x0 >= _FULL * usual for line in column) / len(column)
    characters = sum(len(line.plain) for line in column) / len(column)
    words = sum(len(line.words) for line in column) / len(column)
    running = sum(_runs_on(a, b) for a, b in pairwise(column)) / (len(column) - 1)
    return characters >= least.characters and words >= least.words and full >= least.full and running >= least.running


def _runs_on(line: Line, following: Line) -> bool:
    """Whether a sentence goes from one line to the next."""
    last, first = line.plain, following.plain
    if last.endswith((".", ":", ";", "!", "?")):
        return False
    figure = first[:1].isdigit() and not last[-1:].isdigit()
    return first[:1].islower() or last.endswith((",", "-")) or figure
