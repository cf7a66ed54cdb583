"""A head must come in time, in however many pieces; a body and an answer may take longer."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

from assistant.frontends.web.headtime import protocol_with

SECONDS = 0.5
HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n"


async def slow(scope: dict, receive, send) -> None:  # type: ignore[no-untyped-def,type-arg]
    """Takes the body and answers after more than the time for a head."""
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    await asyncio.sleep(2 * SECONDS)
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(len(body)).encode())]}
    )
    await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    bound = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(slow, http=protocol_with(SECONDS), lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[bound])))
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield bound.getsockname()[1]
    server.should_exit = True
    thread.join(20)


def talk(port: int, *pieces: bytes, pause: float = 0.0) -> bytes:
    """Send piece by piece; what comes back until the other side ends or the answer is whole."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        got = b""
        try:
            for piece in pieces:
                client.sendall(piece)
                time.sleep(pause)
            while not got.endswith(b"body") and (more := client.recv(4096)):
                got += more
        except ConnectionError:
            pass
        return got


def test_a_whole_head_has_all_the_time_for_its_body_and_its_answer(port: int) -> None:
    assert talk(port, HEAD, b"bo", b"dy", pause=1.2 * SECONDS).endswith(b"body")


def test_a_client_that_says_nothing_or_never_ends_its_head_is_cut_off(port: int) -> None:
    assert talk(port) == b""
    assert talk(port, b"GET / HTTP/1.1\r\n") == b""


def test_a_head_that_drips_is_cut_off_however_steadily_it_drips(port: int) -> None:
    begun = time.monotonic()
    pieces = [bytes([byte]) for byte in HEAD[:40]]
    assert talk(port, *pieces, pause=SECONDS / 5) == b""
    assert time.monotonic() - begun > SECONDS


def test_the_next_request_of_a_connection_has_its_own_time(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        for _ in range(2):
            client.sendall(HEAD + b"body")
            got = b""
            while not got.endswith(b"body"):
                more = client.recv(4096)
                assert more, "an idle connection is kept between two requests"
                got += more
            time.sleep(1.5 * SECONDS)
        client.sendall(b"GET / HT")
        assert client.recv(4096) == b""
