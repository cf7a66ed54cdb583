from __future__ import annotations

import threading
import time

import pytest

from assistant.policy.deadline import MAX_STUCK, Deadline, Exhausted, Expired


def test_results_and_errors_come_back() -> None:
    pool = Deadline()
    assert pool.call(lambda: 3, 1) == 3
    with pytest.raises(KeyError):
        pool.call(lambda: {}["x"], 1)
    with pytest.raises(SystemExit):
        pool.call(lambda: (_ for _ in ()).throw(SystemExit()), 1)


def test_threads_are_reused() -> None:
    pool = Deadline()
    seen = {pool.call(threading.get_ident, 1) for _ in range(20)}
    assert len(seen) <= 2


def test_a_late_job_expires_and_the_next_one_runs() -> None:
    pool, release = Deadline(), threading.Event()
    begun = time.perf_counter()
    with pytest.raises(Expired):
        pool.call(lambda: release.wait(5), 0.05)
    assert time.perf_counter() - begun < 1
    assert pool.call(lambda: "next", 1) == "next"
    release.set()


def test_too_many_hanging_jobs_stop_the_pool_until_they_end() -> None:
    pool, release = Deadline(), threading.Event()
    for _ in range(MAX_STUCK):
        with pytest.raises(Expired):
            pool.call(lambda: release.wait(10), 0.001)
    with pytest.raises(Exhausted):
        pool.call(lambda: 1, 1)
    release.set()
    for _ in range(100):
        try:
            assert pool.call(lambda: 1, 1) == 1
            break
        except Exhausted:
            time.sleep(0.02)
    else:
        pytest.fail("the pool did not recover")


def test_many_callers_at_once() -> None:
    pool = Deadline()
    results: list[int] = []
    threads = [threading.Thread(target=lambda i=i: results.append(pool.call(lambda: i * i, 5))) for i in range(50)]  # type: ignore[misc]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [i * i for i in range(50)]


def test_a_busy_machine_makes_a_job_slow_and_not_late() -> None:
    # As long by the clock as four limits, and nearly none of it in the processor.
    assert Deadline().call(lambda: time.sleep(0.2) or "done", 0.05) == "done"


def test_a_job_that_computes_beyond_its_limit_is_late() -> None:
    def spin() -> None:
        end = time.thread_time() + 5
        while time.thread_time() < end:
            pass

    begun = time.thread_time()
    with pytest.raises(Expired):
        Deadline().call(spin, 0.1)
    assert time.thread_time() - begun < 0.1
