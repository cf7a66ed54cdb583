"""Running heads and feet: lines at the edges that stand on most pages word for word, and page numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from assistant.readers.pdf.lines import Line, Row, rows_of
from assistant.readers.pdf.words import Word

LineKey = tuple[int, str]
"""At which edge of the page a line stands (0 the upper), and its words without the page's number."""

_DEPTH: Final = 4
"""Rows at each edge that may be running ones."""
_APART: Final = 2.2
"""Of its size: how far the number of a page stands from its text."""
_LOOKED_AT: Final = 50
"""Pages whose edges are read for what they say of the document."""
_NUMBER: Final = re.compile(
    r"\W*(?:(?:page|pages|p|pg|seite|s|blatt|página|pagina|pág|pag|side|sida|sivu|strona|str)\.?\s*)?(\d{1,5})"
    r"(?:\s*(?:/|of|von|de|di|sur|van|av|z)\s*\d{1,5})?\W*",
    re.IGNORECASE,
)
_INNER: Final = re.compile(
    r"(?:page|seite|página|pagina|side|sida|sivu|strona)\s+(\d{1,5})(?:\s*(?:/|of|von|de|di|sur|van|av|z)\s*\d{1,5})?",
    re.IGNORECASE,
)


def without_running(pages: Sequence[Sequence[Word]]) -> list[list[Word]]:
    """Each page's words without running lines; what stands there word for word stays on the first page that has it.

    A line that differs from page to page in more than the page's number is content and stays.
    """
    if len(pages) < 3:
        return [_without_number(page, number) for number, page in enumerate(pages, 1)]
    edges = [_edges(page) for page in pages]
    offset = _offset(edges)
    keys = [
        [[[(lower, _key(line, index, offset)) for line in row] for row in rows] for lower, rows in enumerate(sides)]
        for index, sides in enumerate(edges)
    ]
    running = _running(keys)
    kept: set[LineKey] = set()
    found = []
    for page, sides, page_keys in zip(pages, edges, keys, strict=True):
        gone: set[int] = set()
        for rows, row_keys in zip(sides, page_keys, strict=True):
            gone |= _repeated(rows, row_keys, running, kept)
        # A page that repeats another one is no running head.
        found.append([word for word in page if id(word) not in gone or len(gone) == len(page)])
    return found


def margins_of(pages: Sequence[Sequence[Word]]) -> list[str]:
    """What pages say of the whole document at their edges: lines that stand at the same edge of several, and such of a single
    page as stand apart from its text."""
    if len(pages) == 1:
        return [" | ".join(line.plain for line in row) for row in _apart(pages[0])]
    tally: Counter[str] = Counter()
    for page in pages[:_LOOKED_AT]:
        tally.update({line.plain for rows in _edges(page) for row in rows for line in row})
    return [text for text, times in tally.items() if times > 1]


def _apart(page: Sequence[Word]) -> list[Row]:
    """The first and the last row of a page where they stand apart from the others."""
    rows = rows_of(page)
    if len(rows) < 3:
        return []
    steps = ((rows[0], rows[1]), (rows[-1], rows[-2]))
    return [row for row, other in steps if abs(row[0].baseline - other[0].baseline) > _APART * row[0].size]


def _without_number(page: Sequence[Word], number: int) -> list[Word]:
    """A page of a short document without its number: a line apart from all others at an edge that says only that."""
    rows = rows_of(page)
    gone: set[int] = set()
    for edge, other in ((rows[-1:], rows[-2:-1]), (rows[:1], rows[1:2])):
        if len(rows) < 3 or not edge or len(edge[0]) != 1:
            continue
        line = edge[0][0]
        match = _NUMBER.fullmatch(line.plain)
        step = abs(line.baseline - other[0][0].baseline)
        if match and int(match.group(1)) == number and step > _APART * line.size:
            gone.update(id(word) for word in line.words)
    return [word for word in page if id(word) not in gone]


def _running(pages: Sequence[Sequence[Sequence[Sequence[LineKey]]]]) -> set[LineKey]:
    """The keys of lines that stand at the same edge of three pages and of a third of all."""
    sides = (side for page in pages for side in page)
    tally = Counter(key for rows in sides for key in {key for row in rows for key in row})
    return {key for key, times in tally.items() if key[1] and times >= 3 and times * 3 >= len(pages)}


def _repeated(
    rows: Sequence[Row], keys: Sequence[Sequence[LineKey]], running: set[LineKey], kept: set[LineKey]
) -> set[int]:
    """The ids of the words of one edge that stood on an earlier page or only number this one; `kept` learns the others."""
    gone: set[int] = set()
    for row, row_keys in zip(rows, keys, strict=True):
        if not all(key in running or not key[1] for key in row_keys):
            break
        for line, key in zip(row, row_keys, strict=True):
            if not key[1] or key in kept:
                gone.update(id(word) for word in line.words)
            kept.add(key)
    return gone


def _edges(page: Sequence[Word]) -> tuple[list[Row], list[Row]]:
    """The first and last rows of a page, from its edge inwards; none of them both."""
    rows = rows_of(page)
    half = min(_DEPTH, len(rows) // 2)
    return rows[:half], rows[len(rows) - half :][::-1]


def _offset(edges: Sequence[tuple[list[Row], list[Row]]]) -> int | None:
    """The number of the first page less 0, where most pages bear theirs."""
    tally: Counter[int] = Counter()
    for index, (top, end) in enumerate(edges):
        found = set()
        for row in (*top[:2], *end[:2]):
            for line in row:
                if match := _NUMBER.fullmatch(line.plain) or _INNER.search(line.plain):
                    found.add(int(match.group(1)) - index)
        tally.update(found)
    if not tally:
        return None
    offset, times = tally.most_common(1)[0]
    return offset if times >= 3 and times * 2 >= len(edges) else None


def _key(line: Line, index: int, offset: int | None) -> str:
    """A line's words without the page's number, "" for a line that is nothing else."""
    text = line.plain
    if offset is None:
        return text
    match = _NUMBER.fullmatch(text)
    if match and int(match.group(1)) == index + offset:
        return ""
    return _INNER.sub(lambda m: "#" if int(m.group(1)) == index + offset else m.group(), text)
