"""Headings told by their print: larger or bolder than the text, short, without the end of a sentence, above something."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from assistant.readers.pdf.prose import Paragraph

LARGER: Final = 1.12
"""Of the size of the text: word processors set the lowest headings 1.1 to 1.2 times as large."""
_WORDS: Final = 14
_BOLD_WORDS: Final = 8
_NUMBERED: Final = re.compile(r"(?:[^\W\d_]+ )?(?:\d+(?:\.\d+)*|[IVXLC]+|[A-Z])[.)]?\s+")
"""Before a heading: "3.2", "Chapter 4", "IV."."""


def is_heading(paragraph: Paragraph, text: str, body: float) -> bool:
    """Whether a paragraph of this text is printed as a heading, where the text of the document has this size.

    What holds a figure beside its own number is content however large it is ("Emergency: call 2222").
    """
    words = text.split()
    if not words or len(paragraph.lines) > 2 or text[-1] in ".,;:!?" or not text[0].isalnum():
        return False
    if any(c.isdigit() for c in _NUMBERED.sub("", text, count=1)):
        return False
    if paragraph.size >= LARGER * body:
        return len(words) <= _WORDS
    return paragraph.bold and paragraph.size > 0.95 * body and len(words) <= _BOLD_WORDS


def levels(headings: Sequence[Paragraph]) -> dict[float, int]:
    """The level of each size of heading, the largest first."""
    sizes = sorted({size_of(heading) for heading in headings}, reverse=True)
    return {size: level for level, size in enumerate(sizes, 1)}


def size_of(paragraph: Paragraph) -> float:
    """A heading's size in half points: headings of one level differ by less."""
    return round(paragraph.size * 2) / 2
