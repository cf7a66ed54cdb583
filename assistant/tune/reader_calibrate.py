"""Calibration of the reader: probabilities from its signals, fitted on rows whose articles were never trained on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from assistant.reading.focus import focus
from assistant.reading.network import Network
from assistant.reading.reader import SIGNALS, Reader, Seen
from assistant.tune.reader_data import Row

Doubles = npt.NDArray[np.float64]
RIDGE: Final = 20.0
_CHOICE_RIDGE: Final = 0.02
# A mined negative stands for one of the many near passages that a search returns; one weighs less than a written one.
_MINED: Final = 0.5


def fit(
    rows: Doubles, labels: Doubles, weights: Doubles | None = None, ridge: float = RIDGE, rounds: int = 50
) -> Doubles:
    """Logistic regression by Newton's method with an L2 penalty on the weights of the standardised signals.

    Column 0 is the bias and is not penalised. The weights returned are those of the signals as they are.
    """
    trust = np.ones(len(labels)) if weights is None else weights
    centre, spread = rows[:, 1:].mean(axis=0), np.maximum(rows[:, 1:].std(axis=0), 1e-9)
    scaled = np.concatenate([rows[:, :1], (rows[:, 1:] - centre) / spread], axis=1)
    found = np.zeros(rows.shape[1])
    penalty = np.full(rows.shape[1], ridge)
    penalty[0] = 1e-6
    for _ in range(rounds):
        probability = 1.0 / (1.0 + np.exp(-scaled @ found))
        gradient = scaled.T @ (trust * (probability - labels)) + penalty * found
        bend = (scaled * (trust * probability * (1 - probability))[:, None]).T @ scaled + np.diag(penalty)
        step = np.linalg.solve(bend, gradient)
        found -= step
        if np.abs(step).max() < 1e-8:
            break
    found[1:] /= spread
    found[0] -= float(found[1:] @ centre)
    return found


def measured(reader: Reader, rows: Sequence[Row]) -> tuple[Doubles, Doubles, Doubles]:
    """Signals, labels and weights of rows that were not trained on, read as the run time reads them.

    The label is whether the focused text holds the answer: what lies outside of it the reader cannot know.
    """
    values, labels, weights = [], [], []
    for row in rows:
        seen = _seen(reader, row)
        values.append(seen.signals())
        kept = row.start < 0 or bool(_answering(seen, row))
        labels.append(float(bool(row.label) and kept))
        weights.append(_MINED if row.source.endswith("(near)") else 1.0)
    return np.stack(values), np.array(labels), np.array(weights)


def _seen(reader: Reader, row: Row) -> Seen:
    """A row as the run time reads it: written ones under their title and heading."""
    return reader.see(row.question, row.passage, row.title if row.loose else "")


def _answering(seen: Seen, row: Row) -> list[int]:
    """The sentences read that hold the answer, or some of it where the row says no more than about where."""
    if row.loose:
        return [i for i, (_, left, right) in enumerate(seen.choice.spans) if left < row.end and row.start < right]
    return [i for i, (_, left, right) in enumerate(seen.choice.spans) if left <= row.start and row.end <= right]


def calibration(reader: Reader, rows: Sequence[Row]) -> dict[str, float]:
    """Weights by signal."""
    return dict(zip(SIGNALS, fit(*measured(reader, rows)).tolist(), strict=True))


def choice(reader: Reader, rows: Sequence[Row]) -> Doubles:
    """Weights of `assistant.reading.sentence_selection`: a softmax over the sentences of answerable rows, with an L2 penalty."""
    cases = []
    for row in rows:
        seen = _seen(reader, row)
        at = _answering(seen, row)
        if row.label and at and len(seen.choice.spans) > 1:
            cases.append((seen.choosing(), at[0]))
    return softmax(cases)


def softmax(cases: Sequence[tuple[Doubles, int]], rounds: int = 100) -> Doubles:
    """Weights under which the right row of each case is likeliest (Newton's method); signals are scaled for the penalty."""
    spread = np.maximum(np.concatenate([rows for rows, _ in cases]).std(axis=0), 1e-9)
    found = np.zeros(len(spread))
    penalty = _CHOICE_RIDGE * len(cases)
    for _ in range(rounds):
        slope, bend = -penalty * found, np.eye(len(found)) * penalty
        for rows, right in cases:
            scaled = rows / spread
            odds = scaled @ found
            share = np.exp(odds - odds.max())
            share /= share.sum()
            mean = share @ scaled
            slope += scaled[right] - mean
            bend += (scaled * share[:, None]).T @ scaled - np.outer(mean, mean)
        step = np.linalg.solve(bend, slope)
        found += step
        if np.abs(step).max() < 1e-8:
            break
    scaled_back: Doubles = found / spread
    return scaled_back


def support_scale(network: Network, rows: Sequence[Row]) -> float:
    """The factor on the support logits that makes their probability of "supported" likeliest on pairs not trained on."""
    reads = [network.run([(row.question, focus(row.question, row.passage, 120).text)])[0].support for row in rows]
    logits = np.stack(reads).astype(np.float64)
    truth = np.array([row.label == 0 for row in rows])

    def loss(scale: float) -> float:
        odds = logits * scale
        odds -= odds.max(axis=1, keepdims=True)
        supported = np.exp(odds[:, 0]) / np.exp(odds).sum(axis=1)
        return float(-np.log(np.where(truth, supported, 1 - supported) + 1e-9).mean())

    return min((s / 20 for s in range(5, 50)), key=loss)
