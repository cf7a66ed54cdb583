"""How sure is it that the passage chosen among those that a search found holds the answer?

The reader judges each passage by itself. Among eight it is likelier right where the search thinks highly of the passage and its
document too, and where no other passage comes near: `assistant/tune/release_calibrate.py` fits this on articles that were never
trained on, searched as a vault is, with the answer's passage taken away from some of the questions.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

# What a point of the search's score weighs beside the reader's logit when a passage is chosen: the passage's own, and the best of
# its document. Within a document the reader is the better judge; of documents the search is.
OWN: Final = 1.0
DOCUMENT: Final = 3.0
# Bias, the reader's logit, the search's score, the lead over the next passage.
WEIGHTS: Final = (-3.57, 0.41, 3.41, 1.2)
# A lead of more says nothing more (1, 2 and 3 do nearly as well).
MOST_LEAD: Final = 1.5


@dataclass(frozen=True, slots=True)
class Candidate:
    """One passage read: the reader's probability and the search's fused score, both 0 to 1, and whose passage it is."""

    answerable: float
    score: float
    document: str = ""


def merits(candidates: Sequence[Candidate]) -> list[float]:
    """What candidates are compared by."""
    best: dict[str, float] = {}
    for one in candidates:
        best[one.document] = max(one.score, best.get(one.document, 0.0))
    return [logit(one.answerable) + OWN * one.score + DOCUMENT * best[one.document] for one in candidates]


def lead(candidates: Sequence[Candidate], at: int, aside: Collection[int] = ()) -> float:
    """How far a candidate is ahead of the best other one; negative where another is better. Those `aside` are no rivals."""
    compared = merits(candidates)
    rivals = [merit for i, merit in enumerate(compared) if i != at and i not in aside]
    return min(compared[at] - max(rivals), MOST_LEAD) if rivals else MOST_LEAD


def signals(candidates: Sequence[Candidate], at: int, aside: Collection[int] = ()) -> tuple[float, float, float, float]:
    """What the probability is made of, in the order of WEIGHTS."""
    one = candidates[at]
    return 1.0, logit(one.answerable), one.score, lead(candidates, at, aside)


def probability(candidates: Sequence[Candidate], at: int, aside: Collection[int] = ()) -> float:
    """How sure it is, 0 to 1, that the candidate's span answers."""
    total = sum(w * value for w, value in zip(WEIGHTS, signals(candidates, at, aside), strict=True))
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, total))))


def logit(chance: float) -> float:
    """The log odds of a probability, held away from certainty."""
    inside = min(max(chance, 1e-4), 1 - 1e-4)
    return math.log(inside / (1 - inside))
