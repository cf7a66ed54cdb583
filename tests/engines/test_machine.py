from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.config import profile
from assistant.engines.load import decode_threads, prefill_threads
from assistant.engines.machine import Machine, features, known, lock_limit, measure, measured
from assistant.errors import ConfigError


@pytest.fixture(scope="module")
def machine() -> Machine:
    return measure()


def test_this_machine_is_measured(machine: Machine) -> None:
    assert machine.bandwidth > 0.1
    assert 1 <= machine.writers <= machine.cores
    assert machine.features == features()
    assert machine.lock_mb == lock_limit() >= -1


def test_an_idle_machine_is_measured_once(machine: Machine, tmp_path: Path) -> None:
    path = tmp_path / "data" / "machine.json"
    idle, calls = replace(machine, busy=False), []

    def take() -> Machine:
        calls.append(1)
        return idle

    assert measured(path=path, take=take) == (idle, True)
    assert measured(path=path, take=take) == (idle, True)
    assert len(calls) == 1
    assert measured(again=True, path=path, take=take) == (idle, True)
    assert len(calls) == 2
    assert [found.name for found in path.parent.iterdir()] == ["machine.json"]


def test_a_busy_machine_is_not_kept(machine: Machine, tmp_path: Path) -> None:
    busy = replace(machine, busy=True)
    assert measured(path=tmp_path / "m.json", take=lambda: busy) == (busy, False)
    assert known(tmp_path / "m.json") is None


def test_what_was_kept_of_another_machine_or_is_damaged_is_not_believed(machine: Machine, tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    other = replace(machine, busy=False, cpu="another")
    assert measured(path=path, take=lambda: other)[1]
    assert known(path) is None
    path.write_text("{")
    assert known(path) is None


def test_no_more_threads_write_than_memory_feeds(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import os

    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path))
    monkeypatch.delenv("ASSISTANT_THREADS", raising=False)
    monkeypatch.setattr(os, "getloadavg", lambda: (0.0, 0.0, 0.0))
    assert decode_threads(16) == 15
    measured(path=tmp_path / "machine.json", take=lambda: replace(machine, busy=False, writers=1))
    assert decode_threads(16) == 1
    assert prefill_threads(16) == 16


def test_the_profile_edge_reads_with_one_thread_and_another_word_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ASSISTANT_THREADS", raising=False)
    monkeypatch.setenv("ASSISTANT_PROFILE", "edge")
    assert (prefill_threads(16), decode_threads(16)) == (1, 1)
    monkeypatch.setenv("ASSISTANT_PROFILE", "huge")
    with pytest.raises(ConfigError, match="no profile"):
        profile()
