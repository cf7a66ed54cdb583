"""Work with a limit of processor time, in threads that are left behind when they do not return in time.

A thread cannot be killed, so a job that overran keeps its thread until it ends by itself; its result is thrown away.
The limit counts the processor time of the job's own thread, so that a busy machine makes a job slow but not forbidden; a
job that only waits is given up after `PATIENCE` times its limit. Threads are daemons and are reused (a fresh thread for each
call would give every call its own pool of BLAS threads).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final, Generic, TypeVar

T = TypeVar("T")

# How many times its limit a job may take by the clock: eight other busy processes on two cores leave a fifth to each.
PATIENCE: Final = 10
# Processor time of another thread is not told everywhere; by the clock it is then.
_CLOCK_OF: Final = getattr(time, "pthread_getcpuclockid", None)
# Left-behind threads beyond this number mean that a check hangs every time; then nothing is run at all.
MAX_STUCK: Final = 16
# The least time between two looks at a job, in seconds.
_SLICE: Final = 0.005


class Expired(Exception):
    """The job did not return within its limit."""


class Exhausted(Exception):
    """Too many earlier jobs still hang."""


class _Job(Generic[T]):
    __slots__ = ("_begun", "_clock", "abandoned", "done", "error", "result", "work")

    def __init__(self, work: Callable[[], T]) -> None:
        self.work = work
        self.done = threading.Event()
        self.result: T | None = None
        self.error: BaseException | None = None
        self.abandoned = False
        self._clock: int | None = None
        self._begun = time.monotonic()

    def used(self) -> float:
        """Seconds of processor time so far; by the clock where that cannot be told."""
        if _CLOCK_OF is None:
            return time.monotonic() - self._begun
        return time.clock_gettime(self._clock) - self._begun if self._clock is not None else 0.0

    def run(self) -> None:
        if _CLOCK_OF is not None:
            clock = _CLOCK_OF(threading.get_ident())
            self._begun, self._clock = time.clock_gettime(clock), clock
        try:
            self.result = self.work()
        except BaseException as error:  # noqa: BLE001 - handed to the caller, who blocks on whatever it is
            self.error = error
        finally:
            self.done.set()


class _Worker:
    __slots__ = ("_job", "_wake")

    def __init__(self, pool: Deadline) -> None:
        self._wake = threading.Semaphore(0)
        self._job: _Job[object] | None = None
        threading.Thread(target=self._loop, args=(pool,), name="policy-check", daemon=True).start()

    def give(self, job: _Job[object]) -> None:
        self._job = job
        self._wake.release()

    def _loop(self, pool: Deadline) -> None:
        while True:
            self._wake.acquire()
            job, self._job = self._job, None
            if job is None:
                return
            job.run()
            if not pool._finished(self, job):
                return
            del job  # An idle worker must not hold the last text in memory.


class Deadline:
    """A pool of reusable worker threads; `call` runs one job and waits for it no longer than its limit."""

    __slots__ = ("_idle", "_keep", "_lock", "_stuck")

    def __init__(self, keep: int = 4) -> None:
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._keep = keep
        self._stuck = 0

    def call(self, work: Callable[[], T], seconds: float) -> T:
        """The result of `work()`.

        Raises whatever the work raised, Expired when it took longer than `seconds` of processor time or `PATIENCE` times that by
        the clock, Exhausted when too many jobs hang.
        """
        with self._lock:
            if self._stuck >= MAX_STUCK:
                raise Exhausted
            worker = self._idle.pop() if self._idle else None
        job: _Job[T] = _Job(work)
        (worker or _Worker(self)).give(job)  # type: ignore[arg-type]  # a worker does not look at the result
        last = time.monotonic() + PATIENCE * seconds
        while not job.done.wait(max(_SLICE, min(seconds - job.used(), last - time.monotonic()))):
            if (job.used() >= seconds or time.monotonic() >= last) and self._abandon(job):
                raise Expired
        if job.error is not None:
            raise job.error
        return job.result  # type: ignore[return-value]  # set whenever no error is

    def _abandon(self, job: _Job[T]) -> bool:
        with self._lock:
            if job.done.is_set():
                return False
            job.abandoned = True
            self._stuck += 1
            return True

    def _finished(self, worker: _Worker, job: _Job[object]) -> bool:
        """Called by the worker after a job: whether it stays alive for another."""
        with self._lock:
            if job.abandoned:
                self._stuck -= 1
                return False
            if len(self._idle) >= self._keep:
                return False
            self._idle.append(worker)
            return True
