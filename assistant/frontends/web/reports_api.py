"""What the admin page calls about reports: listed, shown, and one run at a time begun, watched and stopped."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from assistant.config import reports_home
from assistant.frontends.web import auth, headers, problems
from assistant.frontends.web.bodies import read_json, text_of
from assistant.frontends.web.problems import Problem
from assistant.frontends.web.report_kinds import KINDS
from assistant.frontends.web.reports import list_reports, read_report
from assistant.frontends.web.responding import responded
from assistant.frontends.web.routing import route

if TYPE_CHECKING:
    from assistant.frontends.web.services import Services

_BODY: Final = 4096
_LIMITS: Final = range(1, 1001)


@dataclass(slots=True)
class RunOfReport:
    """A run: how far it has come, and a way to stop it."""

    kind: str
    begun: float = field(default_factory=time.monotonic)
    done: int = 0
    total: int = 0
    ended: str = ""
    stop: threading.Event = field(default_factory=threading.Event)

    def progress(self, done: int, total: int, what: str) -> None:  # noqa: ARG002 - the shape of a progress
        """Told between questions. Where it is to stop, evaluation takes this for Ctrl-C."""
        self.done, self.total = done, total
        if self.stop.is_set():
            raise KeyboardInterrupt

    def told(self) -> dict[str, object]:
        """Plain values; `ended` is empty while it runs."""
        seconds = round(time.monotonic() - self.begun)
        return {"kind": self.kind, "done": self.done, "total": self.total, "seconds": seconds, "ended": self.ended}


class ReportsApi:
    """The routes under /admin/api/reports and /admin/reports."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._run: RunOfReport | None = None
        self._task: asyncio.Task[None] | None = None

    def routes(self) -> list[Route]:
        """The routes."""
        return [
            route("/admin/api/reports", self.reports_list),
            route("/admin/api/reports/run", self.reports_run, ["POST"]),
            route("/admin/api/reports/run", self.reports_stop, ["DELETE"]),
            route("/admin/reports/{name}", self.reports_show),
        ]

    async def reports_list(self, request: Request) -> Response:
        """The evaluation and fairness reports, what can be run, and the run in hand."""
        auth.person(request, self._services, "reports")
        run = self._run.told() if self._run is not None else None
        kinds = {name: {"title": kind.title, "limited": kind.limited} for name, kind in KINDS.items()}
        return await responded(lambda: {**list_reports(), "kinds": kinds, "run": run})

    async def reports_show(self, request: Request) -> Response:
        """One report, as it lies there; HTML without scripts."""
        auth.person(request, self._services, "reports")
        body, media_type = await asyncio.to_thread(read_report, str(request.path_params["name"]))
        return Response(body, media_type=media_type, headers={"Content-Security-Policy": headers.CSP_REPORT})

    async def reports_run(self, request: Request) -> Response:
        """Begin a run in a throw-away vault, beside the questions of visitors."""
        login = auth.person(request, self._services, "reports", change=True)
        body = await read_json(request, most=_BODY, seconds=self._services.options.body_seconds)
        kind, limit = text_of(body, "kind", most=40), body.get("limit", 20)
        if kind not in KINDS or not isinstance(limit, int) or limit not in _LIMITS:
            raise Problem(400, "bad_field", "'kind' must be one of the list and 'limit' 1 to 1000")
        if self._run is not None and not self._run.ended:
            raise Problem(409, "busy", "a report is being made", remedy="wait for it, or stop it")
        run = self._run = RunOfReport(kind)
        self._services.assistant.vault.audit.append("report.run", {"principal": login.principal.name, "kind": kind})
        self._task = asyncio.create_task(self._drive(run, limit))
        return JSONResponse(run.told())

    async def reports_stop(self, request: Request) -> Response:
        """Stop the run in hand; no report comes of it."""
        auth.person(request, self._services, "reports", change=True)
        if self._run is None or self._run.ended:
            raise problems.not_found()
        self._run.stop.set()
        return Response(status_code=204)

    async def _drive(self, run: RunOfReport, limit: int) -> None:
        try:
            await asyncio.to_thread(self._made, run, limit)
        except Exception as error:  # noqa: BLE001 - a foreign message may quote text; its class may not
            self._services.log.failure("report", error)
            run.ended = f"it failed ({type(error).__name__}); see the server's log"
        else:
            run.ended = run.ended or "done"

    def _made(self, run: RunOfReport, limit: int) -> None:
        home = reports_home()
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            KINDS[run.kind].make(self._services.assistant.pack, home, limit, run.progress)
        except KeyboardInterrupt:
            run.ended = "stopped"
