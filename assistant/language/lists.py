"""Lists in running text: lines that begin with a bullet or a number, as documents write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_ITEM: Final = re.compile(r"[ \t]*(?:[-*+•‣▪]|\d{1,3}[.)])[ \t]+\S")


def is_item(line: str) -> bool:
    """Whether a line begins as an item of a list does."""
    return bool(_ITEM.match(line))


def is_lines(text: str) -> bool:
    """Whether a text is lines that stand for themselves: items of a list, or a sentence or more each ("Aspirin: go on.")."""
    lines = [line for line in text.splitlines() if line.strip()]
    return is_item(text) or (len(lines) > 1 and all(line.rstrip()[-1] in ".!?" for line in lines))


def laid_out(parts: Iterable[str]) -> str:
    """Parts as one text: in a line, but for lists and lines, which begin on a line of their own and end with theirs."""
    whole, listed = "", False
    for part in parts:
        begins = is_item(part) or "\n" in part
        whole += ("\n" if begins or listed else " ") + part if whole else part
        listed = begins
    return whole
