"""How a value has moved: only against an earlier day, the same test and unit, and exact numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.charts.trends import series
from assistant.records.model import Term

from .support import result


@pytest.mark.parametrize(
    ("before", "now", "direction"), [("4.1", "4.9", "rising"), ("4.9", "4.10", "falling"), ("4.1", "4.10", "steady")]
)
def test_the_latest_is_compared_with_the_one_before_it(before: str, now: str, direction: str) -> None:
    (found,) = series([result(now, "2026-02-01"), result(before, "2026-01-01"), result("1.0", "2025-01-01")])
    assert found.latest.value == now
    assert found.before is not None and found.before.value == before
    assert found.direction == direction
    assert [r.date for r in found.results] == ["2025-01-01", "2026-01-01", "2026-02-01"]


def test_other_tests_and_other_units_are_series_of_their_own() -> None:
    other = replace(result("4.0"), term=Term("Sodium"))
    milli = replace(result("4000"), unit="umol/L")
    assert len(series([result("4.0"), other, milli])) == 3


def test_a_test_without_a_code_is_known_by_its_words() -> None:
    named = [
        replace(result("4.0", day), term=Term(name))
        for day, name in (("2026-01-01", "SODIUM"), ("2026-02-01", "Sodium"))
    ]
    (found,) = series(named)
    assert found.direction == "steady"


@pytest.mark.parametrize(
    "earlier",
    [
        result("4.0", "2026-02-01"),
        replace(result("4.0", "2026-01-01"), comparator="<"),
        replace(result("4.0", "2026-01-01"), number=""),
        result("4.0", ""),
    ],
    ids=["same day", "bound", "words", "no date"],
)
def test_what_cannot_be_compared_has_no_direction(earlier: object) -> None:
    (found,) = series([result("5.0", "2026-02-01"), earlier])  # type: ignore[list-item]
    assert (found.before, found.direction) == (None, None)


def test_no_results_are_no_series() -> None:
    assert series([]) == []
