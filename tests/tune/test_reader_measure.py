from __future__ import annotations

import pytest

from assistant.reading.reader import Reading
from assistant.tune import reader_measure as measure
from assistant.tune.reader_data import Row
from assistant.tune.reader_measure import Outcome

TEXT = "The mill burned down in 1901. The bridge fell in 1990."


def outcome(score: float, answerable: bool, right: bool, group: str = "a") -> Outcome:
    row = Row("answer", "q", "text", -1, -1, int(answerable), 1.0, "s", group)
    return Outcome(row, Reading(score, 0, 0, "", 0.0), right)


def test_points_by_hand() -> None:
    found = [outcome(0.9, True, True), outcome(0.8, False, False), outcome(0.7, True, True), outcome(0.1, False, False)]
    point = measure.at(found, 0.7)
    assert (point.precision, point.coverage, point.refused) == (pytest.approx(2 / 3), 1.0, 0.5)
    assert measure.at(found, 0.85).precision == 1.0


def test_articles_apart_are_judged_by_the_line_of_the_others() -> None:
    # In a all above 0.6 is right; in b what is wrong reaches 0.8, so the line of a is too low for it.
    found = [outcome(0.40 + i / 100, i > 20, i > 20, "a") for i in range(50)]
    found += [outcome(0.551 + i / 100, i > 25, i > 25, "b") for i in range(50)]
    apart, both = measure.leave_one_group_out(found, 1.0), measure.at(found, measure.line_for(found, 1.0))
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
