"""CSV and TSV: one section a row, every value after its column's name."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import Final

from assistant.errors import ReaderError
from assistant.formats.decode import decode
from assistant.readers.compose import Composer, is_header, stem, tidy
from assistant.readers.identifiers import Known, entity_of
from assistant.types import Document

_DELIMITERS: Final = ",;\t|"
_LOOK: Final = 50
MAX_CELL: Final = 128 * 1024
"""Characters of one cell: a longer one is a document, or a quotation mark that was never closed."""


def read_csv(data: bytes, source: str) -> list[Document]:
    """A table of text: the delimiter is found by looking, the first row names the columns where it can."""
    text = decode(data, source)
    return _read(text, source, _delimiter(text), "text/csv")


def read_tsv(data: bytes, source: str) -> list[Document]:
    """A table of text whose columns are parted by tabs."""
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


def _read(text: str, source: str, delimiter: str, media_type: str) -> list[Document]:
    composer, known = Composer(source), Known()
    head: list[str] | None = None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 0
    try:
        for row in reader:
            number += 1
            # csv has this limit too, but as a setting of the whole process that other code may raise.
            if any(len(cell) > MAX_CELL for cell in row):
                raise _malformed(source, reader.line_num)
            if not any(cell.strip() for cell in row) or (number == 1 and text[:4].lower() == "sep="):
                continue
            if head is None:
                cells = [tidy(cell) for cell in row]
                head = cells if is_header(cells, len(cells)) or len(cells) == 1 else []
                if head:
                    composer.note(" | ".join(head))
                    continue
            composer.open("", f"row {number}")
            composer.add(record(head, row, known))
    except csv.Error as error:
        raise _malformed(source, reader.line_num) from error
    return [composer.build(title=stem(source), media_type=media_type, fields=known.fields)]


def _malformed(source: str, line: int) -> ReaderError:
    return ReaderError(
        "the table is malformed: an unclosed quotation mark, or a cell over 128 KiB",
        path=source,
        line=line,
        remedy="mend the row, or save the long cell as a file of its own",
    )


def record(head: list[str], row: list[str], known: Known) -> str:
    """One row as lines "column: value"; identifiers are noted by their column's name."""
    lines = []
    for i, cell in enumerate(row):
        value = cell.strip()
        if not value:
            continue
        name = head[i] if i < len(head) and head[i] else f"column {i + 1}"
        known.note(entity_of(name), value)
        lines.append(f"{name}: {value}")
    return "\n".join(lines)
