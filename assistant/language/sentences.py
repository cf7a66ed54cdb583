"""Sentences with offsets: where a quote may begin and end."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

_ABBREVIATIONS: Final = frozenset(
    "dr mr mrs ms prof sr jr st vs etc al fig figs no nos vol approx dept e.g i.e cf ca inc ltd co corp resp min max "
    "jan feb mar apr jun jul aug sep sept oct nov dec tab tabs cap caps inj subcut mg ml pt pts ph a.m p.m u.s u.k "
    "rev gen col lt sgt capt".split()
)
# Abbreviations after which a new sentence is nonetheless common; a capital after them ends the sentence.
_ENDING: Final = frozenset("etc min max mg ml inc ltd co corp p.m a.m tab tabs cap caps u.s u.k approx".split())
_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)")
_BLOCK = re.compile(
    r"\n[ \t]*\n\s*|\n(?=[ \t]*(?:[-*+•‣▪]|\d{1,3}[.)])[ \t]+\S)|\n(?=[ \t]*#{1,6} )|\n(?=[ \t]*\|)|(?<=\|)\n"
)
_NEXT = re.compile(r"\S")
_REACH: Final = 64  # longer than any abbreviation
_LIST_NUMBER = re.compile(r"\s*\d{1,3}$")


class Sentence(NamedTuple):
    """A sentence and its character offsets in the text it came from: `text == source[start:end]`."""

    text: str
    start: int
    end: int


def sentences(text: str) -> list[Sentence]:
    """Split into sentences. Paragraphs, list items, headings and table rows never run together.

    Rules, not a model: a quote must begin and end where a reader would say that the sentence does, and the splitter runs
    on every passage of every answer.
    """
    found: list[Sentence] = []
    start = 0
    for block in [*_BLOCK.finditer(text), None]:
        stop = block.start() if block else len(text)
        found.extend(_split_block(text, start, stop))
        start = block.end() if block else stop
    return found


def blanked(text: str, drop: Callable[[Sentence], bool]) -> str:
    """The text with blanks for the sentences to drop; the offsets of all others stay."""
    for sentence in sentences(text):
        if drop(sentence):
            text = text[: sentence.start] + " " * (sentence.end - sentence.start) + text[sentence.end :]
    return text


def _split_block(text: str, start: int, stop: int) -> list[Sentence]:
    found: list[Sentence] = []
    begin = start
    for match in _END.finditer(text, start, stop):
        if _ends_sentence(text, begin, match.start(), match.end(), stop):
            _add(found, text, begin, match.end())
            begin = match.end()
    _add(found, text, begin, stop)
    return found


def _add(found: list[Sentence], text: str, start: int, end: int) -> None:
    raw = text[start:end]
    lead = len(raw) - len(raw.lstrip())
    body = raw.strip()
    if body:
        found.append(Sentence(body, start + lead, start + lead + len(body)))


def _ends_sentence(text: str, begin: int, dot: int, after: int, stop: int) -> bool:
    # Only the surroundings are looked at: a slice to the block's end would make a long block cost its length squared.
    ahead = _NEXT.search(text, after, stop)
    if ahead is None:
        return True
    following = ahead.group()
    if text[dot] != ".":
        return not following.islower()
    before = re.split(r"[\s(\[]", text[max(begin, dot - _REACH) : dot])[-1].lower()
    if following.islower() or (dot - begin <= _REACH and _LIST_NUMBER.fullmatch(text[begin:dot])):
        return False
    if before in _ABBREVIATIONS:
        return before in _ENDING and following.isupper()
    return not (len(before) == 1 and before.isalpha() and text[dot - 1].isupper())
