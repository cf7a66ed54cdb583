"""Telephone numbers and dates that are said in words, as a machine writes down what people tell an answering machine.

"oh four one double two six three" is as much a number as its digits are, and "the ninth of february nineteen fifty-two" a birthday.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import regex

from assistant.types import Span

PHONE: Final = "PHONE_NUMBER"
DATE: Final = "DATE"
BIRTH: Final = "DATE_OF_BIRTH"
ENTITIES: Final = frozenset({PHONE, DATE, BIRTH})
_SCORE: Final = 0.7
# Digits of the shortest number that is dialled in full; beside a word that says that it is one, two fewer.
_LEAST: Final = 7
_LEAST_CALLED: Final = 5
_LEAST_WORDS: Final = 4

_DIGITS: Final = {
    word: str(n) for n, word in enumerate("zero one two three four five six seven eight nine".split())
} | {"oh": "0", "o": "0", "nought": "0", "naught": "0"}  # fmt: skip
_TEENS: Final = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_TIMES: Final = {"double": 2, "triple": 3, "treble": 3}
_UNIT: Final = "one|two|three|four|five|six|seven|eight|nine"
_ONE: Final = (
    rf"(?:(?:{'|'.join(_TIMES)})[ -](?:{'|'.join(_DIGITS)})|(?:{'|'.join(_TENS)})(?:[ -](?:{_UNIT}))?"
    rf"|{'|'.join(_TEENS)}|{'|'.join(_DIGITS)}|plus)"
)
_RUN: Final = regex.compile(rf"(?i)(?<![\p{{L}}\d-])(?:{_ONE})(?:(?:,? | ?- ?){_ONE})+(?![\p{{L}}\d-])")
_WORD: Final = regex.compile(r"\p{L}+")
_CALLED: Final = regex.compile(
    r"(?i)\b(?:number|phone|telephone|mobile|cell|fax|extension|call|ring|dial|text|reach|try|back|tel)\b[^.!?\n]{0,30}$"
)
_BEFORE: Final = 48

_ORDINAL: Final = (
    r"(?:twenty|thirty)[ -](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|first|second|third|fourth|fifth|sixth|seventh"
    r"|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth"
)
_MONTH: Final = r"january|february|march|april|may|june|july|august|september|october|november|december"
# Months that are other words too need more beside them than an ordinal: "it may first be tried", "the second march".
_CLEAR_MONTH: Final = _MONTH.replace("march|", "").replace("may|", "").replace("august|", "")
_TWO: Final = rf"(?:(?:{'|'.join(_TENS)})(?:[ -](?:{_UNIT}))?|{'|'.join(_TEENS)}|oh[ -](?:{_UNIT})|hundred)"
_YEAR: Final = (
    rf"(?:nineteen[ -]{_TWO}|twenty[ -]{_TWO}|two thousand(?: and)?(?: (?:{'|'.join(_TEENS)}|{_UNIT}|twenty(?:[ -](?:{_UNIT}))?))?"
    r"|(?:19|20)\d\d)"
)
_DATE: Final = regex.compile(
    rf"(?i)(?<![\p{{L}}\d-])(?:(?:the )?(?:{_ORDINAL}|\d{{1,2}}(?:st|nd|rd|th)?) of (?:{_MONTH})(?:,? {_YEAR})?"
    rf"|(?:the )?(?:{_ORDINAL}|\d{{1,2}}(?:st|nd|rd|th)?) (?:{_MONTH}),? {_YEAR}|(?:the )?(?:{_ORDINAL}) (?:{_CLEAR_MONTH})"
    rf"|(?:{_MONTH}) (?:the )?(?:{_ORDINAL}|\d{{1,2}}(?:st|nd|rd|th)?),? {_YEAR}|(?:{_MONTH}) the (?:{_ORDINAL})"
    rf"|(?:{_CLEAR_MONTH}) (?:{_ORDINAL})"
    rf"|(?:{_MONTH}),? (?!(?:19|20)\d){_YEAR})(?![\p{{L}}\d-])"
)
_BORN: Final = regex.compile(r"(?i)\b(?:born|birth\w*|d\.?o\.?b\.?)\b[^.!?\n]{0,30}$")


def find_said(text: str) -> list[Span]:
    """Spans of telephone numbers and dates in words."""
    return [*_numbers(text), *_dates(text)]


def _dates(text: str) -> Iterator[Span]:
    for match in _DATE.finditer(text):
        born = _BORN.search(text, max(0, match.start() - _BEFORE), match.start())
        yield Span(BIRTH if born else DATE, match.start(), match.end(), _SCORE)


def _numbers(text: str) -> Iterator[Span]:
    for match in _RUN.finditer(text):
        digits, words = _dialled(match.group()), len(_WORD.findall(match.group()))
        called = _CALLED.search(text, max(0, match.start() - _BEFORE), match.start()) is not None
        if words < _LEAST_WORDS or len(digits) < (_LEAST_CALLED if called else _LEAST) or _is_counted(digits):
            continue
        # "Five, six, seven, four, eight, two, nine" are readings: a number that is said has groups between its commas.
        if called or all(len(_dialled(group)) > 1 for group in match.group().split(",")):
            yield Span(PHONE, match.start(), match.end(), _SCORE)


def _dialled(said: str) -> str:
    """The digits that the words say: "double two" is 22, "forty-four" is 44."""
    digits, times = "", 1
    tens = False
    for word in _WORD.findall(said.lower()):
        if word in _TIMES:
            times = _TIMES[word]
            continue
        if word in _DIGITS:
            digits = digits[:-1] + _DIGITS[word] if tens and word != "oh" else digits + _DIGITS[word] * times
        elif word in _TENS or word in _TEENS:
            digits += f"{_TENS.index(word) + 2 if word in _TENS else 1}0"
        tens, times = word in _TENS, 1
    return digits


def _is_counted(digits: str) -> bool:
    """ "One two three four five six seven": somebody counts."""
    steps = {int(b) - int(a) for a, b in pairwise(digits)}
    return len(steps) == 1 and steps <= {1, -1}
