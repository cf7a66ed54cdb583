"""The one model of tables behind all formats: titles, header rows, row groups and notes; each row with all its headers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Final

from assistant.readers.grids import Cell, Row, distinct, is_across, lone, plain, spread, turned
from assistant.readers.header_rows import WINDOW, Kind, head_rows, kind, names


class Part(StrEnum):
    """What a row of a table is."""

    TITLE = "title"
    HEAD = "head"
    RECORD = "record"
    NOTE = "note"
    STRUCK = "struck"
    """A row whose name is struck through: what else stands in it is nobody's any more."""


Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One row, understood. `key` is the caller's number of it; a record has pairs of name and value and may have a group."""

    key: int
    part: Part
    text: str = ""
    pairs: Pairs = ()
    group: str = ""
    named: bool = True
    """Whether the columns have names: without them the values of a record stand side by side."""
    columns: tuple[int, ...] = ()
    """The column, from 1, of each pair."""

    @property
    def line(self) -> str:
        """A record on one line that stands alone: "Group: children; Route: oral; Dose: 125 mg"."""
        if self.part is not Part.RECORD:
            return self.text
        if not self.named:
            return " | ".join([*([self.group] if self.group else []), *(_pair(*pair) for pair in self.pairs)])
        return "; ".join([*([self.group] if self.group else []), *(_pair(*pair) for pair in self.pairs)])


@dataclass(slots=True)
class _State:
    """What the rows read so far leave for those to come."""

    group: str = ""
    headings: list[tuple[int, str]] = field(default_factory=list)
    """Headings of groups without rows yet."""
    heads: list[Row] = field(default_factory=list)
    """Header rows in the middle of the table, without rows yet."""
    alone: list[tuple[int, Row]] = field(default_factory=list)
    """Rows with one text at their beginning, below full rows: notes at the end of the table, rows with gaps within it."""
    full: int = 0
    gaps: bool = False

    def took(self, row: Row) -> None:
        """A row with values was read."""
        self.gaps = self.gaps or bool(self.alone) or not all(cell.text for cell in row)
        self.full += 1
        self.headings, self.heads, self.alone = [], [], []


