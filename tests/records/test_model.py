"""What a chart is silent about, and of what it may hold more than it shows."""

from __future__ import annotations

import pytest

from assistant.records.model import (
    SECTIONS,
    Chart,
    Denial,
    Excluded,
    Note,
    Problem,
    Term,
    Unread,
    day,
    facts,
    partial,
    silent,
)

GOUT = Problem("Condition/1", Term("Gout"), "active")
NOTE = Note("DocumentReference/1", Term("Note"))


def test_facts_come_section_by_section() -> None:
    assert list(facts(Chart("p", notes=(NOTE,), problems=(GOUT,)))) == [GOUT, NOTE]
    assert list(facts(Chart("p"))) == []


@pytest.mark.parametrize(
    ("chart", "said"),
    [
        (Chart("p"), ("problems", "allergies")),
        (Chart("p", problems=(GOUT,)), ("allergies",)),
        (Chart("p", denials=(Denial("x", "allergies", Term("none")),)), ("problems",)),
        (Chart("p", excluded=(Excluded("x", "refuted", "problems"),)), ("allergies",)),
        (Chart("p", hidden=frozenset({"problems"})), ("allergies",)),
        (Chart("p", unread=(Unread("ZAL", "allergies"),)), ("problems",)),
        (Chart("p", unread=(Unread("ZZZ"),)), ()),
    ],
)
def test_silence_is_only_where_nothing_was_said_left_out_or_held_back(chart: Chart, said: tuple[str, ...]) -> None:
    assert silent(chart, ("problems", "allergies")) == said


def test_what_is_held_back_or_unread_makes_a_section_partial() -> None:
    assert partial(Chart("p", hidden=frozenset({"notes"}), unread=(Unread("ZAL", "allergies"),))) == {
        "notes",
        "allergies",
    }
    assert partial(Chart("p", unread=(Unread("ZZZ"),))) == set(SECTIONS)
    assert partial(Chart("p")) == frozenset()


def test_the_day_of_a_moment_is_as_far_as_it_is_known() -> None:
    assert [day(m) for m in ("2026-01-02T03:04:05Z", "2026-01", "")] == ["2026-01-02", "2026-01", ""]


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2026-01-02T03:04:05Z", "2026-01-02"), ("2026-01-02", "2026-01-02"), ("2026-01", "2026-01"), ("2026", "2026"),
        ("in her late teens", "in her late teens"), ("age 14 years", "age 14 years"),
    ],
)  # fmt: skip
def test_a_day_is_cut_from_an_instant_and_from_no_words(moment: str, shown: str) -> None:
    assert day(moment) == shown
