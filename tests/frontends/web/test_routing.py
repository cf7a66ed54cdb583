from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.testclient import TestClient

from assistant.frontends.web.routing import route


def client() -> TestClient:
    async def one_thing(request: Request) -> Response:
        return PlainTextResponse(f"{request.scope['route_name']} {request.path_params['name']}")

    return TestClient(Starlette(routes=[route("/things/{name}", one_thing, ["POST"])]))


def test_the_log_knows_a_route_by_its_handler_and_not_by_what_was_asked() -> None:
    answer = client().post("/things/secret-name")
    assert answer.text == "one_thing secret-name"


def test_other_methods_are_refused() -> None:
    assert client().get("/things/x").status_code == 405
    assert client().head("/things/x").status_code == 405


def test_a_handler_of_a_class_keeps_its_name() -> None:
    class Api:
        async def listed(self, request: Request) -> Response:
            return PlainTextResponse(str(request.scope["route_name"]))

    made = route("/all", Api().listed)
    assert made.name == "listed"
    assert TestClient(Starlette(routes=[made])).get("/all").text == "listed"
