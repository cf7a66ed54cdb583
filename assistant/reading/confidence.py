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
# Bias, the reader's logit, the search's score, the lead over the next passage, whether the search has it first, by how much then.
WEIGHTS: Final = (-2.75, 0.44, 1.23, 0.91, 0.89, 1.98)
# Of fewer passages than this the search's lead says nothing: in a small collection something is always first. Bias, logit, score, lead.
FEW: Final = 4
FEW_WEIGHTS: Final = (-5.29, 0.67, 5.54, 0.93)
# A lead of more says nothing more (1, 2 and 3 do nearly as well).
MOST_LEAD: Final = 1.5
# So does the search's, in its own score.
MOST_AHEAD: Final = 0.3


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


def ahead(candidates: Sequence[Candidate], at: int, aside: Collection[int] = ()) -> float:
    """By how much of the search's score a candidate stands before the best other one; negative behind it. Those `aside` are no rivals."""
    others = [one.score for i, one in enumerate(candidates) if i != at and i not in aside]
    return min(candidates[at].score - max(others), MOST_AHEAD) if others else MOST_AHEAD


def signals(candidates: Sequence[Candidate], at: int, aside: Collection[int] = ()) -> tuple[float, ...]:
    """What the probability is made of, in the order of WEIGHTS."""
    one, before = candidates[at], ahead(candidates, at, aside)
    return 1.0, logit(one.answerable), one.score, lead(candidates, at, aside), float(before >= 0), max(before, 0.0)


def probability(candidates: Sequence[Candidate], at: int, aside: Collection[int] = ()) -> float:
    """How sure it is, 0 to 1, that the candidate's span answers."""
    weights = FEW_WEIGHTS if len(candidates) < FEW else WEIGHTS
    total = sum(w * value for w, value in zip(weights, signals(candidates, at, aside), strict=False))
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, total))))


def logit(chance: float) -> float:
    """The log odds of a probability, held away from certainty."""
    inside = min(max(chance, 1e-4), 1 - 1e-4)
    return math.log(inside / (1 - inside))
