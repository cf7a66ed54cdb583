"""Lines to paragraphs: parted by distance, size, weight, indents and list markers; marks of notes set apart."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

from assistant.readers.pdf.hyphens import Vocabulary, join
from assistant.readers.pdf.lines import MARKER, Line
from assistant.readers.pdf.scripts import text_of
from assistant.readers.pdf.words import Word

_BULLET: Final = re.compile(r"[-*•‣▪◦–—·○●■□➢✓]")
_END: Final = re.compile(r"[.!?:;][)\"'”’»\]]*(?:\s*\[[^\]]{1,5}\])?$")


@dataclass(slots=True)
class Paragraph:
    """A paragraph with its lines; `text` is made once the document's vocabulary is known."""

    lines: list[Line]
    item: bool = False
    full: bool = False
    """Whether its last line reaches the right edge of its column, as the middle of a paragraph does."""

    @property
    def size(self) -> float:
        """The size of its first line."""
        return self.lines[0].size

    @property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        return all(line.bold for line in self.lines)


def notes_of(words: Iterable[Word]) -> frozenset[str]:
    """The marks that begin notes on a page."""
    return frozenset(word.runs[0].text for word in words if word.runs and word.lead == 1)


def line_text(line: Line, notes: Collection[str]) -> str:
    """A line's words as text; the mark of a note behind a number goes behind the word that says what is counted."""
    said: list[str] = []
    before, pending = "", ""
    for word in line.words:
        if not word.runs:
            continue
        text, mark = text_of(word, before, notes)
        before = text
        if pending:
            text, pending = _marked(text, pending) if text[:1].isalpha() else f"{pending} {text}", ""
        if mark and text[-1:].isdigit():
            pending = mark
        elif mark:
            text = _marked(text, mark)
        said.append(text)
    return " ".join([*said, pending] if pending else said)


def _marked(text: str, mark: str) -> str:
    """A mark behind a word, before what ends its sentence."""
    word = text.rstrip(".,;:!?")
    return f"{word} {mark}{text[len(word) :]}" if word else f"{text} {mark}"


def paragraphs_of(lines: Sequence[Line]) -> list[Paragraph]:
    """The paragraphs of a block, in order."""
    if not lines:
        return []
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    steps = [b.baseline - a.baseline for a, b in pairwise(lines) if b.baseline > a.baseline]
    # In sizes: larger print has larger steps.
    pitch = median(steps) / median(line.size for line in lines) if steps else 1.3
    found: list[Paragraph] = []
    for i, line in enumerate(lines):
        above = lines[i - 1] if i else None
        if above is None or _begins(line, above, found[-1], pitch, left, right):
            found.append(Paragraph([line], item=_is_item(line)))
        else:
            found[-1].lines.append(line)
    for paragraph in found:
        paragraph.full = paragraph.lines[-1].x1 > right - 0.12 * (right - left)
    return found


def _leaves_item(line: Line, above: Line, first: Line) -> bool:
    """Whether a line is no part of the list item above it: what stands left of the item's words is none."""
    return line.x0 < first.x0 - 0.3 * line.size or (
        line.x0 < first.x0 + 0.3 * line.size and bool(_END.search(above.plain))
    )


def _begins(line: Line, above: Line, paragraph: Paragraph, pitch: float, left: float, right: float) -> bool:
    step = line.baseline - above.baseline
    # The usual step of a block of two lines is their own, however large.
    usual = min(pitch, 1.45) * max(line.size, above.size)
    if step < 0 or step > 1.3 * usual or _is_item(line):
        return True
    if abs(line.size - above.size) > 0.08 * above.size or (line.bold != above.bold and _short(above, left, right)):
        return True
    if paragraph.item:
        return _leaves_item(line, above, paragraph.lines[0])
    if line.x0 > above.x0 + 0.8 * line.size and above.x0 < left + 0.5 * line.size and not _centred(line, above):
        return True
    width = right - left
    if _END.search(above.plain):
        return above.x1 < right - 0.2 * width
    return line.plain[:1].isupper() and above.x1 < right - 0.5 * width


def _short(line: Line, left: float, right: float) -> bool:
    return line.x1 - line.x0 < 0.7 * (right - left)


def _centred(line: Line, above: Line) -> bool:
    return abs((line.x0 + line.x1) - (above.x0 + above.x1)) < line.size


def _is_item(line: Line) -> bool:
    if line.words[0].lead == 1:
        return True
    marker = line.words[0].text
    if not MARKER.fullmatch(marker) or len(line.words) < 2:
        return False
    # "- 5 mg" after a line end is a range; an item's words stand off from its marker.
    return not (marker in "-–—" and line.words[1].text[:1].isdigit())


def said(paragraph: Paragraph, vocabulary: Vocabulary, notes: Collection[str]) -> tuple[str, bool]:
    """A paragraph's text, and whether it is sure that its numbers are whole."""
    joined = join((line_text(line, notes) for line in paragraph.lines), vocabulary)
    text = joined.text
    if paragraph.item and _BULLET.fullmatch(paragraph.lines[0].words[0].text):
        text = "- " + text.split(" ", 1)[1]
    return text, joined.sure


def goes_on(before: Paragraph, after: Paragraph) -> bool:
    """Whether a paragraph at the end of a column or page is continued by the one at the head of the next."""
    last, first = before.lines[-1].plain, after.lines[0].plain
    if (
        _END.search(last)
        or after.item
        or abs(before.size - after.size) > 0.08 * before.size
        or before.bold != after.bold
    ):
        return False
    if first[:1].islower() or last.endswith((",", "-")):
        return True
    return before.full and len(before.lines[-1].words) > 3 and (len(before.lines) > 1 or len(after.lines) > 1)
