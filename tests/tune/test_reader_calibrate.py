"""Calibration, figures and the export."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.reading.network import dequantize
from assistant.reading.reader import Reading
from assistant.tune import reader_calibrate as calibrate
from assistant.tune import reader_measure as measure
from assistant.tune.reader_data import Row
from assistant.tune.reader_export import quantize
from assistant.tune.reader_measure import Outcome

TEXT = "The mill burned down in 1901. The bridge fell in 1990."


def outcome(score: float, answerable: bool, right: bool, group: str = "a") -> Outcome:
    row = Row("answer", "q", "text", -1, -1, int(answerable), 1.0, "s", group)
    return Outcome(row, Reading(score, 0, 0, "", 0.0), right)


def test_fit_finds_the_weights_that_made_the_data() -> None:
    rng = np.random.default_rng(1)
    rows = np.concatenate([np.ones((20_000, 1)), rng.normal(3, 2, (20_000, 2))], axis=1)
    true = np.array([-1.0, 0.8, -0.5])
    labels = (rng.random(20_000) < 1 / (1 + np.exp(-rows @ true))).astype(float)
    assert np.allclose(calibrate.fit(rows, labels, ridge=0.01), true, atol=0.1)


def test_a_row_of_no_weight_changes_nothing() -> None:
    rng = np.random.default_rng(2)
    rows = np.concatenate([np.ones((500, 1)), rng.normal(0, 1, (500, 1))], axis=1)
    labels = (rows[:, 1] + rng.normal(0, 1, 500) > 0).astype(float)
    more = np.concatenate([rows, [[1.0, 9.0]]])
    weights = np.concatenate([np.ones(500), [0.0]])
    with_it = calibrate.fit(more, np.concatenate([labels, [0.0]]), weights)
    assert np.allclose(with_it, calibrate.fit(rows, labels), atol=0.05)


def test_points_by_hand() -> None:
    found = [outcome(0.9, True, True), outcome(0.8, False, False), outcome(0.7, True, True), outcome(0.1, False, False)]
    point = measure.at(found, 0.7)
    assert (point.precision, point.coverage, point.refused) == (pytest.approx(2 / 3), 1.0, 0.5)
    assert measure.at(found, 0.85).precision == 1.0


def test_articles_apart_are_judged_by_the_line_of_the_others() -> None:
    # In a all above 0.6 is right; in b what is wrong reaches 0.8, so the line of a is too low for it.
    found = [outcome(0.40 + i / 100, i > 20, i > 20, "a") for i in range(50)]
    found += [outcome(0.551 + i / 100, i > 25, i > 25, "b") for i in range(50)]
    apart, both = measure.apart(found, 1.0), measure.at(found, measure.line_for(found, 1.0))
    assert both.precision == 1.0
    assert apart.precision < 0.9


def test_area_counts_ties_half() -> None:
    assert measure.area([0.9, 0.1], [1, 0]) == 1.0
    assert measure.area([0.1, 0.9], [1, 0]) == 0.0
    assert measure.area([0.5, 0.5, 0.5], [1, 0, 1]) == 0.5


def test_right_is_the_sentence_of_the_span() -> None:
    row = Row("answer", "When did the bridge fall?", TEXT, TEXT.index("1990"), TEXT.index("1990") + 4, 1, 1.0, "s", "a")
    at = TEXT.index("bridge")
    assert measure.holds(row, Reading(0.9, at, at + 6, "bridge", 1.0))
    assert not measure.holds(row, Reading(0.9, 4, 8, "mill", 1.0))


def test_quantized_rows_come_back_within_half_a_step() -> None:
    rng = np.random.default_rng(3)
    matrix = rng.normal(0, 1, (20, 30)).astype(np.float32)
    weights = {"encoder.x.weight": matrix, "encoder.x.bias": matrix[0], "span.weight": matrix[:2]}
    packed = quantize(weights)
    assert packed["encoder.x.weight"].dtype == np.int8
    back = dequantize(packed)
    step = np.abs(matrix).max(axis=1, keepdims=True) / 127
    assert np.all(np.abs(back["encoder.x.weight"] - matrix) <= step / 2 + 1e-6)
    assert np.array_equal(back["span.weight"], matrix[:2])
    assert "encoder.x.weight.scale" not in back
