"""Ranking measures against values worked out by hand from their definitions."""

from __future__ import annotations

import math

import pytest

from assistant.evaluate.metrics import average_precision, bootstrap, ndcg, recall, reciprocal_rank

RELEVANT = {"a": 2, "b": 1, "c": 0}


def test_ndcg() -> None:
    ideal = 2 / math.log2(2) + 1 / math.log2(3)
    assert ndcg(["a", "b"], RELEVANT) == pytest.approx(1.0)
    assert ndcg(["b", "x", "a"], RELEVANT) == pytest.approx((1 / math.log2(2) + 2 / math.log2(4)) / ideal)
    assert ndcg(["x"] * 10 + ["a"], RELEVANT) == 0.0
    assert ndcg(["c"], {"c": 0}) == 0.0


def test_recall() -> None:
    assert recall(["x", "a"], RELEVANT) == 0.5
    assert recall(["x", "a"], RELEVANT, k=1) == 0.0
    assert recall(["c"], {"c": 0}) == 0.0


def test_reciprocal_rank() -> None:
    assert reciprocal_rank(["c", "b", "a"], RELEVANT) == 0.5
    assert reciprocal_rank(["x"] * 10 + ["a"], RELEVANT) == 0.0


def test_average_precision() -> None:
    assert average_precision(["a", "x", "b"], RELEVANT) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision(["x", "b"], RELEVANT) == pytest.approx(0.25)
    assert average_precision([], {}) == 0.0


def test_bootstrap_interval() -> None:
    interval = bootstrap([0.0, 1.0] * 200)
    assert interval.mean == 0.5
    # Normal theory: 0.5 +- 1.96 * 0.5 / sqrt(400).
    assert interval.low == pytest.approx(0.451, abs=0.01)
    assert interval.high == pytest.approx(0.549, abs=0.01)
    assert bootstrap([0.0, 1.0] * 200) == interval
    assert bootstrap([]).mean == 0.0
    assert bootstrap([0.7, 0.7]) == (pytest.approx(0.7),) * 3
