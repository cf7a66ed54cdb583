from __future__ import annotations

import pytest

from assistant.fairness.metrics import benjamini_hochberg, gap, holm, paired_gap, rate


def test_the_wilson_interval() -> None:
    # 0 of 10: upper end z^2 / (n + z^2).
    assert rate([False] * 10).high == pytest.approx(3.8415 / 13.8415, abs=1e-3)
    assert rate([]).n == 0


def test_corrections_for_many_comparisons() -> None:
    p = [0.01, 0.04, 0.03, 0.005]
    assert holm(p) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert benjamini_hochberg(p) == pytest.approx([0.02, 0.04, 0.04, 0.02])


def test_a_gap_that_is_there_and_one_that_is_not() -> None:
    wide = gap({"a": [1.0] * 40, "b": [1.0] * 20 + [0.0] * 20})
    assert (wide.value, wide.highest, wide.lowest) == (0.5, "a", "b")
    assert wide.p < 0.01
    assert gap({"a": [1.0, 0.0] * 10, "b": [0.0, 1.0] * 10}).p > 0.5


def test_a_gap_over_the_same_questions() -> None:
    alike = {"q1": 1.0, "q2": 0.0, "q3": 1.0}
    # Three questions treated alike: no gap, and no doubt about it; unpaired, chance alone could give 0.67.
    assert paired_gap({"a": alike, "b": dict(alike), "c": dict(alike)}) == (0.0, 0.0, 0.0, "a", "a", 1.0)
    assert gap({"a": [1.0, 0.0, 1.0], "b": [1.0, 0.0, 1.0]}).high > 0.5
    # The easy and the hard half differ more than the groups do, which pairing takes out.
    a = {f"q{i}": float(i < 20) for i in range(40)}
    b = {f"q{i}": float(i < 8) for i in range(40)}
    found = paired_gap({"a": a, "b": b})
    assert (found.value, found.highest, found.lowest) == (pytest.approx(0.3), "a", "b")
    assert (found.low, found.high) == (pytest.approx(0.175, abs=0.06), pytest.approx(0.45, abs=0.06))
    assert found.p < 0.01
    # What only one group was asked is not compared.
    assert paired_gap({"a": a, "b": {**b, "only": 1.0}}).value == found.value
    assert paired_gap({"a": {"x": 1.0}, "b": {"y": 1.0}}).p == 1.0
