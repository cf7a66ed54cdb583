"""Whether words stand inside a term of the pack's vocabulary: "2 Mop" in "Breva 2 Mop", "Alder" in "Alder table"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import regex

_WORD: Final = regex.compile(r"[\p{L}\p{M}\d](?:[\p{L}\p{M}\d.'’&/+-]*[\p{L}\p{M}\d])?")
# A term has so many words at most, and stands on one line.
_MOST: Final = 4
_REACH: Final = 48


def within_term(text: str, start: int, end: int, allow: Callable[[str], bool]) -> bool:
    """Whether a run of up to four words that covers the stretch is one that `allow` knows."""
    left = max(text.rfind("\n", 0, start) + 1, start - _REACH)
    line_end = text.find("\n", end)
    right = min(line_end if line_end >= 0 else len(text), end + _REACH)
    words = [m.span() for m in _WORD.finditer(text, left, right)]
    inside = [i for i, (a, b) in enumerate(words) if a < end and start < b]
    if not inside:
        return False
    first, last = inside[0], inside[-1]
    return any(
        allow(text[words[i][0] : words[j - 1][1]])
        for i in range(max(0, last + 1 - _MOST), first + 1)
        for j in range(last + 1, min(len(words), i + _MOST) + 1)
    )
