"""Workers as processes of this machine. A worker that crashes, or takes too long, costs its record only."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection, wait
from typing import Any, Final, Protocol

from assistant.batch.settings import Failed, Settings
from assistant.batch.work import Outcome, Task, Worker
from assistant.errors import AssistantError

TASK_S: Final = 600.0
_POLL_S: Final = 1.0
_RESTARTS: Final = 3


class Pool(Protocol):
    """Something that does tasks, as many at a time as it has workers, and gives results as they come."""

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Outcome]]: ...

    def close(self) -> None: ...


class _Slot:
    """One process and what it is doing."""

    def __init__(self, settings: Settings) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, there = context.Pipe()
        self.process = context.Process(target=serve, args=(there, settings), daemon=True)
        self.process.start()
        there.close()
        self.task: Task | None = None
        self.since = 0.0

    def give(self, task: Task) -> None:
        self.pipe.send(task)
        self.task, self.since = task, time.monotonic()

    def at(self) -> Task:
        """The task in hand. Raises AssistantError where there is none."""
        if self.task is None:
            raise AssistantError("a worker answered without a task", remedy="run the command again")
        return self.task

    def end(self) -> None:
        with contextlib.suppress(OSError):
            self.pipe.close()
        if self.process.is_alive():
            self.process.kill()
        self.process.join(5)


class LocalPool:
    """A number of processes, started at the first task."""

    def __init__(self, settings: Settings, jobs: int, *, task_s: float = TASK_S) -> None:
        self._settings = settings
        self._jobs = max(1, jobs)
        self._task_s = task_s
        self._slots: list[_Slot] = []

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Outcome]]:
        """The tasks with their outcomes, as they are finished. Raises AssistantError where a worker cannot be set up."""
        waiting = iter(tasks)
        while True:
            while len(self._busy()) < self._jobs and (task := next(waiting, None)) is not None:
                self._give(self._idle(), task)
            busy = self._busy()
            if not busy:
                return
            ready = wait([slot.pipe for slot in busy], timeout=_POLL_S)
            for slot in busy:
                if slot.pipe in ready:
                    yield self._finished(slot)
                elif time.monotonic() - slot.since > self._task_s:
                    yield self._lost(slot, f"took longer than {self._task_s:.0f} s")

    def close(self) -> None:
        """End all workers at once; they write nothing, so that nothing is half done."""
        for slot in self._slots:
            slot.end()
        self._slots.clear()

    def _busy(self) -> list[_Slot]:
        return [slot for slot in self._slots if slot.task is not None]

    def _idle(self) -> _Slot:
        """A worker with nothing to do; a new one where all are at work."""
        free = next((slot for slot in self._slots if slot.task is None), None)
        if free is None:
            free = _Slot(self._settings)
            self._slots.append(free)
        return free

    def _give(self, slot: _Slot, task: Task) -> None:
        """Hand a task to a worker, or, where that one died while it had nothing to do, to a new one. Raises AssistantError."""
        for _ in range(_RESTARTS):
            try:
                slot.give(task)
            except OSError:
                slot.end()
                self._slots.remove(slot)
                slot = _Slot(self._settings)
                self._slots.append(slot)
            else:
                return
        raise AssistantError("worker processes end as soon as they start", remedy="check memory and the system's log")

    def _finished(self, slot: _Slot) -> tuple[Task, Outcome]:
        task = slot.at()
        try:
            outcome = slot.pipe.recv()
        except (EOFError, OSError):
            return self._lost(slot, "its worker process ended: out of memory, or a crash")
        if isinstance(outcome, AssistantError):
            raise outcome
        slot.task = None
        return task, outcome

    def _lost(self, slot: _Slot, reason: str) -> tuple[Task, Outcome]:
        task = slot.at()
        slot.end()
        self._slots.remove(slot)
        return task, Failed(reason, "look at this record alone; run again with --retry-failed")


def serve(pipe: Connection[object, Any], settings: Settings) -> None:
    """The life of a worker: offline, deaf to Ctrl-C (its parent decides), gone when its parent is."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with_parent()
    from assistant.config import go_offline
    from assistant.privacy.egress import install_guard

    go_offline()
    install_guard()
    worker: Worker | None = None
    with contextlib.suppress(EOFError, OSError):
        while True:
            task = pipe.recv()
            try:
                worker = worker or Worker(settings)
            except AssistantError as error:
                pipe.send(error)
                return
            pipe.send(worker(task))


def _die_with_parent() -> None:
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    parent = os.getppid()
    with contextlib.suppress(OSError, AttributeError):
        # 1: PR_SET_PDEATHSIG.
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
