"""Glyphs to words; raised and lowered characters join the word that they belong to."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from assistant.readers.pdf.glyphs import Box, Glyph, Sheet

_LIGATURES: Final = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "ft", "ﬆ": "st"})
_HYPHENS: Final = str.maketrans({"\u2010": "-", "\u2011": "-"})
_RAISED: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿ"
_UPRIGHT: Final = str.maketrans(_RAISED, "0123456789+-()n")
_GAP: Final = 0.22
"""Of the size: a wider gap parts words. Blanks of common fonts are 0.25 to 0.33 wide, narrowed ones of justified lines 0.2."""


@dataclass(slots=True)
class Run:
    """Characters of one word on one level: 0 on the line, 1 raised, -1 lowered."""

    text: str
    level: int = 0


@dataclass(slots=True)
class Word:
    """A word with its place. `confidence` is below 1 where it was recognized from a picture; `order` is its place in what
    the file writes one after the other, -1 where that says nothing."""

    runs: list[Run]
    x0: float
    y0: float
    x1: float
    y1: float
    baseline: float
    size: float
    bold: bool = False
    confidence: float = 1.0
    order: int = -1

    @property
    def text(self) -> str:
        """Its characters without their levels."""
        return "".join(run.text for run in self.runs)

    @property
    def box(self) -> Box:
        """Its place on the page."""
        return Box(self.x0, self.y0, self.x1, self.y1)

    @property
    def lead(self) -> int:
        """The level of its first characters."""
        return self.runs[0].level if self.runs else 0


@dataclass(slots=True)
class Upright:
    """The words of a page that run in one direction, turned so that they stand upright."""

    words: list[Word] = field(default_factory=list)
    angle: int = 0


def words_of(sheet: Sheet) -> list[Upright]:
    """The words by their direction, that of most glyphs first; each turned upright. Ruling lines stay as they are."""
    groups: dict[int, list[Glyph]] = {}
    for glyph in sheet.glyphs:
        groups.setdefault(_direction(glyph.angle), []).append(glyph)
    found = []
    for angle, glyphs in sorted(groups.items(), key=lambda item: -len(item[1])):
        words = with_scripts(_words([_turned(glyph, angle, sheet) for glyph in glyphs]))
        for order, word in enumerate(words):
            word.order = order
        if angle % 90 == 0:
            words += _bullets(words, [turned_box(dot, angle, sheet) for dot in sheet.dots])
        found.append(Upright(words, angle))
    return found


def _direction(angle: int) -> int:
    """The angle in steps of 90 degrees where it is within 2 of one, else in steps of 5."""
    near = round(angle / 90) * 90
    return near % 360 if abs(angle - near) <= 2 else round(angle / 5) * 5 % 360


def turned_box(box: Box, angle: int, sheet: Sheet) -> Box:
    """A box of the page in the coordinates in which text of this direction stands upright."""
    if angle == 90:
        return Box(box.y0, sheet.width - box.x1, box.y1, sheet.width - box.x0)
    if angle == 180:
        return Box(sheet.width - box.x1, sheet.height - box.y1, sheet.width - box.x0, sheet.height - box.y0)
    if angle == 270:
        return Box(sheet.height - box.y1, box.x0, sheet.height - box.y0, box.x1)
    return box


def turned_back(box: Box, angle: int, sheet: Sheet) -> Box:
    """The inverse of `turned_box`."""
    if angle == 90:
        return Box(sheet.width - box.y1, box.x0, sheet.width - box.y0, box.x1)
    if angle == 180:
        return Box(sheet.width - box.x1, sheet.height - box.y1, sheet.width - box.x0, sheet.height - box.y0)
    if angle == 270:
        return Box(box.y0, sheet.height - box.x1, box.y1, sheet.height - box.x0)
    return box


def _turned(glyph: Glyph, angle: int, sheet: Sheet) -> Glyph:
    if angle == 0:
        return glyph
    if angle % 90:
        turn = math.radians(angle)
        x = glyph.x * math.cos(turn) + glyph.baseline * math.sin(turn)
        y = glyph.baseline * math.cos(turn) - glyph.x * math.sin(turn)
        # The box of a slanted character is not its own width; PDFium tells the blanks.
        box = Box(x, y - glyph.size, x + 0.6 * glyph.size, y + 0.2 * glyph.size)
        return glyph._replace(box=box, x=x, baseline=y)
    place = turned_box(Box(glyph.x, glyph.baseline, glyph.x, glyph.baseline), angle, sheet)
    return glyph._replace(box=turned_box(glyph.box, angle, sheet), x=place.x0, baseline=place.y0)


def _words(glyphs: Sequence[Glyph]) -> list[Word]:
    found: list[Word] = []
    last: Glyph | None = None
    for glyph in glyphs:
        text = glyph.text.translate(_LIGATURES).translate(_HYPHENS)
        if found and last is not None and not _parted(last, glyph):
            word = found[-1]
            _append(word, text)
            word.x1 = max(word.x1, glyph.box.x1)
            word.y0, word.y1 = min(word.y0, glyph.box.y0), max(word.y1, glyph.box.y1)
        else:
            box = glyph.box
            found.append(Word([], box.x0, box.y0, box.x1, box.y1, glyph.baseline, glyph.size, glyph.bold))
            _append(found[-1], text)
        last = glyph
    for word in found:
        for run in word.runs:
            run.text = unicodedata.normalize("NFC", run.text)
    return found


def _bullets(words: Sequence[Word], dots: Sequence[Box]) -> list[Word]:
    """Drawn dots that stand where a list's marks do: before the first word of a line, in the height of small letters."""
    found = []
    for dot in dots[:2_000]:
        middle = (dot.y0 + dot.y1) / 2
        level = [
            w for w in words if 0.05 * w.size < w.baseline - middle < 0.6 * w.size and dot.x1 - dot.x0 < 0.7 * w.size
        ]
        behind = min((w for w in level if w.x0 >= dot.x1), key=lambda w: w.x0, default=None)
        if behind is None or behind.x0 - dot.x1 > 2.5 * behind.size:
            continue
        if all(dot.x0 - w.x1 > 2.5 * w.size for w in level if w.x1 <= dot.x0):
            found.append(Word([Run("•")], dot.x0, dot.y0, dot.x1, dot.y1, behind.baseline, behind.size))
    return found


