"""Calibration of the reader on questions of articles that it was not trained on, and its risk-coverage curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.language.sentences import sentences
from assistant.reading.focus import focus
from assistant.reading.reader import SIGNALS, Reader
from assistant.tune.reader_data import Example

Doubles = npt.NDArray[np.float64]
# Penalty of the logistic weights; cross-validated ranking of the alignment signals: 0.706 at 1, 0.708 at 10, 0.709 at 100.
RIDGE = 10.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question read: its signals, whether it is answerable, and whether a release of it would be right.

    `sentence_right`: the sentences of the span hold the gold answer. `focus_right`: the focused text (80 words) holds it.
    """

    group: str
    signals: Doubles
    answerable: bool
    sentence_right: bool
    focus_right: bool


def outcomes(reader: Reader, examples: Sequence[Example]) -> list[Outcome]:
    """Read every example as the run time would."""
    found = []
    for example in examples:
        chosen = focus(example.question, example.context)
        (span,), (values,) = reader.measure(example.question, [chosen])
        place = chosen.find(example.start, example.end) if example.start >= 0 else None
        inside = [s for s in sentences(chosen.text) if s.start < span.end and s.end > span.start]
        right = place is not None and bool(inside) and inside[0].start <= place[0] and place[1] <= inside[-1].end
        found.append(Outcome(example.group, values, example.answerable, right, place is not None))
    return found


def fit(rows: Doubles, labels: Doubles, ridge: float = RIDGE, rounds: int = 50) -> Doubles:
    """Logistic regression by Newton's method with an L2 penalty on the weights of the standardised signals.

    Column 0 is the bias and is not penalised. The weights returned are those of the signals as they are.
    """
    centre, spread = rows[:, 1:].mean(axis=0), np.maximum(rows[:, 1:].std(axis=0), 1e-9)
    scaled = np.concatenate([rows[:, :1], (rows[:, 1:] - centre) / spread], axis=1)
    weights = np.zeros(rows.shape[1])
    penalty = np.full(rows.shape[1], ridge)
    penalty[0] = 1e-6
    for _ in range(rounds):
        probability = 1.0 / (1.0 + np.exp(-scaled @ weights))
        gradient = scaled.T @ (probability - labels) + penalty * weights
        bend = (scaled * (probability * (1 - probability))[:, None]).T @ scaled + np.diag(penalty)
        step = np.linalg.solve(bend, gradient)
        weights -= step
        if np.abs(step).max() < 1e-8:
            break
    weights[1:] /= spread
    weights[0] -= float(weights[1:] @ centre)
    return weights


def calibration(found: Sequence[Outcome]) -> dict[str, float]:
    """Weights by signal, fitted to `focus_right` on all outcomes."""
    rows = np.stack([o.signals for o in found])
    weights = fit(rows, np.array([float(o.focus_right) for o in found]))
    return dict(zip(SIGNALS, weights.tolist(), strict=True))


def held_out(found: Sequence[Outcome]) -> Doubles:
    """Probability of each outcome under weights fitted on the other articles only."""
    groups = np.array([o.group for o in found])
    rows = np.stack([o.signals for o in found])
    labels = np.array([float(o.focus_right) for o in found])
    probability = np.zeros(len(found))
    for group in sorted(set(groups.tolist())):
        inside = groups == group
        weights = fit(rows[~inside], labels[~inside])
        probability[inside] = 1.0 / (1.0 + np.exp(-rows[inside] @ weights))
    return probability


@dataclass(frozen=True, slots=True)
class Point:
    """One operating point: release where the probability reaches `threshold`."""

    threshold: float
    precision: float
    coverage: float
    refused: float


def curve(probability: Doubles, found: Sequence[Outcome], whole: bool, coverages: Sequence[float]) -> list[Point]:
    """The points where the coverage of right answers first reaches each of `coverages`.

    `whole` judges the focused text instead of the span's sentences. Coverage counts right releases among the answerable,
    `refused` the unanswerable that are not released.
    """
    order = np.argsort(-probability, kind="stable")
    answerable = np.array([o.answerable for o in found])
    right = np.array([o.focus_right if whole else o.sentence_right for o in found])[order]
    precision = np.cumsum(right) / np.arange(1, len(order) + 1)
    coverage = np.cumsum(right) / max(1, answerable.sum())
    refused = 1.0 - np.cumsum(~answerable[order]) / max(1, (~answerable).sum())
    points = []
    for wanted in coverages:
        at = int(np.argmax(coverage >= wanted))
        if coverage[at] >= wanted:
            threshold = float(probability[order[at]])
            points.append(Point(threshold, float(precision[at]), float(coverage[at]), float(refused[at])))
    return points


def ranking(score: Doubles, found: Sequence[Outcome]) -> float:
    """Area under the ROC curve of `score` for answerable against unanswerable."""
    answerable = np.array([o.answerable for o in found])
    order = np.argsort(score, kind="stable")
    ranks = np.empty(len(order))
    ranks[order] = np.arange(1, len(order) + 1)
    positive = int(answerable.sum())
    negative = len(order) - positive
    return float((ranks[answerable].sum() - positive * (positive + 1) / 2) / max(1, positive * negative))


def expected_error(probability: Doubles, found: Sequence[Outcome], bins: int = 10) -> float:
    """Expected calibration error against `focus_right` in equal-width bins."""
    right = np.array([float(o.focus_right) for o in found])
    index = np.minimum((probability * bins).astype(int), bins - 1)
    total = 0.0
    for which in range(bins):
        inside = index == which
        if inside.any():
            total += float(inside.sum()) * abs(float(right[inside].mean() - probability[inside].mean()))
    return total / len(found)
