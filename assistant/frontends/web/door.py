"""The outermost layer: which host was asked, how large a body may be, what is counted and logged, and no error that tells.

Everything that reaches a route has passed here, and every answer leaves through here with its security headers.
"""

from __future__ import annotations

import ipaddress
import secrets
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import AssistantError
from assistant.frontends.web import headers, problems
from assistant.frontends.web.problems import Problem

if TYPE_CHECKING:
    from assistant.frontends.web.services import Services

REQUEST_ID: Final = "assistant.request_id"
MORE_HEADERS: Final = "assistant.headers"
"""Under this key of the scope lie headers that every answer to this request gets, its errors too."""
_LOCAL: Final = ("localhost", "127.0.0.1", "::1")


class Door:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app, self._services = app, services
        self._hosts = {*_LOCAL, services.options.host, *(name.lower() for name in services.options.names)}
        self._inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; anything else than HTTP and the lifespan is refused."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        began, answered = time.monotonic(), [0]
        secure = _place(scope, trust_proxy=self._services.options.trust_proxy)
        # Made here, whatever the client sends: it stands in the log, and lets a person find the line of an answer.
        scope[REQUEST_ID] = f"req_{secrets.token_hex(12)}"
        scope[MORE_HEADERS] = {"X-Request-Id": scope[REQUEST_ID]}

        async def out(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered[0] = int(message["status"])
                _harden(message, scope[MORE_HEADERS], secure=secure)
            await send(message)

        self._inside += 1
        try:
            self._admit(scope)
            await self._app(scope, receive, out)
        except Exception as error:  # noqa: BLE001 - the last net: nothing of an exception's message leaves
            if answered[0]:
                # The answer has begun: ending it here is all that can be done, and the client sees that it broke.
                self._services.log.failure("response", error)
                raise _Broken from None
            await self._problem(error).response()(scope, receive, out)
        finally:
            self._inside -= 1
            self._count(scope, answered[0], time.monotonic() - began)

    def _admit(self, scope: Scope) -> None:
        sent = Headers(scope=scope)
        if _host(sent.get("host", "")) not in self._hosts:
            raise Problem(421, "wrong_host", "this server is not known under that name", remedy="give --name HOST")
        if self._inside > self._services.options.max_requests:
            self._services.metrics.rejected.labels("connections").inc()
            raise Problem(503, "busy", "too many requests at once", retry_after=5)

    def _problem(self, error: Exception) -> Problem:
        if isinstance(error, Problem):
            return error
        if isinstance(error, AssistantError):
            return problems.of(error)
        self._services.log.failure("request", error)
        return Problem(500, "internal", "the request failed", remedy="nothing was released; see the server's log")

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        # The route as written in the table, not as asked: a path may name a document.
        route = str(scope.get("route_name", "none"))
        metrics = self._services.metrics
        metrics.requests.labels(
            route, scope["method"] if scope["method"] in _METHODS else "other", str(status or 499)
        ).inc()
        metrics.request_seconds.observe(seconds)
        if route not in ("healthz", "readyz", "metrics"):
            method, ms = scope["method"][:8], round(seconds * 1000, 1)
            self._services.log.say(
                "request", id=scope[REQUEST_ID], route=route, method=method, status=status or 499, ms=ms
            )


_METHODS: Final = frozenset({"GET", "HEAD", "POST", "DELETE", "OPTIONS", "PUT", "PATCH"})


class _Broken(Exception):
    """An answer that broke off; it carries nothing."""


def _place(scope: Scope, *, trust_proxy: bool) -> bool:
    """Note the client's address in the scope; whether the client speaks HTTPS (to us or to the proxy)."""
    peer = str((scope.get("client") or ("", 0))[0])
    secure = scope.get("scheme") == "https"
    if trust_proxy and _is_loopback(peer):
        sent = Headers(scope=scope)
        # The last entry is the proxy's own; those before it were sent by the client and prove nothing.
        peer = sent.get("x-forwarded-for", peer).rsplit(",", 1)[-1].strip()[:64]
        secure = sent.get("x-forwarded-proto", "").rsplit(",", 1)[-1].strip() == "https"
    scope["assistant.client"], scope["assistant.secure"] = peer, secure
    return secure


def client_of(scope: Scope) -> str:
    """The client's address; an IPv6 one by its /64, which is what one household gets."""
    try:
        address = ipaddress.ip_address(str(scope["assistant.client"]))
    except ValueError:
        return str(scope["assistant.client"])
    if isinstance(address, ipaddress.IPv6Address) and not address.ipv4_mapped:
        return str(ipaddress.ip_network((address, 64), strict=False).network_address)
    return str(address)


def is_local(scope: Scope) -> bool:
    """Whether the client is on this machine."""
    return _is_loopback(str(scope["assistant.client"]))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _host(header: str) -> str:
    """The host name of a Host header, without port and brackets."""
    if header.startswith("["):
        return header[1:].partition("]")[0].lower()
    return header.partition(":")[0].lower().rstrip(".")


def _harden(message: Message, more: Mapping[str, str], *, secure: bool) -> None:
    answer = MutableHeaders(scope=message)
    for name, value in more.items():
        answer[name] = value
    for name, value in headers.ALWAYS.items():
        answer[name] = value
    for name, value in headers.DEFAULTS.items():
        answer.setdefault(name, value)
    if secure:
        answer["Strict-Transport-Security"] = headers.HSTS
