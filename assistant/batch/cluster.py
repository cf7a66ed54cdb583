"""Workers as Ray actors: the same tasks and outcomes as `pool`, on this machine or on a cluster that shares the files."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any

from assistant.batch.pool import TASK_S
from assistant.batch.settings import Failed, Settings
from assistant.batch.work import Outcome, Task, Worker
from assistant.errors import AssistantError, UsageError


class Host:
    """The actor: a worker that is set up where it runs."""

    def __init__(self, settings: Settings) -> None:
        from assistant.config import go_offline

        go_offline()
        self._settings = settings
        self._worker: Worker | None = None

    def do(self, task: Task) -> Outcome | AssistantError:
        """One task; an error in setting up is handed back, not raised, so that it keeps its words."""
        try:
            self._worker = self._worker or Worker(self._settings)
        except AssistantError as error:
            return error
        return self._worker(task)


class RayPool:
    """A number of actors. Without an address a cluster is started here and ended by `close`."""

    def __init__(self, settings: Settings, jobs: int, *, address: str = "", task_s: float = TASK_S) -> None:
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        if not address:
            # Others reach Ray's ports too: they ask for a token of this run. It has to be set before Ray is imported, and
            # stands in the environment, not in a file.
            os.environ["RAY_AUTH_MODE"] = "token"
            os.environ["RAY_AUTH_TOKEN"] = secrets.token_hex(32)
        try:
            import ray
        except ImportError:
            raise UsageError("Ray is not installed", remedy="install the extra: pip install 'assistant[ray]'") from None
        self._ray: Any = ray
        self._settings, self._jobs, self._task_s = settings, max(1, jobs), task_s
        self._folder = ""
        self._idle: list[Any] = []
        self._busy: dict[object, tuple[object, Task]] = {}
        try:
            self._connect(address)
        except Exception as error:  # noqa: BLE001 - Ray raises whatever its parts do; its words may quote a path or a task
            self.close()
            remedy = (
                "check the address and the cluster"
                if address
                else "run `--engine local`, or look at this machine's limits"
            )
            raise AssistantError(f"Ray does not start ({type(error).__name__})", remedy=remedy) from None

    def _connect(self, address: str) -> None:
        quiet = {"log_to_driver": False, "logging_level": "ERROR", "configure_logging": False}
        if address:
            self._ray.init(address=address, **quiet)
            return
        # Ray keeps its sockets and logs in this folder, which nobody else may read and which goes at the end. Objects stay in
        # memory: what does not fit is refused, not written to disk.
        self._folder = tempfile.mkdtemp(prefix="ray-")
        self._ray.init(
            num_cpus=self._jobs,
            include_dashboard=False,
            _temp_dir=self._folder,
            _node_ip_address="127.0.0.1",
            _system_config={"automatic_object_spilling_enabled": False},
            object_store_memory=256 * 1024 * 1024,
            **quiet,
        )

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Outcome]]:
        """The tasks with their outcomes, as they are finished. Raises AssistantError where an actor cannot be set up."""
        waiting = iter(tasks)
        more = True
        while True:
            while more and len(self._busy) < self._jobs:
                task = next(waiting, None)
                if task is None:
                    more = False
                    break
                actor = self._idle.pop() if self._idle else self._actor()
                self._busy[actor.do.remote(task)] = (actor, task)
            if not self._busy:
                return
            ready, _ = self._ray.wait(list(self._busy), num_returns=1, timeout=self._task_s)
            if not ready:
                yield from self._overdue()
            for handle in ready:
                actor, task = self._busy.pop(handle)
                yield task, self._got(handle, actor)

    def _actor(self) -> Any:
        return self._ray.remote(num_cpus=1, max_restarts=0)(Host).remote(self._settings)

    def _got(self, handle: object, actor: object) -> Outcome:
        try:
            outcome = self._ray.get(handle)
        except self._ray.exceptions.RayError as error:
            # Ray's own message may quote what a task was given.
            return Failed(f"its worker was lost ({type(error).__name__})", "run again with --retry-failed")
        if isinstance(outcome, AssistantError):
            raise outcome
        self._idle.append(actor)
        found: Outcome = outcome
        return found

    def _overdue(self) -> Iterator[tuple[Task, Outcome]]:
        """Nothing came for as long as one task may take: every task that runs has had its time."""
        for handle in list(self._busy):
            actor, task = self._busy.pop(handle)
            self._ray.kill(actor)
            yield task, Failed(f"took longer than {self._task_s:.0f} s", "look at this record alone")

    def close(self) -> None:
        """End the actors, and the cluster where it was started here."""
        for actor in [*self._idle, *(actor for actor, _ in self._busy.values())]:
            with contextlib.suppress(Exception):
                self._ray.kill(actor)
        self._idle.clear()
        self._busy.clear()
        self._ray.shutdown()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
