"""Sentences with offsets: where a quote may begin and end."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

_ABBREVIATIONS: Final = frozenset(
    "vit temp p pp dr mr mrs ms prof sr jr st vs etc al fig figs no nos vol approx dept e.g i.e cf ca inc ltd co corp resp min max "
    "jan feb mar apr jun jul aug sep sept oct nov dec tab tabs cap caps inj subcut mg ml pt pts ph a.m p.m u.s u.k "
    "rev gen col lt sgt capt".split()
)
# Abbreviations after which a new sentence is nonetheless common; a capital after them ends the sentence.
_UNLESS_NUMBER: Final = frozenset("temp wt ht bp hr rr ref no".split())
_ENDING: Final = frozenset("etc min max mg ml inc ltd co corp p.m a.m tab tabs cap caps u.s u.k approx".split())
# A single letter before a dot is an initial ("J. Doe"), unless it is the last of a term: "vit. D. She", "38.5 C. WBC".
_LETTERED: Final = frozenset(
    "vit vitamin vitamins hepatitis hep type group grade class stage factor protein influenza strain appendix section".split()
)
_SYMBOL: Final = re.compile(r"(?:\d|°)\s?$")
# Before a number they stand for something of it ("p. 5", "temp. 38.5", "no. 3"); before a word they may end a sentence.
_BEFORE_NUMBER: Final = frozenset(
    "p pp no nos temp fig figs vol approx art sec ch ed max min wt ht bp hr rr ref tel ext vs ca".split()
)
# Spelled with dots inside, they end a sentence before a capital and not otherwise.
_DOTTED: Final = re.compile(r"(?:[a-z]\.)+[a-z]")
# Dotted ones that never end a sentence.
_LEADING: Final = frozenset("e.g i.e".split())
_TITLE: Final = frozenset("vit temp p pp dr mr mrs ms prof sr jr st rev gen col lt sgt capt".split())
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
    before = re.split(r"[\s(\[]", text[max(begin, dot - _REACH) : dot])[-1]
    if following.islower() or (dot - begin <= _REACH and _LIST_NUMBER.fullmatch(text[begin:dot])):
        return False
    if len(before) == 1 and before.isalpha():
        return _letter_ends(text, begin, dot, before)
    return _word_ends(before.lower(), following)


def _letter_ends(text: str, begin: int, dot: int, letter: str) -> bool:
    """Whether a sentence ends after a single letter: not after an initial, but after one that names a kind or a unit."""
    if letter.islower():
        return letter not in _ABBREVIATIONS and letter not in _BEFORE_NUMBER
    lead = text[max(begin, dot - _REACH) : dot - 1]
    if _SYMBOL.search(lead) or letter == "I":
        return True
    words = lead.split()
    return bool(words) and words[-1].rstrip(".").lower() in _LETTERED


def _word_ends(before: str, following: str) -> bool:
    """Whether a sentence ends after a word and a dot, before something that is no small letter."""
    if before in _TITLE or before in _LEADING:
        return False
    if before in _BEFORE_NUMBER:
        return following.isupper() and (before in _ENDING or before in _UNLESS_NUMBER)
    if _DOTTED.fullmatch(before):
        return following.isupper()
    if before in _ABBREVIATIONS:
        return before in _ENDING and following.isupper()
    return True
