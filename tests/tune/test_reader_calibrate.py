"""Calibration, the risk-coverage curve, and the export."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.reading.reader import dequantize
from assistant.tune import reader_calibrate as calibrate
from assistant.tune.reader_calibrate import Outcome
from assistant.tune.reader_export import quantize


def outcome(score: float, answerable: bool, right: bool, group: str = "a") -> Outcome:
    return Outcome(group, np.array([1.0, score]), answerable, right, right)


def test_fit_finds_the_weights_that_made_the_data() -> None:
    rng = np.random.default_rng(1)
    rows = np.concatenate([np.ones((20_000, 1)), rng.normal(3, 2, (20_000, 2))], axis=1)
    true = np.array([-1.0, 0.8, -0.5])
    labels = (rng.random(20_000) < 1 / (1 + np.exp(-rows @ true))).astype(float)
    assert np.allclose(calibrate.fit(rows, labels, ridge=0.01), true, atol=0.1)


def test_held_out_never_sees_its_own_article() -> None:
    rng = np.random.default_rng(2)
    found = []
    for group, sign in (("a", 1), ("b", -1)):
        for _ in range(200):
            label = bool(rng.random() < 0.5)
            found.append(outcome(sign * (1.0 if label else -1.0), label, label, group))
    probability = calibrate.held_out(found)
    # The signal means the opposite in the other article, so that honest probabilities rank the wrong way round.
    assert calibrate.ranking(probability, found) < 0.1


def test_curve_by_hand() -> None:
    found = [outcome(0, True, True), outcome(0, False, False), outcome(0, True, True), outcome(0, False, False)]
    points = calibrate.curve(np.array([0.9, 0.8, 0.7, 0.1]), found, False, (0.5, 1.0))
    assert [(p.threshold, p.precision, p.coverage, p.refused) for p in points] == [
        (0.9, 1.0, 0.5, 1.0),
        (0.7, pytest.approx(2 / 3), 1.0, 0.5),
    ]
    assert calibrate.curve(np.array([0.9, 0.8, 0.7, 0.1]), found[1:2] * 4, False, (0.5,)) == []


def test_ranking_and_calibration_error() -> None:
    found = [outcome(0, True, True), outcome(0, False, False)]
    assert calibrate.ranking(np.array([0.9, 0.1]), found) == 1.0
    assert calibrate.ranking(np.array([0.1, 0.9]), found) == 0.0
    assert calibrate.expected_error(np.array([1.0, 0.0]), found) == 0.0
    assert calibrate.expected_error(np.array([0.0, 1.0]), found) == 1.0


def test_quantized_rows_come_back_within_half_a_step() -> None:
    rng = np.random.default_rng(3)
    matrix = rng.normal(0, 1, (20, 30)).astype(np.float32)
    weights = {"bert.x.weight": matrix, "bert.x.bias": matrix[0], "span.weight": matrix[:2]}
    packed = quantize(weights)
    assert packed["bert.x.weight"].dtype == np.int8
    back = dequantize(packed)
    step = np.abs(matrix).max(axis=1, keepdims=True) / 127
    assert np.all(np.abs(back["bert.x.weight"] - matrix) <= step / 2 + 1e-6)
    assert np.array_equal(back["span.weight"], matrix[:2])
    assert "bert.x.weight.scale" not in back
