from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

import pytest
from starlette.requests import Request

from assistant.frontends.web import bodies
from assistant.frontends.web.problems import Problem


def asked(*chunks: bytes, gone: bool = False, slow: bool = False, headers: Iterable[tuple[str, str]] = ()) -> Request:
    """A request whose body comes in these pieces."""
    left = list(chunks)

    async def receive() -> MutableMapping[str, Any]:
        if left:
            return {"type": "http.request", "body": left.pop(0), "more_body": bool(left) or gone or slow}
        if gone:
            return {"type": "http.disconnect"}
        await asyncio.sleep(60)
        raise AssertionError("nobody waits that long")

    return Request(
        {"type": "http", "method": "POST", "headers": [(k.encode(), v.encode()) for k, v in headers]}, receive
    )


def json_request(body: bytes, media: str = "application/json") -> Request:
    return asked(body, headers=[("content-type", media)])


def told(work: Awaitable[object]) -> Problem:
    async def run() -> object:
        return await work

    with pytest.raises(Problem) as caught:
        asyncio.run(run())
    return caught.value


def test_a_body_is_put_together_from_its_pieces() -> None:
    assert asyncio.run(bodies.read(asked(b"ab", b"", b"c"), most=3, seconds=1)) == b"abc"


def test_one_byte_too_many_is_refused_whether_it_was_declared_or_not() -> None:
    assert told(bodies.read(asked(b"ab", b"cd"), most=3, seconds=1)).status == 413
    declared = asked(b"", headers=[("content-length", "4")])
    assert told(bodies.read(declared, most=3, seconds=1)).status == 413
    assert asyncio.run(bodies.read(asked(b"abc", headers=[("content-length", "3")]), most=3, seconds=1)) == b"abc"


@pytest.mark.parametrize("length", ["-1", "1e3", "abc", "½"])
def test_a_length_that_is_no_number_is_refused(length: str) -> None:
    request = Request({"type": "http", "method": "POST", "headers": [(b"content-length", length.encode("utf-8"))]})
    assert told(bodies.read(request, most=1000, seconds=1)).status == 413


def test_a_client_that_dawdles_or_goes_away_is_let_go() -> None:
    assert told(bodies.read(asked(b"a", slow=True), most=10, seconds=0.05)).code == "too_slow"
    assert told(bodies.read(asked(b"a", gone=True), most=10, seconds=5)).status == 499


@pytest.mark.parametrize("media", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_what_a_foreign_page_may_send_without_asking_is_not_taken(media: str) -> None:
    assert told(bodies.read_json(json_request(b"{}", media), most=10, seconds=1)).status == 415


@pytest.mark.parametrize("media", ["application/json", "Application/JSON; charset=utf-8"])
def test_json_is_taken_however_its_type_is_written(media: str) -> None:
    assert asyncio.run(bodies.read_json(json_request(b'{"a": 1}', media), most=10, seconds=1)) == {"a": 1}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "not_json"), (b"[1]", "not_json"), (b'"text"', "not_json"), (b"\xff", "not_json"), (b"", "not_json"),
        (b"[" * 200_000, "not_json"), (rb'{"a": "\ud800"}', "bad_text"), (rb'{"\udc00": 1}', "bad_text"),
    ],
)  # fmt: skip
def test_what_is_no_json_object_of_whole_characters_is_refused(body: bytes, code: str) -> None:
    problem = told(bodies.read_json(json_request(body), most=1_000_000, seconds=5))
    assert (problem.status, problem.code) == (400, code)


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert asyncio.run(bodies.read_json(json_request(rb'{"a": "\ud83d\ude00"}'), most=99, seconds=1)) == {"a": "😀"}


@pytest.mark.parametrize("value", [None, 5, "", "  ", "x" * 11, ["x"]])
def test_a_text_field_is_a_text_within_its_bounds(value: object) -> None:
    with pytest.raises(Problem) as caught:
        bodies.text_of({"name": value}, "name", most=10)
    assert caught.value.status == 400 and "'name'" in caught.value.message


def test_a_text_field_that_is_not_needed_may_be_missing_but_not_another_thing() -> None:
    assert bodies.text_of({}, "name", needed=False) == ""
    assert bodies.text_of({"name": " "}, "name", needed=False) == " "
    with pytest.raises(Problem):
        bodies.text_of({"name": 3}, "name", needed=False)


@pytest.mark.parametrize("value", [-1, 1.0, True, "1", None])
def test_a_number_field_is_a_whole_number_from_nought(value: object) -> None:
    read: Callable[[], int] = lambda: bodies.number_of({"n": value}, "n")  # noqa: E731
    with pytest.raises(Problem):
        read()
    assert bodies.number_of({"n": 0}, "n") == 0
