"""Questions in progress: each waits its turn, runs in a thread, and keeps its events until the client has them all.

A client whose connection broke comes back and goes on where it was; one that does not come back gives its place up.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from threading import Event as Flag
from typing import TYPE_CHECKING, Final

from assistant.errors import AssistantError
from assistant.frontends.web import events, problems
from assistant.frontends.web.events import Event
from assistant.frontends.web.fair_queue import FairQueue, Overloaded, Place
from assistant.types import Answer, Principal

if TYPE_CHECKING:
    from collections.abc import Generator

    from assistant.facade import Assistant, Conversation
    from assistant.facade import Event as FacadeEvent
    from assistant.frontends.web.logs import Log
    from assistant.frontends.web.metrics import Metrics
    from assistant.frontends.web.options import ServeOptions


PUBLIC_FRONT: Final = "widget"
"""The front whose visitors are anybody."""


@dataclass(eq=False, slots=True)
class Run:
    """One question on its way. Everything but `stop` is touched in the event loop only."""

    client: str
    principal: Principal
    question: str
    conversation: Conversation | None
    front: str
    kept: Callable[[Answer], None] | None = None
    """Told of the answer when there is one."""
    as_typed: bool = False
    """No word of the question is taken for a misspelt one."""
    forget: bool = False
    """The caller keeps the conversation himself: what the facade stored of it is erased again."""
    id: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    log: list[Event] = field(default_factory=list)
    answer: Answer | None = None
    listeners: int = 0
    stop: Flag = field(default_factory=Flag)
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    begun: float = field(default_factory=time.monotonic)
    task: asyncio.Task[None] | None = None
    orphaned: asyncio.TimerHandle | None = None

    @property
    def done(self) -> bool:
        """Whether its last event is known."""
        return bool(self.log) and self.log[-1].last

    def add(self, name: str, data: dict[str, object]) -> None:
        """Note an event and wake the listeners; nothing follows the last one."""
        if not self.done:
            self.log.append(Event(len(self.log) + 1, name, data))
            self.moved.set()
            self.moved = asyncio.Event()


class Runs:
    """All runs of one server. Its methods belong to the event loop."""

    def __init__(self, assistant: Assistant, options: ServeOptions, metrics: Metrics, log: Log) -> None:
        self.assistant, self._options, self._metrics, self._log = assistant, options, metrics, log
        self.queue = FairQueue(options.workers, options.max_waiting)
        self._threads = ThreadPoolExecutor(options.workers, thread_name_prefix="answer")
        self._runs: dict[str, Run] = {}
        self.stopping = False

    def start(
        self,
        client: str,
        principal: Principal,
        question: str,
        *,
        front: str,
        conversation: Conversation | None = None,
        kept: Callable[[Answer], None] | None = None,
        forget: bool = False,
        as_typed: bool = False,
        most: int,
        alone: bool = True,
    ) -> Run:
        """Begin a run. Raises Problem 429 where no place is free, 503 where the server is about to end."""
        if self.stopping:
            raise problems.stopping()
        run = Run(client, principal, question, conversation, front, kept, as_typed, forget)
        run.add("run", {"id": run.id})
        try:
            place = self.queue.join(client, lambda position: _position(run, position), most=most, alone=alone)
        except Overloaded as full:
            self._metrics.rejected.labels("overloaded").inc()
            raise problems.overloaded(full.retry_after) from None
        self._runs[run.id] = run
        run.task = asyncio.get_running_loop().create_task(self._drive(run, place))
        return run

    def find(self, run_id: str, client: str) -> Run:
        """A run of this client. Raises Problem 404 for any other."""
        run = self._runs.get(run_id)
        if run is None or run.client != client:
            raise problems.not_found()
        return run

    def active(self, client: str) -> bool:
        """Whether a question of this client is on its way."""
        return any(run.client == client and not run.done for run in self._runs.values())

    async def follow(self, run: Run, after: int = 0) -> AsyncIterator[bytes]:
        """The events after a number, encoded, as they come, with heartbeats; ends with the last event."""
        run.listeners += 1
        if run.orphaned is not None:
            run.orphaned.cancel()
            run.orphaned = None
        try:
            while True:
                waiter = run.moved
                for event in run.log[after:]:
                    after = event.number
                    yield event.encode()
                if run.done:
                    return
                try:
                    await asyncio.wait_for(waiter.wait(), self._options.heartbeat_seconds)
                except TimeoutError:
                    yield events.HEARTBEAT
        finally:
            run.listeners -= 1
            if run.listeners == 0 and not run.done:
                loop = asyncio.get_running_loop()
                run.orphaned = loop.call_later(self._options.resume_seconds, self.cancel, run)

    async def result(self, run: Run) -> Answer:
        """The answer of a run. Raises Problem where it failed."""
        async for _ in self.follow(run):
            pass
        if run.answer is None:
            failure = run.log[-1].data
            raise problems.Problem(int(failure["status"]), str(failure["code"]), str(failure["message"]))
        return run.answer

    def cancel(self, run: Run) -> None:
        """Give a run up: at once where it waits, after the sentence in hand where it is being answered."""
        run.stop.set()
        if run.task is not None and run.log[-1].name in ("run", "queued"):
            run.task.cancel()

    async def shut(self, seconds: float) -> None:
        """Take no more, let waiting runs go, give those in progress some time, end the threads."""
        self.stopping = True
        for run in list(self._runs.values()):
            if not run.done and run.log[-1].name in ("run", "queued"):
                run.add("failed", _failure(problems.stopping()))
                self.cancel(run)
        tasks = [run.task for run in self._runs.values() if run.task is not None and not run.task.done()]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=seconds)
            for run in self._runs.values():
                run.stop.set()
                if late:
                    run.add("failed", _failure(problems.stopping()))
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _drive(self, run: Run, place: Place) -> None:
        loop = asyncio.get_running_loop()
        seconds: float | None = None
        try:
            await place.turn()
            began = time.monotonic()
            self._metrics.queue_seconds.observe(began - run.begun)
            run.add("started", {})
            await loop.run_in_executor(self._threads, self._work, run, loop.call_soon_threadsafe)
            seconds = time.monotonic() - began
            # What the thread posted last is handled before this line's successor: both go through the same loop.
            await asyncio.sleep(0)
        finally:
            run.add("failed", _failure(problems.Problem(499, "cancelled", "the question was given up")))
            self.queue.leave(place, seconds)
            self._finished(run, seconds)

    def _finished(self, run: Run, seconds: float | None) -> None:
        outcome = str(run.answer.status) if run.answer else str(run.log[-1].data.get("code", "failed"))
        if seconds is not None:
            self._metrics.answer_seconds.observe(seconds)
        self._metrics.answers.labels(run.front, outcome).inc()
        if run.answer is not None and run.kept is not None:
            run.kept(run.answer)
        self._log.say("answer", front=run.front, outcome=outcome, ms=round(1000 * (time.monotonic() - run.begun)))
        run.question = ""
        asyncio.get_running_loop().call_later(self._options.keep_run_seconds, self._runs.pop, run.id, None)

    def _work(self, run: Run, post: Callable[..., object]) -> None:
        """In a thread: the facade's events, posted to the loop one by one."""
        from assistant.facade import Finished

        def finish(name: str, data: dict[str, object], answer: Answer | None = None) -> None:
            run.answer = answer
            run.add(name, data)

        # A loop that has ended takes no more posts; then nobody listens either.
        with suppress(RuntimeError):
            try:
                stream: Generator[FacadeEvent, None, None] = self.assistant.stream(  # type: ignore[assignment]
                    run.question, principal=run.principal, conversation=run.conversation, as_typed=run.as_typed
                )
                with closing(stream):
                    for event in stream:
                        if run.stop.is_set() and not isinstance(event, Finished):
                            return
                        public = run.front == PUBLIC_FRONT
                        post(
                            finish,
                            *events.of(event, public=public),
                            event.answer if isinstance(event, Finished) else None,
                        )
            except AssistantError as error:
                post(finish, "failed", _failure(problems.of(error)))
            except Exception as error:  # noqa: BLE001 - a foreign message may quote text; its class may not
                self._log.failure("answer", error)
                post(finish, "failed", _failure(problems.Problem(500, "internal", "the answer failed")))
            finally:
                self._forget(run)

    def _forget(self, run: Run) -> None:
        """Where the caller keeps the conversation himself nothing of it stays, however the run ended."""
        if run.forget and run.conversation is not None and run.conversation.id:
            try:
                self.assistant.vault.delete_conversation(run.conversation.id)
            except AssistantError as error:
                self._log.failure("forget", error)


def _position(run: Run, position: int) -> None:
    if position > 0:
        run.add("queued", {"position": position})


def _failure(problem: problems.Problem) -> dict[str, object]:
    return {"status": problem.status, "code": problem.code, "message": problem.message}
