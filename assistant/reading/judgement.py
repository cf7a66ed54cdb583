"""What reading hands on: a stretch that answers, a study's yes or no, or nothing and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, TypeAlias


class Place(NamedTuple):
    """Character offsets in a passage's text, end exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of a passage answers: `answer` stands at `place` of the passage of evidence `n`.

    `sure` is the reader's probability, 0 to 1. `aside` are sentences, by number and text, that speak of other things or
    other cases than the question: they are not shown beside the answer. `beside` are sentences of the passage that the reader could
    not tell from the one it chose, `ties` stretches of other evidence (by number) of which it is as sure.
    """

    answer: str
    n: int
    place: Place
    sure: float
    aside: frozenset[tuple[int, str]] = frozenset()
    beside: tuple[Place, ...] = ()
    ties: tuple[tuple[int, Place], ...] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """A study says yes or no, by the sentence at `place` of evidence `n`; `sure` is the probability of that, 0.5 to 1."""

    word: Literal["Yes", "No"]
    n: int
    place: Place
    sure: float


@dataclass(frozen=True, slots=True)
class Nothing:
    """No answer was found; `reason` is a sentence for people, empty where nobody read. `sure` says how near it was, 0 to 1.

    `near`: whether the passages speak of what was asked, so that a person may judge them. `likely`: where in each evidence,
    by number, an answer would stand.
    """

    reason: str = ""
    sure: float = 0.0
    near: bool = False
    likely: Mapping[int, Place] = field(default_factory=dict)


Judgement: TypeAlias = Found | Decided | Nothing
UNREAD: Final = Nothing(near=True)
