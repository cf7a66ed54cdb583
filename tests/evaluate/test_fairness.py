"""What the gate makes of a report: each limit fails by itself, and what was not measured is not counted as kept."""

from __future__ import annotations

from assistant.evaluate.fairness import LIMITS, finished, judge
from tests.fairness.test_report import report


def test_a_report_within_its_limits_passes() -> None:
    assert report()["gate"]["passed"]


def test_each_limit_fails_by_itself() -> None:
    assert not report(flips=0.02)["gate"]["passed"]
    assert not report(kept=0.9)["gate"]["passed"]
    assert not report(mentions=1)["gate"]["passed"]


def test_an_assistant_that_says_nothing_does_not_pass() -> None:
    assert not report(answered=0.0)["gate"]["passed"]
    assert not finished({}, 0.0)["gate"]["passed"]


def test_what_was_not_measured_is_not_counted_as_kept() -> None:
    found = {f.name: f.passed for f in judge(report())}
    assert found["redaction_gap"] is None
    assert set(found) == set(LIMITS)


def test_limits_can_be_set() -> None:
    assert {f.name: f.passed for f in judge(report(flips=0.02), {"flips": 0.05})}["flips"]
