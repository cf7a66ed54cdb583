"""A long text as lines of a given width, each known by its place in the text, so that a quote can be found and marked."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len

_WORD = re.compile(r"\s*\S+")


@dataclass(frozen=True, slots=True)
class Line:
    """One line on the screen: `text[start:end]`."""

    start: int
    end: int


def visible(text: str) -> str:
    """The text with every control character replaced by one visible mark: length and offsets stay the same."""
    if text.isprintable():
        return text
    return "".join(
        c if c == "\n" or c.isprintable() else " " if c == "\t" else "\N{REPLACEMENT CHARACTER}" for c in text
    )


def wrap(text: str, width: int) -> list[Line]:
    """Lines of at most `width` cells, broken between words where that is possible; never empty."""
    width = max(8, width)
    lines: list[Line] = []
    start = 0
    for paragraph in text.split("\n"):
        lines.extend(_paragraph(text, start, start + len(paragraph), width))
        start += len(paragraph) + 1
    return lines


def _paragraph(text: str, start: int, end: int, width: int) -> Iterator[Line]:
    if end - start <= width and cell_len(text[start:end]) <= width:
        yield Line(start, end)
        return
    begin, used = start, 0
    for match in _WORD.finditer(text, start, end):
        word = match.group()
        cells = cell_len(word)
        if used and used + cells > width:
            yield Line(begin, match.start())
            begin = match.end() - len(word.lstrip())
            used, cells = 0, cell_len(word.lstrip())
        while cells > width:
            cut = _fitting(text, begin, match.end(), width)
            yield Line(begin, cut)
            begin, cells = cut, cell_len(text[cut : match.end()])
            used = 0
        used += cells
    yield Line(begin, end)


def _fitting(text: str, begin: int, end: int, width: int) -> int:
    cut = min(end, begin + width)
    while cut > begin + 1 and cell_len(text[begin:cut]) > width:
        cut -= 1
    return cut


def line_at(lines: list[Line], offset: int) -> int:
    """The number of the line that holds this place of the text."""
    return max(0, bisect.bisect_right([line.start for line in lines], offset) - 1)
