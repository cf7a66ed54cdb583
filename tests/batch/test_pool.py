"""Workers as processes: what one does, and what it costs when one dies, hangs or cannot be set up."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from assistant.batch.pool import LocalPool
from assistant.batch.settings import Failed, Scan
from assistant.errors import AssistantError
from tests.batch.support import settings
from tests.charts.support import bundle


def scans(folder: Path, *names: str) -> list[Scan]:
    """Records that can be read, each of one patient."""
    for name in names:
        (folder / name).write_bytes(bundle(patient=name.partition(".")[0]))
    return [Scan((str(folder / name),), "fhir") for name in names]


def endless(folder: Path) -> Scan:
    """A file whose end never comes: whoever reads it waits for a writer."""
    os.mkfifo(folder / "endless.json")
    return Scan((str(folder / "endless.json"),), "fhir")


def test_every_task_comes_back_with_its_own_outcome_whoever_is_quicker(tmp_path: Path) -> None:
    tasks = [*scans(tmp_path, "a.json", "b.json", "c.json"), Scan((str(tmp_path / "gone.json"),), "fhir")]
    pool = LocalPool(settings(), 2)
    try:
        found = dict(pool.run(iter(tasks)))
        assert len(pool._slots) == 2, "no more workers than jobs"
        again = dict(pool.run(iter(tasks[:1])))
        assert len(pool._slots) == 2, "and the same ones do the next tasks"
    finally:
        pool.close()
    assert set(found) == set(tasks)
    for task, patient in zip(tasks, "abc", strict=False):
        outcome = found[task]
        assert isinstance(outcome, list) and [part.patient_id for part in outcome] == [patient]
    assert isinstance(found[tasks[3]], Failed)
    assert again[tasks[0]] == found[tasks[0]]


def test_a_worker_that_dies_while_idle_does_not_end_the_run(tmp_path: Path) -> None:
    tasks = scans(tmp_path, "a.json", "b.json", "c.json")
    pool = LocalPool(settings(), 1)
    try:
        assert len(list(pool.run(iter(tasks[:1])))) == 1
        idle = pool._slots[0].process
        idle.kill()
        idle.join()
        outcomes = [outcome for _, outcome in pool.run(iter(tasks[1:]))]
        assert len(outcomes) == len(tasks) - 1
        assert not any(isinstance(outcome, Failed) for outcome in outcomes)
    finally:
        pool.close()


def test_a_worker_that_dies_at_work_costs_its_own_record_and_the_others_are_done(tmp_path: Path) -> None:
    waiting, after = endless(tmp_path), scans(tmp_path, "a.json")
    pool = LocalPool(settings(), 1)

    def kill_when_read() -> None:
        # Opening it for writing returns when the worker has opened it for reading: it is at work then.
        writer = os.open(waiting.paths[0], os.O_WRONLY)
        pool._slots[0].process.kill()
        os.close(writer)

    killer = threading.Thread(target=kill_when_read, daemon=True)
    killer.start()
    try:
        found = dict(pool.run(iter([waiting, *after])))
    finally:
        killer.join(60)
        pool.close()
    lost = found[waiting]
    assert isinstance(lost, Failed) and "worker process ended" in lost.reason and "--retry-failed" in lost.remedy
    assert isinstance(found[after[0]], list)


def test_a_task_that_takes_longer_than_it_may_is_given_up(tmp_path: Path) -> None:
    pool = LocalPool(settings(), 1, task_s=0.0)
    try:
        ((task, outcome),) = pool.run(iter([endless(tmp_path)]))
        assert not pool._slots, "its worker is ended with it"
    finally:
        pool.close()
    assert isinstance(outcome, Failed) and "took longer than 0 s" in outcome.reason
    assert "endless" not in outcome.reason + outcome.remedy and isinstance(task, Scan)


def test_what_no_worker_could_do_ends_the_run_with_its_own_words(tmp_path: Path) -> None:
    pool = LocalPool(settings(policy_sha256="0" * 64), 1)
    try:
        with pytest.raises(AssistantError, match="differs from the one the run began with"):
            list(pool.run(iter(scans(tmp_path, "a.json"))))
    finally:
        pool.close()


def test_closing_ends_the_workers(tmp_path: Path) -> None:
    pool = LocalPool(settings(), 1)
    list(pool.run(iter(scans(tmp_path, "a.json"))))
    process = pool._slots[0].process
    assert process.is_alive()
    pool.close()
    assert not process.is_alive() and not pool._slots


def test_nothing_to_do_starts_nobody() -> None:
    pool = LocalPool(settings(), 4)
    assert list(pool.run(iter([]))) == [] and not pool._slots
    pool.close()
