"""Words and lines at given places, without a file around them."""

from __future__ import annotations

from assistant.readers.pdf.lines import Line
from assistant.readers.pdf.words import Run, Word


def word(text: str, x0: float, y: float = 100.0, *, size: float = 10.0, bold: bool = False, level: int = 0) -> Word:
    """A word of five points a letter."""
    return Word([Run(text, level)], x0, y - size, x0 + 5.0 * len(text), y, y, size, bold)


def line(text: str, x0: float = 0.0, y: float = 100.0, *, size: float = 10.0, bold: bool = False) -> Line:
    """Words with blanks of five points between them."""
    words, at = [], x0
    for part in text.split():
        words.append(word(part, at, y, size=size, bold=bold))
        at += 5.0 * (len(part) + 1)
    return Line(words)
