from __future__ import annotations

from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from assistant.frontends.web.streams import event_stream


async def pieces() -> AsyncIterator[bytes]:
    yield b"data: one\n\n"
    yield b"data: two\n\n"


def answered(headers: dict[str, str] | None = None) -> Response:
    async def handler(request: Request) -> Response:
        return event_stream(pieces(), headers)

    return TestClient(Starlette(routes=[Route("/", handler)])).get("/")  # type: ignore[return-value]


def test_a_stream_asks_proxies_neither_to_keep_nor_to_change_it() -> None:
    answer = answered()
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store, no-transform"
    assert answer.headers["x-accel-buffering"] == "no"
    assert "content-length" not in answer.headers
    assert answer.text == "data: one\n\ndata: two\n\n"  # type: ignore[attr-defined]


def test_a_route_may_add_headers_of_its_own() -> None:
    answer = answered({"Access-Control-Allow-Origin": "https://www.example.org"})
    assert answer.headers["access-control-allow-origin"] == "https://www.example.org"
    assert answer.headers["x-accel-buffering"] == "no"