def _append(word: Word, text: str) -> None:
    """Add characters; printed superscript digits behind a digit are raised, as their meaning is that of raised digits."""
    level = 0
    if word.runs and text in _RAISED and (word.runs[-1].level or word.runs[-1].text[-1:].isdigit()):
        text, level = text.translate(_UPRIGHT), 1
    if word.runs and word.runs[-1].level == level:
        word.runs[-1].text += text
    else:
        word.runs.append(Run(text, level))


def _parted(last: Glyph, glyph: Glyph) -> bool:
    if glyph.box == last.box:
        # One glyph that stands for several characters.
        return False
    size = max(last.size, glyph.size)
    if glyph.brk or abs(glyph.baseline - last.baseline) > 0.08 * size or abs(glyph.size - last.size) > 0.08 * size:
        return True
    if glyph.angle % 90:
        return False
    gap = glyph.box.x0 - last.box.x1
    return gap > _GAP * size or gap < -0.6 * size


def body_size(words: Iterable[Word]) -> float:
    """The size in which most characters are printed."""
    tally: Counter[float] = Counter()
    for word in words:
        tally[round(word.size * 2) / 2] += len(word.text)
    return tally.most_common(1)[0][0] if tally else 10.0


# ---------------------------------------------------------------- raised and lowered characters


