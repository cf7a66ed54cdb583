"""Does a rule hold for the case that a question describes? "INR above 8.0, no bleeding: ..." for "INR 8.6, not bleeding" it does.

A reader weighs words, and the line for an INR of 5 to 8 reads just like the one for an INR above 8. So the figures and the
denials of a question are compared with those of each sentence, row or item: by the name before the number ("INR", "eGFR",
"Waterlow"), by body weight, by age, by days of the week, and by what is there or is not ("no bleeding" against "with minor
bleeding"). Only what both name counts; a text that names no such condition is open to every case.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from assistant.language.bounds import bound_at
from assistant.language.quantities import Quantity, quantities
from assistant.language.weekdays import weekdays
from assistant.language.words import STOPWORDS, content_stems, fold
from assistant.reading.snippets import is_row

_KILOGRAM: Final = 1_000_000  # in mg, the base unit of masses
_YEAR: Final = 12  # in months, the base unit
# The name of what a number measures, with the words that may stand between.
_NAMED: Final = re.compile(
    r"(?P<name>[A-Za-z][\w-]*)(?:\s+(?:is|are|of|was|at|score|level|value|count|reading|result|above|below|over|under|less|lower|"
    r"fewer|greater|more|higher|than|or|between|from|about|now|only|just|up|to|=))*\s*[:=(]?\s*(?:[<>≤≥]\s?=?)?\s*$",
    re.I,
)
_OLD: Final = re.compile(
    r"(?P<years>\d{1,3})(?:[ -]?(?:years?|yrs?)[ -]old\b|\s?y/?o\b)|\baged?\s+(?P<aged>\d{1,3})\b", re.I
)
# Whom years are of, where a rule is for an age.
_WHOSE: Final = re.compile(
    r"\b(?:adults?|people|patients?|child(?:ren)?|aged?|those|women|men|anyone|infants?)\b[^.;:]{0,24}$", re.I
)
_ABSENT: Final = re.compile(
    r"\b(?:no|not|without|never|isn't|hasn't|doesn't have|denies)\s+(?:(?:any|an?|the|have|signs? of)\s+)?(\w+)", re.I
)
_PRESENT: Final = re.compile(
    r"\b(?:with|has|have|having)\s+(?:(?:a|an|the|any|minor|major|active|severe|mild|some)\s+)*(\w+)|"
    r"\b(?:is|are|and|if|still)\s+(\w+ing)\b",
    re.I,
)
# A figure that is waited for ("restart when the INR is below 5") is no condition of the case.
_LATER: Final = re.compile(r"\b(?:when|until|once|till)\b[^.;:]*$", re.I)
_CLAUSE: Final = re.compile(r"[.;:,]\s")
_REACH: Final = 60


class Fit(StrEnum):
    """Whether a rule is for a case."""

    HOLDS = "holds"
    OPEN = "open"
    CONTRADICTS = "contradicts"


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured figure and its bounds, None where open; `strict` ends do not belong to it.

    `names`: stems of what it measures, or a measure of a body ("weight", "age").
    """

    names: frozenset[str]
    low: Fraction | None
    high: Fraction | None
    strict: bool = False

    def is_within(self, other: Figure) -> bool:
        """Whether the whole of it lies in the other."""
        open_end = other.strict and not self.strict
        above = other.low is None or (
            self.low is not None and (self.low > other.low or (self.low == other.low and not open_end))
        )
        below = other.high is None or (
            self.high is not None and (self.high < other.high or (self.high == other.high and not open_end))
        )
        return above and below

    def fit(self, asked: Sequence[Figure]) -> Fit:
        """Whether it is one of those that are asked for, which measure the same; open where there are none."""
        if asked and all(self.is_disjoint_from(figure) for figure in asked):
            return Fit.CONTRADICTS
        return Fit.HOLDS if any(self.is_within(figure) for figure in asked) else Fit.OPEN

    def is_disjoint_from(self, other: Figure) -> bool:
        """Whether no number is in both."""
        strict = self.strict or other.strict
        return any(
            low is not None and high is not None and (low > high or (low == high and strict))
            for low, high in ((self.low, other.high), (other.low, self.high))
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text says of a case: its figures, the stems of what it says to be absent or present, and the days that it names."""

    figures: tuple[Figure, ...]
    absent: frozenset[str]
    present: frozenset[str]
    days: frozenset[int] = frozenset()

    @classmethod
    def of(cls, text: str) -> Facts:
        """The facts of a question, a sentence, a row or an item."""
        absent = _stems(_ABSENT, text)
        return cls(tuple(_figures(text)), absent, _stems(_PRESENT, text) - absent, weekdays(text))

    def fit(self, rule: str) -> Fit:
        """Whether a rule is for this case."""
        if not self.figures and not self.absent and not self.present:
            return Fit.OPEN
        other = Facts.of(rule)
        if self.absent & other.present or self.present & other.absent:
            return Fit.CONTRADICTS
        held = bool(self.absent & other.absent)
        for mine in self.figures:
            fit = mine.fit([figure for figure in other.figures if figure.names & mine.names])
            if fit is Fit.CONTRADICTS:
                return fit
            held = held or fit is Fit.HOLDS
        return Fit.HOLDS if held else Fit.OPEN

    def is_for_other_days(self, row: str) -> bool:
        """Whether the first cell of a row names days, and none of this case.

        In prose a day is as often what comes of it ("arrives on Monday"). What a reader reads stays whole: a row for other days tells
        it what the table is about.
        """
        days = weekdays(row.partition(";")[0]) if self.days and is_row(row) else frozenset()
        return bool(days) and not self.days & days


def _figures(text: str) -> list[Figure]:
    found: list[Figure] = []
    given = quantities(text)
    # "Aged 2 to 4", "under 12 years old": with an end or a bound the number is no exact age.
    ranges = [quantity.start for quantity in given if quantity.bound or quantity.low != quantity.high]
    years = [match for match in _OLD.finditer(text) if not any(match.start() <= at < match.end() for at in ranges)]
    for match in years:
        age = Fraction(match["years"] or match["aged"])
        found.append(Figure(frozenset({"age"}), age, age))
    for quantity in given:
        if any(match.start() <= quantity.start < match.end() for match in years):
            continue
        if figure := _figure(text, quantity, found):
            found.append(figure)
    return found


def _figure(text: str, quantity: Quantity, earlier: Sequence[Figure]) -> Figure | None:
    numbers: Sequence[Fraction] = quantity.written or (quantity.low, quantity.high)
    low, high = min(numbers), max(numbers)
    before = text[max(0, quantity.start - _REACH) : quantity.start]
    if _LATER.search(before):
        return None
    if quantity.unit == "mg" and quantity.low == low * _KILOGRAM:
        return _bounded({"weight"}, low, high, quantity.bound)
    if quantity.unit == "month" and quantity.low == low * _YEAR:
        aged = (quantity.bound or low != high) and _WHOSE.search(before)
        return _bounded({"age"}, low, high, quantity.bound) if aged else None
    names, bound = _named_before(text, quantity, before)
    if bound or low != high:
        names |= _named_further_off(names, quantity, before, earlier)
    return _bounded(names, low, high, bound) if names else None


def _named_before(text: str, quantity: Quantity, before: str) -> tuple[set[str], str]:
    """What a figure measures by the word just before it, and its bound, which may stand before that: "below eGFR 30"."""
    named = _NAMED.search(before)
    if named is None or fold(named["name"]) in STOPWORDS:
        return set(), quantity.bound
    names = set(content_stems(named["name"])[:1])
    at = quantity.start - len(before) + named.start()
    return names, quantity.bound or (bound_at(text, at, at) if names else "")


def _named_further_off(names: set[str], quantity: Quantity, before: str, earlier: Sequence[Figure]) -> frozenset[str]:
    """What it measures by its clause and the figure before: "INR above the range and below 5.0", "eGFR 30 to 44; stop below 30"."""
    near = frozenset(content_stems(_CLAUSE.split(before)[-1]))
    if quantity.unit or not earlier or any((names | near) & figure.names for figure in earlier):
        return near
    return near | earlier[-1].names


def _bounded(names: Collection[str], low: Fraction, high: Fraction, bound: str) -> Figure:
    if bound in ("<", "<="):
        return Figure(frozenset(names), None, high, bound == "<")
    if bound in (">", ">="):
        return Figure(frozenset(names), low, None, bound == ">")
    return Figure(frozenset(names), low, high)


def _stems(pattern: re.Pattern[str], text: str) -> frozenset[str]:
    return frozenset(
        stem for match in pattern.finditer(text) for group in match.groups() for stem in content_stems(group or "")
    )
