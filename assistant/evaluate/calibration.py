"""The risk-coverage dial: from a site's reviewed questions to the line above which answers are right often enough.

Every question is asked with all lines at nothing, so that each has an answer and how sure it is. A line is then read off in two
ways: by a lower bound of the precision above it (Clopper and Pearson 1934; lines are tested from the surest down and the first that
fails ends it, the fixed-sequence test of Angelopoulos et al. 2021, "Learn then test"), and by isotonic regression of rightness on
sureness (pool adjacent violators). Which of the two is offered is decided by what they reach on documents that they were not fitted on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

CONFIDENCE: Final = 0.9
FOLDS: Final = 4
# Points of the curve that a policy is given.
_LINES: Final = (*(round(0.3 + 0.05 * step, 2) for step in range(14)), 0.97, 0.99)
Method = Literal["bound", "isotonic"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One reviewed question: how sure the answer was (0 to 1), whether it was right, and the document that folds are cut by."""

    sure: float
    right: bool
    group: str


@dataclass(frozen=True, slots=True)
class Point:
    """What lies above a line: precision, the lower bound of it, and the share of all questions that is answered rightly."""

    line: float
    precision: float
    low: float
    coverage: float
    answered: int


@dataclass(frozen=True, slots=True)
class Dial:
    """The line for a wanted precision; `line` None: no line reaches it on these questions."""

    wanted: float
    method: Method
    line: float | None
    apart: dict[Method, tuple[float, float]]
    """For each method the precision and the coverage that it reached on documents it was not fitted on."""

    curve: tuple[Point, ...]


def lower_bound(right: int, of: int, confidence: float = CONFIDENCE) -> float:
    """One-sided Clopper-Pearson lower bound of a rate, by bisection; 0 for nothing seen."""
    if of == 0 or right == 0:
        return 0.0
    low, high = 0.0, right / of
    for _ in range(60):
        middle = (low + high) / 2
        # The chance of as many or more right ones, were this the rate.
        tail = sum(_binomial(k, of, middle) for k in range(right, of + 1))
        low, high = (middle, high) if tail < 1 - confidence else (low, middle)
    return low


def _binomial(k: int, n: int, p: float) -> float:
    if p in (0.0, 1.0):
        return float(k == n * p)
    chosen = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return math.exp(chosen + k * math.log(p) + (n - k) * math.log1p(-p))


def point(outcomes: Sequence[Outcome], line: float, confidence: float = CONFIDENCE) -> Point:
    """What the outcomes say of a line."""
    above = [one for one in outcomes if one.sure >= line]
    right = sum(one.right for one in above)
    precision = right / len(above) if above else 1.0
    return Point(line, precision, lower_bound(right, len(above), confidence), right / max(1, len(outcomes)), len(above))


def by_bound(outcomes: Sequence[Outcome], wanted: float, confidence: float = CONFIDENCE) -> float | None:
    """The lowest line whose bound, and that of every line above it that could reach the precision, is high enough."""
    found = None
    for line in sorted({one.sure for one in outcomes}, reverse=True):
        above = point(outcomes, line, confidence)
        if lower_bound(above.answered, above.answered, confidence) < wanted:
            # Too few to reach it even if all were right: nothing is said of this line.
            continue
        if above.low < wanted:
            break
        found = line
    return found


def isotonic(outcomes: Sequence[Outcome]) -> list[tuple[float, float]]:
    """(sureness, share right) by pool adjacent violators, rising."""
    blocks: list[list[float]] = []
    for one in sorted(outcomes, key=lambda o: o.sure):
        blocks.append([one.sure, float(one.right), 1.0])
        while len(blocks) > 1 and blocks[-2][1] / blocks[-2][2] >= blocks[-1][1] / blocks[-1][2]:
            _, right, count = blocks.pop()
            blocks[-1][1] += right
            blocks[-1][2] += count
    return [(start, right / count) for start, right, count in blocks]


def by_isotonic(outcomes: Sequence[Outcome], wanted: float) -> float | None:
    """The lowest line above which the fitted shares average the precision."""
    steps = isotonic(outcomes)
    fitted = [max(share for start, share in steps if start <= one.sure) for one in outcomes]
    found = None
    for line in sorted({one.sure for one in outcomes}, reverse=True):
        above = [share for one, share in zip(outcomes, fitted, strict=True) if one.sure >= line]
        if sum(above) / len(above) >= wanted:
            found = line
    return found


def dial(outcomes: Sequence[Outcome], wanted: float, confidence: float = CONFIDENCE) -> Dial:
    """The line for a wanted precision, by the method that holds on documents apart; the bound where neither does.

    Raises ValueError for no outcomes, or a precision that is not between 0 and 1.
    """
    if not outcomes or not 0 < wanted < 1:
        raise ValueError("outcomes and a precision between 0 and 1 are needed")
    methods: dict[Method, Callable[[Sequence[Outcome]], float | None]] = {
        "bound": lambda rows: by_bound(rows, wanted, confidence),
        "isotonic": lambda rows: by_isotonic(rows, wanted),
    }
    apart = {name: _apart(outcomes, method) for name, method in methods.items()}
    holding = [name for name, (precision, _) in apart.items() if precision >= wanted]
    method: Method = max(holding, key=lambda name: apart[name][1]) if holding else "bound"
    curve = tuple(point(outcomes, line, confidence) for line in _LINES)
    return Dial(wanted, method, methods[method](outcomes), apart, curve)


def _apart(outcomes: Sequence[Outcome], method: Callable[[Sequence[Outcome]], float | None]) -> tuple[float, float]:
    """Precision and coverage over folds of documents, each judged by the line of the others."""
    groups = sorted({one.group for one in outcomes})
    shown: list[Outcome] = []
    for fold in range(FOLDS):
        own = set(groups[fold::FOLDS])
        others = [one for one in outcomes if one.group not in own]
        line = method(others) if others else None
        shown += [one for one in outcomes if one.group in own and line is not None and one.sure >= line]
    right = sum(one.right for one in shown)
    return (right / len(shown) if shown else 1.0), right / len(outcomes)
