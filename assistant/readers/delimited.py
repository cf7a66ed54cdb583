"""CSV and TSV: one section a row, every value after its column's name; a blank line may part one table from the next."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import chain, groupby, islice
from typing import Final

from assistant.errors import ReaderError
from assistant.formats.decode import decode
from assistant.readers.above import Above, line_of
from assistant.readers.compose import Composer, stem, tidy
from assistant.readers.editions import edition_of
from assistant.readers.grids import BLANK, Cell, Row, distinct
from assistant.readers.header_rows import WINDOW
from assistant.readers.identifiers import Known, entity_of
from assistant.readers.tables import Item, Part, Table, follows
from assistant.types import Document

_DELIMITERS: Final = ",;\t|"
_LOOK: Final = 50
MAX_CELL: Final = 128 * 1024
"""Characters of one cell: a longer one is a document, or a quotation mark that was never closed."""


def read_csv(data: bytes, source: str) -> list[Document]:
    """Tables of text: the delimiter is found by looking, the first row names the columns where it can."""
    text = decode(data, source)
    return _read(text, source, _delimiter(text), "text/csv")


def read_tsv(data: bytes, source: str) -> list[Document]:
    """Tables of text whose columns are parted by tabs."""
    return _read(decode(data, source), source, "\t", "text/tab-separated-values")


def _delimiter(text: str) -> str:
    """The mark that parts the first rows into the same number of columns, the most columns winning."""
    if text[:4].lower() == "sep=" and len(text) > 4:
        return text[4]
    best, most = ",", 0.0
    for mark in _DELIMITERS:
        widths: Counter[int] = Counter()
        try:
            for number, row in enumerate(csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=mark)):
                if number == _LOOK:
                    break
                widths[len(row)] += bool(row)
        except csv.Error:
            continue
        width, times = widths.most_common(1)[0] if widths else (1, 0)
        worth = width * times / max(1, sum(widths.values())) if width > 1 else 0.0
        if worth > most:
            best, most = mark, worth
    return best


def _is_list(text: str, delimiter: str) -> bool:
    """Whether the first rows have one column only."""
    try:
        rows = islice(csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=delimiter), _LOOK)
        return all(len(row) < 2 for row in rows)
    except csv.Error:
        return False


def _read(text: str, source: str, delimiter: str, media_type: str) -> list[Document]:
    composer, known = Composer(source), Known()
    before: Table | None = None
    is_list = _is_list(text, delimiter)
    above = Above()
    for window, rows in _blocks(_rows(text, source, delimiter)):
        # A file of one column is a list with its name on top; lines above a wider table are what it says of itself.
        one = is_list and len(window[0][1]) == 1 and len(window) > 1 and before is None
        table = follows(before, [row for _, row in window], declared=int(one))
        for item in table.items(rows):
            _write(item, composer, known)
            above.note(item)
        before = table
    title = stem(source)
    edition = edition_of([title, *above.lines])
    return [composer.build(title=title, media_type=media_type, metadata=edition, fields=known.fields)]


def _rows(text: str, source: str, delimiter: str) -> Iterator[tuple[int, Row]]:
    """The rows with their numbers; blank ones are empty."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 0
    try:
        for row in reader:
            number += 1
            # csv has this limit too, but as a setting of the whole process that other code may raise.
            if any(len(cell) > MAX_CELL for cell in row):
                raise _malformed(source, reader.line_num)
            if number == 1 and text[:4].lower() == "sep=":
                continue
            yield number, [Cell(value) if (value := cell.strip()) else BLANK for cell in row]
    except csv.Error as error:
        raise _malformed(source, reader.line_num) from error


Numbered = tuple[int, Row]


def _blocks(rows: Iterator[Numbered]) -> Iterator[tuple[list[Numbered], Iterator[Numbered]]]:
    """The tables of a file, parted by blank rows: the first rows of each, and all of them, which are read as they come."""
    filled = iter(groupby(rows, key=lambda numbered: bool(distinct(numbered[1]))))
    for is_filled, block in filled:
        if is_filled:
            window = list(islice(block, WINDOW))
            # Columns that are empty in the whole block are the width of another table.
            width = max(max(i for i, cell in enumerate(row) if cell.text) for _, row in window) + 1
            window = [(number, _even(row, width)) for number, row in window]
            yield window, chain(window, ((number, _even(row, width)) for number, row in block))


def _even(row: Row, width: int) -> Row:
    last = max((i for i, cell in enumerate(row) if cell.text), default=0) + 1
    return [*row[: max(width, last)], *([BLANK] * (width - len(row)))]


def _malformed(source: str, line: int) -> ReaderError:
    return ReaderError(
        "the table is malformed: an unclosed quotation mark, or a cell over 128 KiB",
        path=source,
        line=line,
        remedy="mend the row, or save the long cell as a file of its own",
    )


def _write(item: Item, composer: Composer, known: Known) -> None:
    if item.part is Part.HEAD:
        composer.note(tidy(item.text))
        return
    composer.open("", f"row {item.key}")
    composer.add(record(item, known) if item.part is Part.RECORD else item.text)


def record(item: Item, known: Known) -> str:
    """One row as lines "column: value", its group first; identifiers are noted by their column's name."""
    lines: list[str] = [item.group] if item.group else []
    if line := line_of(item):
        return "\n".join([*lines, line])
    for column, (name, value) in zip(item.columns, item.pairs, strict=True):
        shown = tidy(name) or f"column {column}"
        known.note(entity_of(shown), value)
        lines.append(f"{shown}: {value}")
    return "\n".join(lines)
