"""Progress as lines: not too many, with the time that is left of this step, and nothing of what is worked on."""

from __future__ import annotations

import pytest

from assistant.frontends import progress_lines
from assistant.frontends.progress_lines import ProgressLines


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(progress_lines.time, "monotonic", lambda: now[0])
    return now


def test_a_line_says_how_far_and_how_long(clock: list[float]) -> None:
    said: list[str] = []
    told = ProgressLines(said.append)
    for done in range(31):
        told(done, 60, "the text of document 7")
        clock[0] += 1
    assert said == ["10 of 60, 50 s left", "20 of 60, 40 s left", "30 of 60, 30 s left"]


def test_another_step_begins_anew_and_a_long_one_is_told_in_minutes(clock: list[float]) -> None:
    said: list[str] = []
    told = ProgressLines(said.append)
    told(59, 60, "")
    clock[0] += 20
    told(0, 200, "")
    clock[0] += 20
    told(2, 200, "")
    assert said == ["0 of 200", "2 of 200, 33 min left"]


def test_what_has_no_end_says_nothing(clock: list[float]) -> None:
    said: list[str] = []
    told = ProgressLines(said.append)
    clock[0] += 60
    told(3, 0, "")
    assert said == []
