"""Calibration, figures and the export."""

from __future__ import annotations

import numpy as np

from assistant.tune import reader_calibrate as calibrate


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