def with_scripts(words: Sequence[Word]) -> list[Word]:
    """Words with raised and lowered ones joined to the larger word beside which they stand."""
    found: list[Word] = []
    shelf = _Shelf(words)
    owner = _owned(words, shelf)
    for word in words:
        if id(word) in owner:
            continue
        after = shelf.larger_behind(word)
        if after is not None and word.text.isdigit() and after.text[:1] in _STROKES:
            # A fraction: raised digits, a stroke, lowered ones.
            after.runs = [*(Run(run.text, 1) for run in word.runs), *after.runs]
            after.x0 = word.x0
            continue
        if after is not None:
            # A raised mark before its note: "² Only for adults."
            for run in word.runs:
                run.level = 1
            word.baseline, word.size = after.baseline, after.size
        found.append(word)
    return found


def _owned(words: Sequence[Word], shelf: _Shelf) -> dict[int, Word]:
    """Join raised and lowered words, and what follows them, to the larger word beside; that word, by the id of each."""
    owner: dict[int, Word] = {}
    for word in words:
        base = shelf.base_of(word) if id(word) not in owner else None
        if base is None:
            continue
        level = 1 if word.baseline < base.baseline else -1
        behind = base
        base = _owner(base, owner)
        _join(base, word, level, owner)
        follower = shelf.follower_of(word, behind)
        if follower is not None and id(follower) not in owner and follower is not base:
            _join(base, follower, 0, owner)
    return owner


def _owner(word: Word, owner: dict[int, Word]) -> Word:
    while id(word) in owner:
        word = owner[id(word)]
    return word


def _join(base: Word, word: Word, level: int, owner: dict[int, Word]) -> None:
    base.runs.extend(Run(run.text, run.level or level) for run in word.runs)
    base.x1 = max(base.x1, word.x1)
    owner[id(word)] = base


class _Shelf:
    """Finds the neighbours of a word."""

    def __init__(self, words: Sequence[Word]) -> None:
        self._bands: dict[int, list[Word]] = {}
        for word in words:
            for band in range(int(word.y0 // 20), int(word.y1 // 20) + 1):
                self._bands.setdefault(band, []).append(word)

    def _near(self, word: Word) -> Iterable[Word]:
        for band in range(int(word.y0 // 20), int(word.y1 // 20) + 1):
            yield from self._bands.get(band, ())

    def base_of(self, word: Word) -> Word | None:
        """The larger word directly before, from whose line this one is raised or lowered."""
        best: Word | None = None
        for other in self._near(word):
            if other.size < 1.15 * word.size or other is word or not _shifted(word, other):
                continue
            # Careless producers print a raised mark over the end of its word.
            reach = 0.75 if other.text[-1:].isdigit() else 0.18
            begun = other.x0 < word.x0 and word.x0 - other.x1 <= reach * other.size
            if begun and (best is None or other.x0 > best.x0):
                best = other
        return best

    def follower_of(self, word: Word, base: Word) -> Word | None:
        """The word of the base's line that stands directly behind a raised one."""
        for other in self._near(word):
            if other is base or abs(other.baseline - base.baseline) > 0.08 * base.size:
                continue
            if (
                abs(other.size - base.size) < 0.08 * base.size
                and -0.1 * base.size <= other.x0 - word.x1 <= 0.12 * base.size
            ):
                return other
        return None

    def larger_behind(self, word: Word) -> Word | None:
        """The larger word directly behind, from whose line this one is raised."""
        if not _MARK.fullmatch(word.text):
            return None
        for other in self._near(word):
            raised = 0 < other.baseline - word.baseline < 0.8 * other.size
            if raised and other.size >= 1.15 * word.size and -0.1 <= (other.x0 - word.x1) / other.size <= 0.7:
                return other
        return None


_STROKES: Final = ("/", "⁄", "∕")
_MARK: Final = re.compile(r"\d{1,2}|[a-z]|[*†‡§¶]{1,3}")


def _shifted(word: Word, base: Word) -> bool:
    rise = (base.baseline - word.baseline) / base.size
    close = word.x0 - base.x1 <= 0.25 * base.size
    return 0.12 < rise < 0.85 or (close and -0.6 < rise < -0.06)
