"""Line ends: words that were torn are joined, hyphens that belong to a word stay, numbers are never torn or joined by guess."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_TORN: Final = re.compile(r"([^\W\d_]+)-$")
_BEGIN: Final = re.compile(r"([^\W\d_]+)")
_SOFT: Final = "\u00ad"
_HANGING: Final = re.compile(r"(?:and|or|to|und|oder|bis|et|ou|à|y|o|e|en|of)\b")
"""After a hyphen that hangs ("pre- and postoperative"): a conjunction."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of a document that stand whole within a line."""

    words: frozenset[str]
    compounds: frozenset[str]
    tears: bool
    """Whether the document tears words at line ends: some word with a hyphen at a line's end stands whole elsewhere."""

    @classmethod
    def of(cls, lines: Sequence[str]) -> Vocabulary:
        """From the lines of a document in order."""
        words: Counter[str] = Counter()
        compounds: set[str] = set()
        ends: list[tuple[str, str]] = []
        for line, following in zip(lines, [*lines[1:], ""], strict=False):
            found = _WORD.findall(line)
            torn = _TORN.search(line)
            if torn and found:
                begin = _BEGIN.match(following)
                ends += [(torn.group(1).lower(), begin.group(1).lower())] if begin else []
                found = found[:-1]
            for word in found:
                (compounds.add if "-" in word else words.update)(word.lower() if "-" in word else [word.lower()])  # type: ignore[arg-type]
        # The second half of a torn word begins a line; it is no word because of that alone.
        for _, second in ends:
            words[second] -= 1
        known = frozenset(word for word, times in words.items() if times > 0)
        tears = any(first + second in known and f"{first}-{second}" not in compounds for first, second in ends)
        return cls(known, frozenset(compounds), tears)


@dataclass(frozen=True, slots=True)
class Joined:
    """Lines as one text, and whether it is sure that every number in it is whole."""

    text: str
    sure: bool = True


def join(lines: Iterable[str], vocabulary: Vocabulary) -> Joined:
    """The lines of a paragraph as one text."""
    text, sure = "", True
    for line in lines:
        if not text:
            text = line
            continue
        joint, doubt = _joint(text, line, vocabulary)
        sure = sure and not doubt
        if joint is None:
            text = text[:-1] + line
        else:
            text += joint + line
    return Joined(text.replace(_SOFT, ""), sure)


def _thousands(text: str, line: str) -> str | None:
    """The three digits that may go on with a number of the line above; None where there is no such number."""
    if re.search(r"(?<![\d.,])\d{1,3}(?:,\d{3})*,$", text) is None:
        return None
    match = re.match(r"(\d{3})(?![\d,])", line)
    return match.group(1) if match else None


def _hangs(text: str, line: str) -> bool:
    """Whether the hyphen stands for a part of a word that is left out, or for a dash: "pre- and postoperative"."""
    return bool(_HANGING.match(line) or not line[:1].isalnum() or re.search(r"\s[-–]$", text))


def _joint(text: str, line: str, vocabulary: Vocabulary) -> tuple[str | None, bool]:
    """What goes between two lines (None: the hyphen at the end goes), and whether a number may be torn here."""
    if text.endswith(_SOFT):
        return None, False
    if (group := _thousands(text, line)) is not None:
        # "1," and "000 mg": no list goes on with a number that begins with 0; of "5," and "300" the lines do not tell.
        return ("", False) if group.startswith("0") else (" ", True)
    if re.search(r"\d[-–−]$", text) and line[:1].isdigit():
        return "", False
    if re.search(r"[^\s\d][-–]$", text) is None and not text.endswith("/"):
        return " ", False
    if text.endswith("/"):
        return "", False
    if _hangs(text, line):
        return " ", False
    torn, begin = _TORN.search(text), _BEGIN.match(line)
    if torn is None or begin is None:
        return "", False
    return ("" if _belongs(torn.group(1), begin.group(1), vocabulary) else None), False


def _belongs(before: str, after: str, vocabulary: Vocabulary) -> bool:
    """Whether the hyphen between two halves belongs to the word."""
    whole, compound = (before + after).lower(), f"{before}-{after}".lower()
    if compound in vocabulary.compounds:
        return True
    if whole in vocabulary.words:
        return False
    if after[:1].isupper() or len(before) == 1:
        return True
    if not vocabulary.tears:
        # Nothing says that this document tears words: what stands there was written so.
        return True
    return before.lower() in vocabulary.words and after.lower() in vocabulary.words and len(after) > 2
