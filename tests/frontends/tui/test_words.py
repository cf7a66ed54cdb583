from __future__ import annotations

from typing import Any

import pytest

from assistant.frontends.tui import words
from assistant.frontends.tui.history import PastVerdict, past_answer
from assistant.types import Action, Level, Stage, Status


def said(check: str, action: str = "pass", reason: str = "fine", stage: str = "answer", ms: float = 1.0) -> PastVerdict:
    return PastVerdict(check, stage, action, reason, ms)


def answer(status: str, level: str = "") -> Any:
    return past_answer({"status": status, "level": level})


def test_every_status_action_and_stage_of_the_product_has_its_word() -> None:
    assert set(words.STATUS) == {str(status) for status in Status}
    assert set(words.ACTIONS) == {str(action) for action in Action}
    assert set(words.STAGES) == {str(stage) for stage in Stage}
    for table in (words.ACTIONS, words.STATUS):
        assert len(set(table.values())) >= len(table) - 2, "two words for two things"


@pytest.mark.parametrize(
    ("status", "level", "word"),
    [
        ("answered", "", "ANSWERED"), ("extracted", "", "QUOTED"), ("blocked", "", "REFUSED"), ("abstained", "nothing", "NOT KNOWN"),
        ("abstained", "closest", "NOT SURE"), ("abstained", "retry", "NOT CHECKED"), ("foretold", "", "FORETOLD"),
   ],
)  # fmt: skip
def test_an_abstention_says_whether_there_is_something_to_judge(status: str, level: str, word: str) -> None:
    assert words.verdict(answer(status, level))[0] == word
    assert set(words._LEVELS) <= {str(known) for known in Level}


def test_equal_verdicts_are_counted_and_their_time_is_added() -> None:
    found = words.badges([said("ground", ms=2.0), said("phi", "redact", "one name"), said("ground", ms=3.0)])
    assert [(b.check, b.times, b.ms, b.acted) for b in found] == [("ground", 2, 5.0, False), ("phi", 1, 1.0, True)]
    assert found[1].word == "HIDDEN"


def test_a_later_release_s_action_is_shown_as_it_is_called() -> None:
    (badge,) = words.badges([said("new", "postpone", stage="dream")])
    assert (badge.word, badge.stage, badge.acted) == ("POSTPONE", "dream", True)


def test_the_line_of_checks_counts_a_check_once_and_tells_what_acted() -> None:
    verdicts = [
        said("ground"),
        said("ground", reason="other"),
        said("phi", "redact"),
        said("phi", "redact"),
        said("phi"),
    ]
    assert words.summary(verdicts) == "Checks: 1 passed; phi HIDDEN x2"
    assert words.summary([]) == "Checks: 0 passed"


def test_short_is_one_line_within_its_limit() -> None:
    assert words.short("one\n two", 20) == "one two"
    assert words.short("abcdef", 4) == "abc…" and len(words.short("x" * 99, 10)) == 10
    assert words.short("abc", 1) == "a…"


@pytest.mark.parametrize(
    ("done", "total", "bar"),
    [(0, 4, "[....]   0%"), (2, 4, "[##..]  50%"), (9, 4, "[####] 100%")],
)
def test_a_bar_says_its_share_in_figures_too(done: int, total: int, bar: str) -> None:
    assert words.bar(done, total, 4) == bar
