"""What reading hands on: a stretch that answers, a study's yes or no, or nothing and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from assistant.types import Evidence


@dataclass(frozen=True, slots=True)
class Bearing:
    """Which evidence bears on the question.

    `numbers` of the evidence that does, None for all of it; `aside` are quotes, by number and text, that speak of other
    things than the question and are not shown beside the answer.
    """

    numbers: frozenset[int] | None = None
    aside: frozenset[tuple[int, str]] = frozenset()

    def usable(self, evidence: Sequence[Evidence]) -> list[Evidence]:
        """The evidence that bears on the question, without the quotes set aside; what no quote is left of is left out."""
        kept = [item for item in evidence if self.numbers is None or item.n in self.numbers]
        trimmed = [
            replace(item, quotes=tuple(quote for quote in item.quotes if (item.n, quote.text) not in self.aside))
            for item in kept
        ]
        return [item for item in trimmed if item.quotes]


ALL: Final = Bearing()


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of a passage answers: `answer` stands at `start` of the document behind evidence `n`.

    `sure` is the reader's probability, 0 to 1.
    """

    answer: str
    n: int
    start: int
    sure: float
    bearing: Bearing = ALL


@dataclass(frozen=True, slots=True)
class Decided:
    """A study says yes or no, by a sentence of evidence `n`; `sure` is the probability of that, 0.5 to 1."""

    word: Literal["Yes", "No"]
    n: int
    sentence: str
    sure: float


@dataclass(frozen=True, slots=True)
class Nothing:
    """No answer was found; `reason` is a sentence for people, empty where nobody read. `sure` says how near it was, 0 to 1."""

    reason: str = ""
    sure: float = 0.0


Judgement: TypeAlias = Found | Decided | Nothing
UNREAD: Final = Nothing()
