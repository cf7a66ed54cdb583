"""Words that are struck through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from assistant.readers.pdf.glyphs import Box
from assistant.readers.pdf.words import Word

_UPPER: Final = 0.48
_LOWER: Final = 0.12
"""Of the size above the baseline: a line that strikes runs within the small letters (x-height 0.45 to 0.55); an underline
is below the baseline, a rule of a table above the capitals."""


def clear_struck(words: Sequence[Word], rules: Sequence[Box], marks: Sequence[Box]) -> list[Box]:
    """Empty the words that a line or an annotation strikes; the lines and marks that do.

    A line strikes where it runs through the middle of words and is not much longer than they are.
    """
    struck = [(rule, _by_rule(rule, words)) for rule in rules if rule.y0 == rule.y1]
    struck += [(mark, _by_mark(mark, words)) for mark in marks]
    for _, hit in struck:
        for word in hit:
            # It keeps its place, so that what stands around it stays one line.
            word.runs = []
    return [line for line, hit in struck if hit]


def _by_rule(rule: Box, words: Sequence[Word]) -> list[Word]:
    """The words that a line strikes."""
    hit = [word for word in words if _runs_through(rule, word)]
    covered = sum(min(word.x1, rule.x1) - max(word.x0, rule.x0) for word in hit)
    gaps = 0.35 * sum(word.size for word in hit[1:])
    return hit if covered + gaps > 0.8 * (rule.x1 - rule.x0) else []


def _by_mark(mark: Box, words: Sequence[Word]) -> list[Word]:
    """The words that an annotation strikes."""
    return [word for word in words if mark.covers((word.x0 + word.x1) / 2, word.baseline - 0.3 * word.size)]


def _runs_through(rule: Box, word: Word) -> bool:
    if not word.baseline - _UPPER * word.size <= rule.y0 <= word.baseline - _LOWER * word.size:
        return False
    return min(word.x1, rule.x1) - max(word.x0, rule.x0) > 0.6 * (word.x1 - word.x0)