class Table:
    """Reads one table row by row. What it is, is told from its first rows; all rows may then be streamed through `items`.

    `declared` counts the first rows that the format marks as headers (a title row among them included); `usual` says whether
    tables of the format have a header where nothing tells.
    """

    def __init__(self, window: Sequence[Row], *, declared: int = 0, usual: bool = True) -> None:
        window = window[:WINDOW]
        self.titles = _titles(window)
        below = window[self.titles :]
        self.heads = head_rows(below, declared=max(0, declared - self.titles), usual=usual)
        self._below = below[self.heads :]
        self._groups_alone = _groups_alone(self._below)
        self._first_strong = any(row[0].strong for row in self._below if row and lone(row) is None)
        self._heads: list[list[str]] = []
        self._names: list[str] = []
        self._set(below[: self.heads])

    @property
    def named(self) -> bool:
        """Whether the columns have names."""
        return bool(self._heads)

    @property
    def column_names(self) -> list[str]:
        """The names of the columns from the header rows at hand, "" where one has none."""
        return self._names

    def continue_from(self, before: Table) -> None:
        """Take over the names of the table before, where the columns hold the same kinds of values as there."""
        mine, theirs = _figures(self._below), _figures(before._below)
        if len(mine) == len(theirs) == len(before._names) and mine == theirs and any(mine):
            self._heads, self._names = before._heads, before._names

    def items(self, rows: Iterable[tuple[int, Row]]) -> Iterator[Item]:
        """All rows of the table, from its first title on, each with the caller's key."""
        state = _State()
        for number, (key, row) in enumerate(rows):
            if not distinct(row):
                continue
            if number >= self.titles + self.heads and row[0].struck:
                yield Item(key, Part.STRUCK)
            elif number < self.titles + self.heads:
                part = Part.TITLE if number < self.titles else Part.HEAD
                yield Item(key, part, " | ".join(cell.text for cell in distinct(row)))
            elif not self._is_repeated(row):
                yield from self._body(key, row, state)
        # A heading with nothing below it is a note under the table, as a word alone below full rows is.
        for key, text in (*state.headings, *((k, distinct(r)[0].text) for k, r in state.alone)):
            yield Item(key, Part.NOTE, text)

    def _body(self, key: int, row: Row, state: _State) -> Iterator[Item]:
        """One row below the header rows."""
        if self._is_group(row):
            text = distinct(row)[0].text
            if kind(text) is Kind.PROSE:
                yield Item(key, Part.NOTE, text)
            else:
                state.headings.append((key, text))
        elif self._is_head(row):
            state.heads.append(row)
            yield Item(key, Part.HEAD, " | ".join(cell.text for cell in distinct(row)))
        elif self.named and state.full > 1 and not state.gaps and lone(row) is not None:
            state.alone.append((key, row))
        else:
            yield from (self._record(k, r, state.group) for k, r in state.alone)
            if state.headings:
                state.group = " / ".join(text for _, text in state.headings)
            if state.heads:
                self._set(state.heads)
            state.took(row)
            yield self._record(key, row, state.group)

    def _set(self, heads: Sequence[Row]) -> None:
        self._heads = [[cell.text for cell in row] for row in heads]
        self._names = names(heads, max((len(row) for row in heads), default=0))
        self._withdrawn = {column for row in heads[-1:] for column, cell in enumerate(row) if cell.struck}

    def _record(self, key: int, row: Row, group: str) -> Item:
        pairs: list[tuple[str, str]] = []
        columns: list[int] = []
        seen: Cell | None = None
        for column, cell in enumerate(row):
            name = self._names[column] if column < len(self._names) else ""
            if cell is seen and cell.text:
                # One cell over several columns belongs to each of them.
                if name and name not in pairs[-1][0].split(", "):
                    pairs[-1] = (f"{pairs[-1][0]}, {name}" if pairs[-1][0] else name, cell.text)
            elif cell.text and column not in self._withdrawn:
                pairs.append((name, cell.text))
                columns.append(column + 1)
            seen = cell
        if not pairs:
            return Item(key, Part.STRUCK)
        if not self.named and len(row) == len(pairs) == 2 and kind(pairs[0][1]) in (Kind.TEXT, Kind.FIGURE):
            # Two columns without names are a name and its value: a form, a list of opening hours.
            pairs, columns = [(pairs[0][1].rstrip(": "), pairs[1][1])], [2]
        return Item(key, Part.RECORD, pairs=tuple(pairs), group=group, named=self.named, columns=tuple(columns))

    def _is_repeated(self, row: Row) -> bool:
        """A header that stands again on each page."""
        return bool(self._heads) and len(distinct(row)) > 1 and [cell.text for cell in row] in self._heads

    def _is_group(self, row: Row) -> bool:
        cell = lone(row)
        if cell is None:
            return False
        return is_across(row) or cell.head or (cell.strong and not self._first_strong) or self._groups_alone

    @staticmethod
    def _is_head(row: Row) -> bool:
        cells = distinct(row)
        return len(cells) > 1 and all(cell.head for cell in cells)


def follows(before: Table | None, window: Sequence[Row], *, declared: int = 0) -> Table:
    """A table that stands below another one on the same sheet. It has a header of its own where its cells, a title above it
    or a name shared with the header before say so; it is the rest of the table before where its columns hold the same kinds;
    else its columns have no names, which is better than wrong ones."""
    if before is None or not before.named or declared:
        return Table(window, declared=declared)
    table = Table(window, usual=False)
    if table.heads:
        return table
    first = window[table.titles] if table.titles < len(window) else []
    known = {name.casefold() for name in before.column_names if name}
    if table.titles or any(cell.text.casefold() in known for cell in first):
        return Table(window)
    table.continue_from(before)
    return table


