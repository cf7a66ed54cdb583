"""Where names that were found come back: by looking for strings, not by a pattern made for each text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

import regex

from assistant.privacy.cues import PARTICLE

# Compiling a pattern for each text's own names took two fifths of the whole time; looking for strings takes none.
# "Of", "y", "e" and "do" stand between names and open none: "a friend of Mary Jones".
_AHEAD: Final = regex.compile(
    rf"(?<![\p{{L}}\p{{M}}@])(?:\p{{Lu}}\.[ ]?){{0,2}}(?:(?!(?:of|y|e|do)[ ]){PARTICLE}[ ])?\Z"
)
_INITIAL: Final = regex.compile(r"[ ]\p{Lu}\.(?!\p{L})")


def places(text: str, word: str) -> Iterator[tuple[int, int]]:
    """Where a word stands by itself."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not (text[at - 1 : at].isalpha() or text[end : end + 1].isalpha()):
            yield at, end
        at = text.find(word, at + 1)


def chained(text: str, tokens: set[str]) -> Iterator[tuple[int, int]]:
    """Where the tokens stand: neighbours joined, with initials between and behind them, initials and particles ahead."""
    ends: dict[int, int] = {}
    for token in tokens:
        for start, end in places(text, token):
            if _free(text, start - 1) and _free(text, end) and not _hyphened(text, end):
                ends[start] = max(end, ends.get(start, 0))
    done = -1
    for start in sorted(ends):
        if start < done:
            continue
        end = ends[start]
        while True:
            if text[end : end + 1] == " " and end + 1 in ends:
                end = ends[end + 1]
            elif initial := _INITIAL.match(text, end):
                end = initial.end()
            else:
                break
        done = end
        ahead = _AHEAD.search(text, max(0, start - 24), start)
        yield (ahead.start() if ahead else start), end


def _free(text: str, at: int) -> bool:
    """Whether no letter, mark or @ stands there."""
    c = text[at] if 0 <= at < len(text) else ""
    return not (c.isalpha() or c == "@" or (c > "\u02ff" and unicodedata.category(c).startswith("M")))


def _hyphened(text: str, end: int) -> bool:
    return text[end : end + 1] == "-" and text[end + 1 : end + 2].isalpha()
