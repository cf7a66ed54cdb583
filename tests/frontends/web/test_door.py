from __future__ import annotations

import asyncio
import io
import json
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Router
from starlette.testclient import TestClient

from assistant.errors import LockedError
from assistant.frontends.web.door import REQUEST_ID, Door, client_of, is_local
from assistant.frontends.web.logs import Log
from assistant.frontends.web.metrics import Metrics
from assistant.frontends.web.options import ServeOptions
from assistant.frontends.web.problems import Problem
from assistant.frontends.web.routing import route


class House:
    """A small application behind the door, with what the door writes."""

    def __init__(self, **options: Any) -> None:
        self.log = io.StringIO()
        self.services: Any = SimpleNamespace(
            options=ServeOptions(names=("clinic.example",), **options), metrics=Metrics(), log=Log(self.log)
        )

        async def fine(request: Request) -> Response:
            return PlainTextResponse(f"{request.scope['assistant.client']} {request.scope['assistant.secure']}")

        async def broken(request: Request) -> Response:
            raise ValueError("the patient Grace Whitcombe")

        async def locked(request: Request) -> Response:
            raise LockedError("the vault is locked", remedy="unlock it")

        async def problem(request: Request) -> Response:
            raise Problem(418, "teapot", "no coffee")

        async def breaks_off(request: Request) -> Response:
            async def body() -> Any:
                yield b"begun"
                raise ValueError("the patient Grace Whitcombe")

            return StreamingResponse(body())

        routes = [
            route(f"/{handler.__name__}/{{name}}", handler) for handler in (fine, broken, locked, problem, breaks_off)
        ]
        self.app = Door(Router(routes=routes), self.services)

    def get(self, path: str = "/fine/x", *, host: str = "clinic.example", **headers: str) -> Any:
        client = TestClient(self.app, base_url=f"http://{host}", raise_server_exceptions=False, client=("10.0.0.7", 5))
        return client.get(path, headers=headers)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.getvalue().splitlines()]


@pytest.mark.parametrize(
    "host", ["clinic.example", "CLINIC.example", "clinic.example:8443", "localhost", "127.0.0.1:1", "[::1]:8443"]
)
def test_the_server_answers_to_its_own_names(host: str) -> None:
    assert House().get(host="clinic.example", Host=host).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "clinic.example.evil.example", "", "10.0.0.1"])
def test_and_to_no_other(host: str) -> None:
    answer = House().get(host="clinic.example", Host=host)
    assert answer.status_code == 421 and answer.json()["error"]["code"] == "wrong_host"


@pytest.mark.parametrize(
    ("path", "status"), [("/fine/x", 200), ("/broken/x", 500), ("/locked/x", None), ("/problem/x", 418), ("/none", 404)]
)
def test_every_answer_has_its_headers_and_its_number(path: str, status: int | None) -> None:
    house = House()
    answer = house.get(path, **{"X-Request-Id": "mine"})
    assert status is None or answer.status_code == status
    assert answer.headers["x-content-type-options"] == "nosniff" and "content-security-policy" in answer.headers
    assert answer.headers["x-request-id"].startswith("req_") and answer.headers["x-request-id"] != "mine"
    (line,) = [line for line in house.lines() if line["event"] == "request"]
    assert line["id"] == answer.headers["x-request-id"] and line["status"] == answer.status_code


def test_an_error_tells_nothing_of_its_message_and_the_log_neither_message_nor_path() -> None:
    house = House()
    answer = house.get("/broken/secret-name?q=secret-name")
    assert "Whitcombe" not in answer.text + house.log.getvalue() and "secret-name" not in house.log.getvalue()
    assert any(line.get("kind") == "ValueError" for line in house.lines())


def test_an_answer_that_broke_off_breaks_for_the_client_too() -> None:
    house = House()
    with pytest.raises(Exception) as caught:
        TestClient(house.app, base_url="http://localhost").get("/breaks_off/x")
    assert "Whitcombe" not in str(caught.value) + house.log.getvalue()


def test_a_proxy_is_believed_only_where_told_and_only_from_this_machine() -> None:
    forwarded = {"X-Forwarded-For": "1.1.1.1, 203.0.113.9", "X-Forwarded-Proto": "https"}
    assert House().get(**forwarded).text == "10.0.0.7 False"
    assert House(trust_proxy=True).get(**forwarded).text == "10.0.0.7 False", "it does not come from this machine"
    local = TestClient(House(trust_proxy=True).app, base_url="http://localhost", client=("127.0.0.1", 5))
    answer = local.get("/fine/x", headers=forwarded)
    assert answer.text == "203.0.113.9 True", "the last entry is the proxy's own"
    assert "strict-transport-security" in answer.headers


def test_more_requests_at_once_than_allowed_are_turned_away() -> None:
    house = House(max_requests=1)
    house.app._inside = 1
    answer = house.get()
    assert answer.status_code == 503 and answer.headers["retry-after"] == "5"
    house.app._inside = 0
    assert house.get().status_code == 200


def test_what_is_no_http_is_refused() -> None:
    sent: list[Any] = []

    async def run() -> None:
        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            return {"type": "websocket.connect"}

        await House().app({"type": "websocket", "headers": []}, receive, send)

    asyncio.run(run())
    assert sent == []


@pytest.mark.parametrize(
    ("address", "key", "local"),
    [
        ("10.0.0.7", "10.0.0.7", False), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::", False), ("::1", "::", True),
        ("127.0.0.1", "127.0.0.1", True),
        ("::ffff:10.0.0.7", "::ffff:a00:7", False), ("unix", "unix", False),
    ],
)  # fmt: skip
def test_one_household_is_one_client(address: str, key: str, local: bool) -> None:
    scope = {"assistant.client": address, REQUEST_ID: ""}
    assert client_of(scope) in (key, "::ffff:10.0.0.7") and is_local(scope) is local