def table_items(grid: Sequence[Row], *, declared: int = 0, usual: bool = True) -> list[Item]:
    """A whole table, understood. One whose rows are named by header cells and whose columns are not is read by columns."""
    if declared == 0 and len(grid) > 1 and len(grid[0]) > 2 and _has_head_column(grid):
        grid, declared = turned(grid), 1
    table = Table(grid, declared=declared, usual=usual)
    return list(table.items(enumerate(grid)))


def table_lines(grid: Sequence[Row], *, declared: int = 0, usual: bool = True) -> list[str]:
    """A table as lines that stand alone; its header rows are not repeated as a line."""
    if not grid or not grid[0]:
        return []
    if len(grid) == 1:
        cells = distinct(grid[0])
        texts = [cell.text for cell in cells]
        return [(": " if len(texts) == 2 and cells[0].head else " | ").join(texts)] if texts else []
    items = table_items(grid, declared=declared, usual=usual)
    return [item.line for item in items if item.part is not Part.HEAD and item.line]


def head_count(rows: Sequence[Sequence[Cell]]) -> int:
    """How many of the first rows consist of header cells alone; none where all rows do."""
    count = 0
    for row in rows:
        filled = [cell for cell in row if cell.text]
        if not filled or not all(cell.head for cell in filled):
            break
        count += 1
    return count if count < len(rows) else 0


def written(rows: Iterable[Iterable[str]], *, declared: int = 0) -> list[str]:
    """Rows of texts without spans as lines."""
    return table_lines(plain(rows), declared=declared)


def spread_lines(rows: Sequence[Sequence[Cell]], *, declared: int = 0) -> list[str]:
    """Rows of cells with spans as lines; header rows are counted where the format marks them by their cells."""
    grid = [row for row in spread(rows) if distinct(row)]
    width = max((len(row) for row in grid), default=0)
    # Two columns without a mark are as often a form ("Monday", "closed") as a table: only a difference in kind tells.
    return table_lines(grid, declared=declared or head_count(rows), usual=width > 2)


_MOST_TITLES: Final = 10


def _titles(window: Sequence[Row]) -> int:
    """How many first rows hold one text only, at their beginning, with fuller rows below."""
    count = 0
    for row in window[:_MOST_TITLES]:
        if lone(row) is None:
            break
        count += 1
    return count if count < len(window) else 0


def _runs(body: Sequence[Row], alone: Sequence[bool]) -> list[list[Row]]:
    """The rows below each row that stands alone."""
    runs: list[list[Row]] = []
    for row, by_itself in zip(body, alone, strict=True):
        if by_itself:
            runs.append([])
        else:
            runs[-1].append(row)
    return runs


def _share_a_key(runs: Sequence[Sequence[Row]]) -> bool:
    """Whether a row of one run begins as a row of another does."""
    keys = [{row[0].text for row in run} for run in runs]
    return len(frozenset().union(*keys)) < sum(map(len, keys))


def _groups_alone(body: Sequence[Row]) -> bool:
    """Whether rows with a text in their first place only are headings of groups: their subordinate rows repeat themselves."""
    alone = [lone(row) is not None for row in body]
    if len(body) < 4 or not alone[0] or sum(alone) < 2 or (True, True) in pairwise(alone):
        return False
    runs = _runs(body, alone)
    if _share_a_key(runs):
        return True
    full = all(cell.text for run in runs for row in run for cell in row)
    return len(body[0]) > 2 and full and all(len(run) > 1 for run in runs[:-1])


def _figures(body: Sequence[Row]) -> list[bool]:
    """Which columns hold mostly numbers and amounts."""
    found = []
    for column in zip(*body, strict=False):
        kinds = [kind(cell.text) for cell in column if cell.text]
        found.append(sum(k in (Kind.NUMBER, Kind.FIGURE) for k in kinds) * 2 > len(kinds))
    return found


def _has_head_column(grid: Sequence[Row]) -> bool:
    return all(row[0].head and not any(cell.head for cell in row[1:]) for row in grid)


def _pair(name: str, value: str) -> str:
    return f"{name}: {value}" if name else value
