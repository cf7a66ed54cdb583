"""Which rows of a table name its columns: told by the kinds of cells, their looks and their places, never by words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from typing import Final

from assistant.readers.grids import Cell, Row, distinct, is_across

WINDOW: Final = 40
"""Rows that are looked at to understand a table."""
_MOST: Final = 4
"""Header rows of one table; official statistics have three."""
_LONG: Final = 80
"""Characters above which a cell is a sentence and no name of a column."""
_NUMBER: Final = re.compile(
    r"[-+−–<>=~≤≥±(]*\s*[$€£¥]?\s*\d[\d.,\s]*(?:\s*[-–]\s*[\d.,]+)?\s*[%€$£)]*|\d{4}-\d\d-\d\d.*|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}.*"
)
_YEAR: Final = re.compile(r"(?:FY|CY)?\s?(?:19|20)\d\d(?:\s?[/–-]\s?(?:(?:19|20)?\d\d))?")
_RUNS: Final = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*")


class Kind(Enum):
    """What a cell looks like."""

    BLANK = 0
    NUMBER = 1
    FIGURE = 2
    """Words with a number: an amount ("30 days"), a code ("B2")."""
    TEXT = 3
    PROSE = 4


def kind(text: str) -> Kind:
    """The kind of a cell's text."""
    if not text:
        return Kind.BLANK
    if _NUMBER.fullmatch(text):
        return Kind.NUMBER
    if len(text) > _LONG or (text.endswith((".", "!", "?")) and text.count(" ") > 3):
        return Kind.PROSE
    return Kind.FIGURE if any(c.isdigit() for c in text) else Kind.TEXT


def head_rows(window: Sequence[Row], *, declared: int = 0, usual: bool = True) -> int:
    """How many of the first rows name the columns, 0 where none does.

    `window` are the first rows below any title. `declared` is how many the format marks as headers; without such marks a row
    is a header where its cells differ in kind or looks from those below it, or, where nothing speaks against it, if tables
    of the format `usual`ly have one.
    """
    if not window:
        return 0
    count = min(declared, len(window))
    if not count:
        count = _found(window, usual=usual)
    while 0 < count < min(_MOST, len(window) - 1) and _continues(window[:count], window[count], window[count + 1 :]):
        count += 1
    return count


def names(heads: Sequence[Row], width: int) -> list[str]:
    """The name of each column: its header cells from top to bottom, "Opened / Phones"; one cell over several rows once."""
    filled = [_carried(row) if i + 1 < len(heads) else row for i, row in enumerate(heads)]
    found = []
    for column in range(width):
        above = [row[column].text.rstrip(": ") for row in filled if column < len(row) and row[column].text]
        found.append(" / ".join(dict.fromkeys(above)))
    return found


def _found(window: Sequence[Row], *, usual: bool) -> int:
    first, body = window[0], list(window[1:])
    if not body:
        return 0
    stacked = len(body) > 1 and (_stacked(first, body[0]) or _continues([first], body[0], body[1:]))
    if stacked and _score(body[0], body[1:]) > 0:
        return 2
    if len(distinct(first)) < max(2, sum(any(c.text for c in column) for column in zip(*window, strict=False)) / 2):
        return 0
    score = _score(first, body)
    texts = [cell.text for cell in distinct(first)]
    prior = 0.5 if usual and len(set(texts)) == len(texts) else 0.0
    return int(score + prior > 0)


def _stands_out(cells: Sequence[Cell], below: Sequence[Row]) -> bool:
    """Whether all cells are strong and none below is, but for the first of its row."""
    strong = bool(cells) and all(cell.strong for cell in cells)
    return strong and not any(cell.strong for other in below for cell in distinct(other)[1:])


def _score(row: Row, body: Sequence[Row]) -> float:
    below = [other for other in body if not _same(row, other) and not is_across(other)]
    cells = distinct(row)
    if not below or any(kind(cell.text) is Kind.PROSE for cell in cells):
        return -9.0
    if _stands_out(cells, below):
        return 2.0
    if len(row) == 2 and any(other[0].text.endswith(":") for other in (row, *below)):
        # A form: "Name: | Ann".
        return -9.0
    return sum(_column(row, below, column) for column in range(len(row))) + _sequence(row, below)


def _named(text: str, values: Sequence[str], figures: float, columns: int) -> float:
    """What a column says for words as its name; `figures` is the share of its values that are numbers."""
    if text.casefold() in {value.casefold() for value in values}:
        return -2.0
    # Four in five: a column of doses may hold a "none", a form of two columns holds all kinds.
    return 1.0 if figures >= 0.8 else 0.5 if figures >= 0.5 and columns > 2 else 0.0


