"""Documents to passages of about 200 tokens, cut where a reader would pause: at paragraphs and sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from assistant.language.sentences import sentences
from assistant.language.words import estimate_tokens
from assistant.types import Chunk, Document, Section

VERSION: Final = "2"
"""Raised whenever the same document is cut otherwise, so that stored documents are cut again."""

MAX_CHARACTERS_PER_TOKEN: Final = 8
"""Above this a "word" is no word (base64, a URL, a script without blanks), and counting words misjudges its tokens:
WordPiece averages 4.5 characters a token on MedQuAD."""

# Where a sentence that is too long may be cut, best first.
_CUTS: Final = (re.compile(r"[;:]\s+"), re.compile(r",\s+|\s[–—-]\s|\)\s+"), re.compile(r"\s+"))

_TOLD_EACH: Final = 200_000
"""Characters passed between two reports: a quarter of a second of work."""
_ITEM: Final = re.compile(r"(?:[-*+•‣▪]|\(?\d{1,3}(?:\.\d{1,3})*[.)]|[a-zA-Z][.)])\s")


class _Piece(NamedTuple):
    start: int
    end: int
    tokens: int
    paragraph: bool
    """Whether an empty line stands before it."""


def chunk(
    document: Document,
    *,
    target_tokens: int = 200,
    max_tokens: int = 256,
    count: Callable[[str], int] = estimate_tokens,
    step: Callable[[int], None] | None = None,
) -> list[Chunk]:
    """Passages in order, none across sections; `document.text[c.start:c.end] == c.text` for each.

    A section of up to `max_tokens` is one passage; a longer one is parted evenly into passages near `target_tokens`, so that
    no short rest trails. A sentence over `max_tokens` is cut at a clause, else at a blank, else anywhere. `count` is any
    measure of length that grows with the text; passages never exceed `max_tokens` by it. `step` is told now and then how many
    percent of a long text are cut; what it raises ends the cutting.
    """
    if not 0 < target_tokens <= max_tokens:
        raise ValueError("target_tokens must be positive and not above max_tokens")
    cutter = _Cutter(document.text, target_tokens, max_tokens, count, step)
    found: list[Chunk] = []
    for section in document.sections or (Section(0, len(document.text)),):
        for start, end in cutter.cut(section.start, section.end):
            found.append(Chunk(document.text[start:end], start, end, section.heading, section.locator, section.sure))
    return found


def embedded(title: str, heading: str, text: str) -> str:
    """What stands for a passage in vector space: its title and heading before its text, as the text alone often names
    neither the illness nor the product it is about."""
    return "\n".join(part for part in (title, heading, text) if part)


class _Cutter:
    def __init__(
        self, text: str, target: int, most: int, count: Callable[[str], int], step: Callable[[int], None] | None
    ) -> None:
        self._text = text
        self._step = step
        self._passed = 0
        self._target = target
        self._most = most
        self._count = count

    def cut(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The passages of one section as offsets."""
        pieces = list(self._pieces(start, end))
        if not pieces:
            return
        if self._fits(pieces[0].start, pieces[-1].end):
            yield pieces[0].start, pieces[-1].end
            return
        yield from self._pack(pieces)

    def _tell(self, characters: int) -> None:
        """Count text that was split or packed, and tell each time that enough of it was."""
        before, self._passed = self._passed, self._passed + characters
        if self._step is not None and before // _TOLD_EACH < self._passed // _TOLD_EACH:
            self._step(min(99, 50 * self._passed // len(self._text)))

    def _pack(self, pieces: list[_Piece]) -> Iterator[tuple[int, int]]:
        """Fill passages up to an even share of what is left; a paragraph's end is taken where it comes near that."""
        left = sum(piece.tokens for piece in pieces)
        lists = self._lists(pieces)
        begin = 0
        while begin < len(pieces):
            goal = left / max(1, round(left / self._target))
            stop, size = begin + 1, pieces[begin].tokens
            while stop < len(pieces) and self._fits(pieces[begin].start, pieces[stop].end):
                following = pieces[stop]
                over = size + following.tokens - goal
                # Nearer to the goal with it than without it; a new paragraph needs a better reason to be joined.
                if over > 0 and over >= (goal - size) * (0.3 if following.paragraph else 1.0):
                    break
                size += following.tokens
                stop += 1
            if stop < len(pieces) and begin < lists[stop] < stop and self._fits_list(pieces, lists, lists[stop]):
                # A list is not parted from the line that leads into it, nor in its middle, where it fits as a whole.
                stop = lists[stop]
                size = sum(piece.tokens for piece in pieces[begin:stop])
            left -= size
            yield pieces[begin].start, pieces[stop - 1].end
            self._tell(pieces[stop - 1].end - pieces[begin].start)
            begin = stop

    def _lists(self, pieces: list[_Piece]) -> list[int]:
        """For each piece where the list that it belongs to begins, with the line that leads into it; itself outside lists."""
        found: list[int] = []
        for number, piece in enumerate(pieces):
            line = self._text[max(0, piece.start - 40) : piece.start].rstrip(" \t")[-1:] in ("", "\n")
            before = pieces[number - 1] if number else None
            leads = before is not None and self._text[before.start : before.end].endswith(":")
            inside = before is not None and (found[-1] < number - 1 or self._is_item(before.start))
            joins = self._is_item(piece.start) and (leads or inside) if line else inside
            found.append((found[-1] if inside or leads else number) if joins else number)
        return found

    def _is_item(self, start: int) -> bool:
        return _ITEM.match(self._text, start) is not None

    def _fits_list(self, pieces: list[_Piece], lists: list[int], first: int) -> bool:
        last = next((i for i in range(first + 1, len(pieces)) if lists[i] != first), len(pieces)) - 1
        return self._fits(pieces[first].start, pieces[last].end)

    def _fits(self, start: int, end: int) -> bool:
        if end - start > self._most * MAX_CHARACTERS_PER_TOKEN:
            return False
        return self._count(self._text[start:end]) <= self._most

    def _pieces(self, start: int, end: int) -> Iterator[_Piece]:
        last = start
        for sentence in sentences(self._text[start:end]):
            begin, stop = start + sentence.start, start + sentence.end
            fresh = "\n\n" in self._text[last:begin]
            for a, b in self._split(begin, stop):
                yield _Piece(a, b, max(1, self._count(self._text[a:b])), fresh)
                fresh = False
            self._tell(stop - last)
            last = stop

    def _split(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """A sentence whole where it fits, else in the longest parts that do."""
        while not self._fits(start, end):
            cut, resume = self._place(start, end)
            yield start, cut
            start = resume
        yield start, end

    def _place(self, start: int, end: int) -> tuple[int, int]:
        """Where to end a part and where to begin the next: the last good place within the limit."""
        reach = self._reach(start, end)
        window = self._text[start:reach]
        for pattern in _CUTS:
            places = [m for m in pattern.finditer(window) if m.start() > len(window) // 3]
            if places:
                last = places[-1]
                mark = last.group()
                keep = 0 if mark.isspace() else len(mark.rstrip())
                if mark[0].isspace() and not mark.isspace():
                    keep = 0
                    return start + last.start(), start + last.start() + len(mark) - len(mark.lstrip())
                return start + last.start() + keep, start + last.end()
        return reach, reach

    def _reach(self, start: int, end: int) -> int:
        """The furthest end whose stretch fits, by halving; at least one character."""
        low, high = start + 1, min(end, start + self._most * MAX_CHARACTERS_PER_TOKEN)
        while low < high:
            middle = (low + high + 1) // 2
            if self._fits(start, middle):
                low = middle
            else:
                high = middle - 1
        return low
