"""Rates with intervals, gaps between groups, and what is left of them after correction for many comparisons.

A rate has a Wilson score interval (Wilson 1927), which holds for rates near 0 and 1 and small numbers; a gap between groups
has a percentile bootstrap interval (Efron 1979) and a permutation p-value (Phipson and Smyth 2010: never zero); many p-values
are corrected by Holm 1979 (family-wise error) or Benjamini and Hochberg 1995 (false discoveries).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

RESAMPLES: Final = 2000
PERMUTATIONS: Final = 2000
_SEED: Final = 11
_Z: Final = 1.959964  # 97.5% quantile of the normal distribution


class Rate(NamedTuple):
    """A share with its 95% Wilson interval and the number of items."""

    value: float
    low: float
    high: float
    n: int


class Gap(NamedTuple):
    """The largest difference between the means of two groups, with its 95% bootstrap interval and permutation p-value."""

    value: float
    low: float
    high: float
    highest: str
    lowest: str
    p: float


def rate(values: Sequence[bool]) -> Rate:
    """The share of true values with its Wilson interval; nothing gives 0 with the interval 0 to 1."""
    n = len(values)
    if not n:
        return Rate(0.0, 0.0, 1.0, 0)
    share = sum(values) / n
    middle = (share + _Z * _Z / (2 * n)) / (1 + _Z * _Z / n)
    half = _Z / (1 + _Z * _Z / n) * math.sqrt(share * (1 - share) / n + _Z * _Z / (4 * n * n))
    return Rate(share, max(0.0, middle - half), min(1.0, middle + half), n)


def mean_interval(values: Sequence[float], resamples: int = RESAMPLES) -> tuple[float, float, float]:
    """Mean with 95% percentile bootstrap interval; the same values give the same interval."""
    if not values:
        return 0.0, 0.0, 0.0
    items = np.asarray(values, np.float64)
    draws = np.random.default_rng(_SEED).integers(0, len(items), (resamples, len(items)))
    low, high = np.percentile(items[draws].mean(axis=1), [2.5, 97.5])
    return float(items.mean()), float(low), float(high)


def gap(groups: Mapping[str, Sequence[float]]) -> Gap:
    """The gap between the highest and the lowest group mean.

    The interval resamples inside each group and takes the gap between the same two groups; p is the share of random
    assignments of items to groups (sizes kept) that give a largest gap at least as wide.
    """
    filled = {name: np.asarray(values, np.float64) for name, values in groups.items() if len(values)}
    if len(filled) < 2:
        return Gap(0.0, 0.0, 0.0, "", "", 1.0)
    means = {name: float(values.mean()) for name, values in filled.items()}
    highest, lowest = max(means, key=lambda n: means[n]), min(means, key=lambda n: means[n])
    seen = means[highest] - means[lowest]
    random = np.random.default_rng(_SEED)
    draws = [
        filled[name][random.integers(0, len(filled[name]), (RESAMPLES, len(filled[name])))].mean(axis=1)
        for name in (highest, lowest)
    ]
    low, high = np.percentile(draws[0] - draws[1], [2.5, 97.5])
    pool = np.concatenate(list(filled.values()))
    cuts = np.cumsum([len(values) for values in filled.values()])[:-1]
    wide = 0
    for _ in range(PERMUTATIONS):
        shares = [part.mean() for part in np.split(random.permutation(pool), cuts)]
        wide += max(shares) - min(shares) >= seen - 1e-12
    return Gap(seen, float(low), float(high), highest, lowest, (wide + 1) / (PERMUTATIONS + 1))


def paired_gap(groups: Mapping[str, Mapping[str, float]]) -> Gap:
    """`gap` where each group has a value for each of the same questions; a question that a group lacks is left out.

    The interval resamples questions, with all groups' values of each; p shuffles the groups inside each question. Groups
    that are treated alike in every question have the gap 0 with the interval 0 to 0, however few the questions.
    """
    shared = sorted(set.intersection(*(set(values) for values in groups.values()))) if groups else []
    if len(groups) < 2 or not shared:
        return Gap(0.0, 0.0, 0.0, "", "", 1.0)
    names = sorted(groups)
    table = np.array([[groups[name][question] for question in shared] for name in names])
    means = table.mean(axis=1)
    highest, lowest = int(means.argmax()), int(means.argmin())
    seen = float(means[highest] - means[lowest])
    random = np.random.default_rng(_SEED)
    draws = (table[highest] - table[lowest])[random.integers(0, len(shared), (RESAMPLES, len(shared)))].mean(axis=1)
    low, high = np.percentile(draws, [2.5, 97.5])
    wide = 0
    for _ in range(PERMUTATIONS):
        shares = random.permuted(table, axis=0).mean(axis=1)
        wide += float(shares.max() - shares.min()) >= seen - 1e-12
    return Gap(seen, float(low), float(high), names[highest], names[lowest], (wide + 1) / (PERMUTATIONS + 1))


def holm(p: Sequence[float]) -> list[float]:
    """p-values adjusted by Holm's step-down procedure: below alpha, they are so for the family of all."""
    order = sorted(range(len(p)), key=lambda i: p[i])
    adjusted, running = [0.0] * len(p), 0.0
    for place, i in enumerate(order):
        running = max(running, min(1.0, (len(p) - place) * p[i]))
        adjusted[i] = running
    return adjusted


def benjamini_hochberg(p: Sequence[float]) -> list[float]:
    """p-values adjusted for the false-discovery rate by Benjamini and Hochberg's step-up procedure."""
    order = sorted(range(len(p)), key=lambda i: p[i], reverse=True)
    adjusted, running = [0.0] * len(p), 1.0
    for place, i in enumerate(order):
        running = min(running, p[i] * len(p) / (len(p) - place))
        adjusted[i] = running
    return adjusted
