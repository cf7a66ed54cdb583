"""What the routes share: one server's assistant, queue, sessions, limits, log and figures, made once and handed along."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from assistant.facade import Assistant, Parts
from assistant.frontends.web.access import AccessBook
from assistant.frontends.web.assets import Assets, load_assets
from assistant.frontends.web.limits import Limiter
from assistant.frontends.web.logins import Logins
from assistant.frontends.web.logs import Log
from assistant.frontends.web.metrics import Metrics
from assistant.frontends.web.runs import Runs
from assistant.frontends.web.sessions import Sessions
from assistant.types import Principal

if TYPE_CHECKING:
    from assistant.frontends.recipe_job import RecipeJob
    from assistant.frontends.web.options import ServeOptions


@dataclass(slots=True)
class Limits:
    """The rates of a server."""

    session: Limiter
    ip: Limiter
    bad_auth: Limiter
    login: Limiter


@dataclass(slots=True)
class Taking:
    """A file that is being taken in, in a thread: how far it has come, and a way to stop it."""

    stop: threading.Event = field(default_factory=threading.Event)
    told: str = ""

    def progress(self, done: int, total: int, what: str) -> None:  # noqa: ARG002 - the shape of a progress
        """Told by the thread between pieces of work. Where it is to stop, ingest takes this for Ctrl-C: nothing is stored."""
        self.told = what
        if self.stop.is_set():
            raise KeyboardInterrupt


@dataclass(slots=True)
class Services:
    """One server's parts."""

    assistant: Assistant
    options: ServeOptions
    access: AccessBook
    assets: Assets
    log: Log
    metrics: Metrics
    runs: Runs
    sessions: Sessions
    logins: Logins
    limits: Limits
    ready: bool = False
    unready: str = "loading"
    upload: asyncio.Lock = field(default_factory=asyncio.Lock)
    """One upload at a time: each is held in memory whole."""
    taking: Taking | None = None
    """The upload in hand."""
    recipe: RecipeJob | None = None
    """The recipe that runs, or that ran last."""

    def stop_taking(self) -> bool:
        """Stop the upload in hand, if there is one."""
        if self.taking is None:
            return False
        self.taking.stop.set()
        return True

    def take_policy(self, name: str) -> None:
        """Answer under another policy from now on; what is on its way ends under the one it began with. Raises PolicyError."""
        from assistant.wiring import beside

        made = beside(self.assistant, policy=name, roles=None, principal=self.assistant.principal)
        made.gate.warm()
        self.assistant = self.runs.assistant = self.sessions.assistant = made
        self.logins.idle = 60.0 * made.gate.policy.idle_lock_minutes

    def acting_as(self, principal: Principal) -> Assistant:
        """The same parts on behalf of somebody; never to be closed."""
        return Assistant(cast(Parts, self.assistant.tools), principal)

    def load(self) -> None:
        """Load model, index and checks; `ready` says that it is done. Runs in a thread and takes seconds."""
        try:
            parts = cast(Parts, self.assistant.tools)
            _ = parts.engine
            self.assistant.gate.warm()
            # The first search builds the index.
            labels = self.assistant.vault.label_sets()
            if labels:
                parts.retriever.search("warm up", allowed=list(labels), k=1)
        except Exception as error:  # noqa: BLE001 - readiness tells it, and the first question meets it again
            self.unready = type(error).__name__
            self.log.failure("load", error)
        else:
            self.unready, self.ready = "", True
            self.log.say("ready")


def build_services(assistant: Assistant, options: ServeOptions, log: Log | None = None) -> Services:
    """The parts of one server over an open assistant."""
    log = log or Log()
    metrics = Metrics()
    runs = Runs(assistant, options, metrics, log)
    sessions = Sessions(
        assistant, most=options.max_sessions, idle=options.idle_session_seconds, busy=lambda client: runs.active(client)
    )
    metrics.gauge("assistant_queue_waiting", "Questions that wait.", lambda: runs.queue.waiting)
    metrics.gauge("assistant_queue_running", "Questions being answered.", lambda: runs.queue.running)
    metrics.gauge("assistant_sessions", "Widget sessions held in memory.", lambda: len(sessions))
    return Services(
        assistant=assistant,
        options=options,
        access=AccessBook(assistant.vault),
        assets=load_assets(),
        log=log,
        metrics=metrics,
        runs=runs,
        sessions=sessions,
        logins=Logins(idle=60.0 * assistant.gate.policy.idle_lock_minutes),
        limits=Limits(
            Limiter(options.rate_session),
            Limiter(options.rate_ip),
            Limiter(options.rate_bad_auth),
            Limiter(options.rate_login),
        ),
    )
