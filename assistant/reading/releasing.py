"""How sure is it that the passage chosen among those that a search found holds the answer?

The reader judges each passage by itself. Among eight it is likelier right where the search thinks highly of the passage too,
and where no other passage comes near: `assistant/tune/release_calibrate.py` fits both on articles that were never trained on,
searched as a vault is, with the answer's passage taken away from some of the questions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# What a point of the search's score weighs beside the reader's logit when a passage is chosen; 3 and 5 do as well.
SEARCHED: Final = 4.0
# Bias, the reader's logit, the search's score, the lead over the next passage.
WEIGHTS: Final = (-2.9, 0.55, 2.17, 0.38)
# A lead of more says nothing more.
_MOST_LEAD: Final = 5.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """One passage read: the reader's probability and the search's fused score, both 0 to 1."""

    answerable: float
    score: float

    @property
    def merit(self) -> float:
        """What candidates are compared by."""
        return logit(self.answerable) + SEARCHED * self.score


def lead(merits: Sequence[float], at: int) -> float:
    """How far a candidate is ahead of the best other one; negative where another is better."""
    others = [merit for i, merit in enumerate(merits) if i != at]
    return min(merits[at] - max(others), _MOST_LEAD) if others else _MOST_LEAD


def signals(candidates: Sequence[Candidate], at: int) -> tuple[float, float, float, float]:
    """What the probability is made of, in the order of WEIGHTS."""
    one = candidates[at]
    return 1.0, logit(one.answerable), one.score, lead([c.merit for c in candidates], at)


def probability(candidates: Sequence[Candidate], at: int) -> float:
    """How sure it is, 0 to 1, that the candidate's span answers."""
    total = sum(weight * value for weight, value in zip(WEIGHTS, signals(candidates, at), strict=True))
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, total))))


def logit(chance: float) -> float:
    """The log odds of a probability, held away from certainty."""
    inside = min(max(chance, 1e-4), 1 - 1e-4)
    return math.log(inside / (1 - inside))