def _values(rows: Sequence[Row], column: int, head: Cell) -> list[str]:
    """What stands in a column below its head."""
    cells = [row[column] for row in rows if column < len(row)]
    return [cell.text for cell in cells if cell.text and cell is not head]


def _column(row: Row, below: Sequence[Row], column: int) -> float:
    """What one column says for (above zero) or against its top cell as a name."""
    cell = row[column]
    values = _values(below, column, cell)
    mine = kind(cell.text)
    if mine is Kind.BLANK or not values:
        return 0.0
    figures = sum(kind(value) in (Kind.NUMBER, Kind.FIGURE) for value in values) / len(values)
    if mine is Kind.TEXT:
        return _named(cell.text, values, figures, len(row))
    if _YEAR.fullmatch(cell.text):
        return 1.0 if len(list(filter(_YEAR.fullmatch, values))) * 2 < len(values) else -9.0
    if _shape(cell.text) in {_shape(value) for value in values}:
        return -9.0
    starts_with_letter = cell.text[0].isalpha()
    return (0.5 if figures >= 0.8 else 0.0) if starts_with_letter else -1.0


def _sequence(row: Row, below: Sequence[Row]) -> float:
    """Numbers that head columns are of one shape, all different, and unlike what stands below: weeks, ages, dates."""
    labels = [cell.text for cell in distinct(row[1:])]
    shapes = {_shape(label) for label in labels}
    if len(labels) < 2 or len(shapes) != 1 or len(set(labels)) != len(labels) or kind(labels[0]) is not Kind.NUMBER:
        return 0.0
    values = {_shape(cell.text) for other in below for cell in other[1:] if cell.text}
    # It outweighs the points that each number costs where it stands alone.
    return 1.0 + len(labels) if not shapes & values else 0.0


def _shape(text: str) -> str:
    """Letters and digits as one mark a run: "30 days" and "7 hours" have one shape."""
    return _RUNS.sub(lambda run: "9" if run.group()[0].isdigit() else "a", text)


def _same(one: Row, other: Row) -> bool:
    return [cell.text for cell in one] == [cell.text for cell in other]


def _stacked(upper: Row, lower: Row) -> bool:
    """Whether an upper row with gaps names groups of the columns below it, which a lower row names one by one."""
    filled = [column for column, cell in enumerate(upper) if cell.text]
    if not filled or filled == [0] or (upper[0].text and lower[0].text):
        return False
    if not all(_is_label(cell.text) for cell in (*distinct(upper), *distinct(lower))):
        return False
    gaps = sorted(set(range(len(upper))).difference(filled))
    spans = len(distinct(upper)) < len(filled)
    return bool(gaps) and not spans and all(lower[column].text for column in gaps if column < len(lower))


def _is_label(text: str) -> bool:
    mine = kind(text)
    return mine is Kind.TEXT or (mine is Kind.FIGURE and text[0].isalpha()) or bool(_YEAR.fullmatch(text))


def _carried(row: Row) -> Row:
    """An upper header row with its names carried over the gaps to their right, where nothing is merged."""
    filled = [column for column, cell in enumerate(row) if cell.text]
    if not filled or len(distinct(row)) < len(filled) or len(filled) == len(row):
        return row
    found, last = [], row[0]
    for cell in row:
        last = cell if cell.text else last
        found.append(last)
    return found


def _names_under(above: Row, own: Sequence[int]) -> bool:
    """Whether these columns all stand under a header that spans several, or under nothing, and not all under nothing."""
    spanned = [_spans(above, column) for column in own]
    return any(spanned) and all(spans or not above[column].text for spans, column in zip(spanned, own, strict=True))


def _is_marked(cells: Sequence[Cell]) -> bool:
    """Whether several cells are all marked as heads."""
    return len(cells) > 1 and all(cell.head for cell in cells)


def _continues(heads: Sequence[Row], row: Row, rest: Sequence[Row]) -> bool:
    """Whether a row below header rows is one too: names under a header that spans columns, or a row of units."""
    above = heads[-1]
    own = [column for column, cell in enumerate(row) if cell.text and cell is not above[column]]
    cells = [row[column] for column in own]
    if not own or not rest or is_across(row) or not all(_is_label(cell.text) for cell in cells):
        return False
    if _names_under(above, own):
        return True
    return 0 not in own and (_is_marked(cells) or _score(row, rest) >= 1.0)


def _spans(row: Row, column: int) -> bool:
    cell = row[column]
    return bool(cell.text) and any(0 <= c < len(row) and row[c] is cell for c in (column - 1, column + 1))
