from __future__ import annotations

import numpy as np
import pytest

from assistant.fairness.associations import effect


def test_weat_of_vectors_made_for_it() -> None:
    a, b = np.array([[1.0, 0.0]], np.float32), np.array([[0.0, 1.0]], np.float32)
    x = np.array([[1.0, 0.1], [1.0, 0.2], [1.0, 0.0]], np.float32)
    y = x[:, ::-1].copy()
    d, p = effect(x, y, a, b)
    # Two clusters: the means lie 2 m apart and the sample deviation is near m * sqrt(6 / 5).
    assert d == pytest.approx(2 / (6 / 5) ** 0.5, abs=0.05)
    assert p == pytest.approx(1 / 20)  # one of the C(6, 3) splits
    assert effect(y, x, a, b)[0] == pytest.approx(-d)
