"""Ranking measures as trec_eval and BEIR define them, and bootstrap intervals. Nothing here knows how a ranking was made."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

Judgements = Mapping[str, int]
"""Document id to grade; a grade of 0 or an absent document is not relevant."""

RESAMPLES: Final = 2000
_SEED: Final = 11


class Interval(NamedTuple):
    """A mean and its 95% bootstrap percentile interval."""

    mean: float
    low: float
    high: float


def ndcg(ranking: Sequence[str], relevant: Judgements, k: int = 10) -> float:
    """Normalised discounted cumulative gain with gains as graded and log2 discounts (trec_eval's ndcg_cut)."""
    gained = sum(relevant.get(d, 0) / math.log2(i + 2) for i, d in enumerate(ranking[:k]))
    ideal = sum(g / math.log2(i + 2) for i, g in enumerate(sorted(relevant.values(), reverse=True)[:k]))
    return gained / ideal if ideal > 0 else 0.0


def recall(ranking: Sequence[str], relevant: Judgements, k: int = 100) -> float:
    """Share of the relevant documents among the first k."""
    wanted = {d for d, grade in relevant.items() if grade > 0}
    return len(wanted.intersection(ranking[:k])) / len(wanted) if wanted else 0.0


def reciprocal_rank(ranking: Sequence[str], relevant: Judgements, k: int = 10) -> float:
    """One over the place of the first relevant document among the first k; 0 where there is none."""
    return next((1.0 / (i + 1) for i, d in enumerate(ranking[:k]) if relevant.get(d, 0) > 0), 0.0)


def average_precision(ranking: Sequence[str], relevant: Judgements) -> float:
    """Mean over the relevant documents of the precision at their places; those not found count 0."""
    hits, total = 0, 0.0
    for i, d in enumerate(ranking):
        if relevant.get(d, 0) > 0:
            hits += 1
            total += hits / (i + 1)
    wanted = sum(1 for grade in relevant.values() if grade > 0)
    return total / wanted if wanted else 0.0


def bootstrap(values: Sequence[float], resamples: int = RESAMPLES) -> Interval:
    """The mean with a 95% percentile interval over resampled items (Efron 1979); the same values give the same interval."""
    if not values:
        return Interval(0.0, 0.0, 0.0)
    items = np.asarray(values, np.float64)
    draws = np.random.default_rng(_SEED).integers(0, len(items), (resamples, len(items)))
    low, high = np.percentile(items[draws].mean(axis=1), [2.5, 97.5])
    return Interval(float(items.mean()), float(low), float(high))
