"""The ASGI application: all routes behind one door, parts loaded at its start and put away at its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from assistant.errors import AssistantError
from assistant.frontends.web import auth, problems
from assistant.frontends.web.access_api import AccessApi
from assistant.frontends.web.admin_api import AdminApi
from assistant.frontends.web.door import Door, is_local
from assistant.frontends.web.gaps_api import GapsApi
from assistant.frontends.web.openai_api import OpenAiApi
from assistant.frontends.web.pages import PagesApi
from assistant.frontends.web.people_api import PeopleApi
from assistant.frontends.web.policy_api import PolicyApi
from assistant.frontends.web.reports_api import ReportsApi
from assistant.frontends.web.routing import route
from assistant.frontends.web.widget_api import WidgetApi
from assistant.frontends.web.workshop_api import WorkshopApi

if TYPE_CHECKING:
    from assistant.frontends.web.services import Services

# A key or site that was revoked in another process stops working after so long.
_REFRESH_S: Final = 2.0
_SWEEP_S: Final = 30.0


class _Routes(Router):
    """A router whose "nothing here" is an answer like the others."""

    async def not_found(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Nothing under that path, or not with that method."""
        await problems.not_found().response()(scope, receive, send)


def build_app(services: Services) -> Door:
    """The application over a server's parts."""
    routes = [
        *_health(services),
        *WidgetApi(services).routes(),
        *OpenAiApi(services).routes(),
        *AdminApi(services).routes(),
        *GapsApi(services).routes(),
        *PagesApi(services).routes(),
        *PeopleApi(services).routes(),
        *WorkshopApi(services).routes(),
        *PolicyApi(services).routes(),
        *AccessApi(services).routes(),
        *ReportsApi(services).routes(),
    ]

    @asynccontextmanager
    async def lifespan(app: object) -> AsyncIterator[None]:  # noqa: ARG001
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: _report(services, context))
        loading = loop.run_in_executor(None, services.load)
        chores = [asyncio.create_task(_refresh(services)), asyncio.create_task(_sweep(services))]
        try:
            yield
        finally:
            for chore in chores:
                chore.cancel()
            await services.runs.shut(services.options.grace_seconds)
            await services.sessions.shut()
            await asyncio.wait({loading})

    return Door(_Routes(routes, redirect_slashes=False, lifespan=lifespan), services)


def _health(services: Services) -> list[Route]:
    async def healthz(request: Request) -> Response:  # noqa: ARG001
        return JSONResponse({"status": "alive"})

    async def readyz(request: Request) -> Response:  # noqa: ARG001
        if services.runs.stopping:
            raise problems.stopping()
        if not services.ready:
            raise problems.Problem(503, "not_ready", f"not ready: {services.unready}", retry_after=5)
        try:
            await asyncio.to_thread(services.assistant.vault.get, "domain")
        except AssistantError as error:
            raise problems.Problem(503, "not_ready", f"not ready: {type(error).__name__}", retry_after=5) from None
        return JSONResponse({"status": "ready"})

    async def metrics(request: Request) -> Response:
        # Counts tell how busy a clinic is: for this machine, or for who has a key.
        if not is_local(request.scope):
            auth.program(request, services)
        return PlainTextResponse(services.metrics.text(), media_type="text/plain; version=0.0.4")

    return [route("/healthz", healthz), route("/readyz", readyz), route("/metrics", metrics)]


async def _refresh(services: Services) -> None:
    while True:
        await asyncio.sleep(_REFRESH_S)
        try:
            await asyncio.to_thread(services.access.refresh)
        except AssistantError as error:
            services.log.failure("refresh", error)


async def _sweep(services: Services) -> None:
    while True:
        await asyncio.sleep(_SWEEP_S)
        services.sessions.sweep()


def _report(services: Services, context: dict[str, object]) -> None:
    """What the event loop could tell nobody: by class and place, without its message."""
    error = context.get("exception")
    if isinstance(error, BaseException):
        services.log.failure("loop", error)
    else:
        services.log.say("failure", where="loop", kind="unknown", place="")
