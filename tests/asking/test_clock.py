from __future__ import annotations

import pytest

from assistant.asking import clock as module
from assistant.asking.clock import Clock


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    at = [100.0]
    monkeypatch.setattr(module.time, "perf_counter", lambda: at[0])
    return at


def test_a_stage_that_is_entered_again_adds_up_also_where_it_fails(now: list[float]) -> None:
    clock = Clock()
    with clock.stage("search"):
        now[0] += 0.010
    with pytest.raises(ValueError), clock.stage("search"):
        now[0] += 0.005
        raise ValueError
    assert clock.ms["search"] == pytest.approx(15.0)


def test_every_stage_stands_in_the_total_and_what_was_not_entered_took_nothing(now: list[float]) -> None:
    clock = Clock()
    with clock.stage("veil"):
        now[0] += 0.002
    with clock.stage("spell"):
        now[0] += 0.001
    total = clock.total()
    assert list(total)[:5] == ["admit", "search", "veil", "generate", "release"]
    assert total["veil"] == pytest.approx(2.0) and total["generate"] == 0.0 and total["spell"] == pytest.approx(1.0)
    assert total["total"] == pytest.approx(3.0)


def test_the_first_sentence_is_timed_from_the_start_and_once(now: list[float]) -> None:
    clock = Clock()
    now[0] += 0.2
    clock.first_sentence()
    now[0] += 5
    clock.first_sentence()
    assert clock.total()["first_sentence"] == pytest.approx(200.0)
