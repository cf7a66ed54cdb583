"""Where a quote stands on its page: boxes that a viewer lays over the page of the original file.

The vault keeps text, not files; who shows a page has the file at hand. So the places are found in the file when they are
needed, by the same reading that made the text, and cannot go stale.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from assistant.errors import ReaderError
from assistant.readers.pdf.glyphs import Box
from assistant.readers.pdf.reader import opened, read_page
from assistant.readers.pdf.words import Word, turned_back
from assistant.readers.pdf.writer import pieces_of

_LETTERS: Final = re.compile(r"[^\W_]+")
_ENOUGH: Final = 0.6
"""Of a quote's characters: with fewer found on the page nothing is marked. A row of a table repeats its headers, which stand
once on the page; they are about a third of it."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The size of a page in points and the boxes of a quote on it, y downwards from the top left as the page is shown."""

    width: float
    height: float
    boxes: tuple[Box, ...]


def quote_marks(data: bytes, page: int, quote: str, source: str = "") -> Marks:
    """The boxes of a quote, one for each line that it touches; none where it is not surely found on the page.

    `page` counts from 1, as locators do. Raises ReaderError where the file cannot be read or has no such page.
    """
    document = opened(data, source)
    try:
        if not 0 < page <= len(document):
            raise ReaderError("the PDF has no such page", path=source, remedy="give a page that a locator names")
        read, sheet = read_page(document, page - 1, source)
        order = [word for piece in pieces_of(read) for word in piece.words() if word.runs]
        angles = {id(word): group.angle for group in read.groups for word in group.words}
        found = _found(order, quote)
        boxes = [turned_back(box, angles.get(id(word), 0), sheet) for word, box in _by_line(found)]
        return Marks(sheet.width, sheet.height, tuple(boxes))
    finally:
        document.close()


def _letters(text: str) -> str:
    return "".join(_LETTERS.findall(text)).casefold()


def _found(words: Sequence[Word], quote: str) -> list[Word]:
    stream, owners = "", list[int]()
    for i, word in enumerate(words):
        letters = _letters(word.text)
        stream += letters
        owners += [i] * len(letters)
    wanted = _letters(quote)
    if not wanted:
        return []
    at = stream.find(wanted)
    if at >= 0:
        return [words[i] for i in sorted(set(owners[at : at + len(wanted)]))]
    return _scattered(words, quote)


def _scattered(words: Sequence[Word], quote: str) -> list[Word]:
    """The words of a quote that is not printed in one piece: a row of a table, a sentence with the mark of a note."""
    mine, theirs = [_letters(part) for part in quote.split()], [_letters(word.text) for word in words]
    matcher = difflib.SequenceMatcher(None, mine, theirs, autojunk=False)
    hits = {j + k for _, j, size in matcher.get_matching_blocks() for k in range(size) if theirs[j + k]}
    share = sum(len(theirs[j]) for j in hits) / max(1, sum(len(part) for part in mine))
    return [words[j] for j in sorted(hits)] if share >= _ENOUGH else []


def _by_line(words: Sequence[Word]) -> list[tuple[Word, Box]]:
    found: list[tuple[Word, Box]] = []
    for word in words:
        if found:
            first, box = found[-1]
            near = abs(first.baseline - word.baseline) < 0.3 * word.size and -1 < word.x0 - box.x1 < 2 * word.size
            if near:
                around = Box(box.x0, min(box.y0, word.y0), max(box.x1, word.x1), max(box.y1, word.y1))
                found[-1] = (first, around)
                continue
        found.append((word, word.box))
    return found
