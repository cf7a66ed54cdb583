"""The engine on another machine of the allowed network: an OpenAI-compatible endpoint (llama-server, vLLM).

It is set up by ASSISTANT_REMOTE_URL ("https://llm.hospital.example/v1"), ASSISTANT_REMOTE_MODEL and, where the server wants one,
the key in ASSISTANT_REMOTE_KEY. The host must be this machine or stand in ASSISTANT_ALLOWED_HOSTS. Off this machine only
https is spoken; proxies of the environment are not used and redirects not followed, for both lead elsewhere.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from assistant.config import Remote
from assistant.endpoint import Place, admit, checked
from assistant.engines.prompt import messages
from assistant.errors import ConfigError, EngineError
from assistant.protocols import Prompt, Sampling

URL: Final = "ASSISTANT_REMOTE_URL"
MODEL: Final = "ASSISTANT_REMOTE_MODEL"
PLAIN: Final = "ASSISTANT_REMOTE_PLAIN_HTTP"
# Requests at a time in `complete_many`; servers of this kind batch what comes together.
_PARALLEL: Final = 8
_LONGEST_LINE: Final = 1 << 20


def remote_from_environment(model: str | None = None) -> Remote:
    """The endpoint the environment names. Raises ConfigError where it names none."""
    url = os.environ.get(URL, "")
    chosen = model or os.environ.get(MODEL, "")
    if not url or not chosen:
        raise ConfigError(
            "the remote engine is not set up",
            remedy=f"set {URL} (such as https://llm.example.org/v1) and {MODEL}, or use --engine llamacpp",
        )
    return Remote(url, chosen)


class RemoteEngine:
    """Thread-safe; each answer has a connection of its own, which is closed when the answer ends or is given up."""

    name: str = "remote"
    writes: bool = True

    def __init__(self, remote: Remote) -> None:
        """Raises ConfigError for a malformed URL and EgressDenied for a host that is not allowed; nothing is sent yet."""
        self.model: str = remote.model
        self._place = _checked(remote.url)
        self._key_name = remote.api_key_env
        self._closed = False

    # ------------------------------------------------------------ the protocol

    def stream(self, prompt: Prompt, sampling: Sampling) -> Iterator[str]:
        """Pieces of the answer as they arrive; closing the iterator closes the connection, which stops the server.

        Raises EngineError where the server cannot be reached, refuses, breaks off or takes longer than `timeout_s`, and
        EgressDenied where the host is no longer allowed. A grammar is sent along; servers without grammars ignore it.
        """
        deadline = time.monotonic() + sampling.timeout_s
        if self._closed:
            raise EngineError("the engine is closed")
        connection = self._connect(sampling.timeout_s)
        finished = False
        try:
            self._send(connection, prompt, sampling)
            with _response(connection, deadline) as response:
                if response.status != http.client.OK:
                    raise EngineError(
                        f"the model server answered with HTTP status {response.status}",
                        remedy=f"check {URL}, {MODEL} and the key; the server's log says more",
                    )
                for event in _events(_lines(response, connection, deadline)):
                    piece, ended = _piece(event)
                    finished = finished or ended
                    if piece:
                        yield piece
        except TimeoutError:
            raise _late(sampling) from None
        except (OSError, http.client.HTTPException) as error:
            raise EngineError(
                f"the model server cannot be reached: {type(error).__name__}", remedy=f"is it running? check {URL}"
            ) from None
        finally:
            connection.close()
        if not finished:
            raise EngineError("the model server broke off in the middle of an answer", remedy="see the server's log")

    def close(self) -> None:
        """No connection is held between answers; after this none is made."""
        self._closed = True

    # ------------------------------------------------------------ beyond the protocol

    def complete_many(self, prompts: Sequence[Prompt], sampling: Sampling | Sequence[Sampling]) -> list[str]:
        """Answers to many prompts in their order, several at a time. The time-out holds for each."""
        each = [sampling] * len(prompts) if isinstance(sampling, Sampling) else list(sampling)
        with ThreadPoolExecutor(_PARALLEL, thread_name_prefix="remote") as pool:
            return list(pool.map(lambda pair: "".join(self.stream(*pair)), zip(prompts, each, strict=True)))

    # ------------------------------------------------------------ inside

    def _connect(self, timeout_s: float) -> http.client.HTTPConnection:
        place = self._place
        admit(place.host, URL)  # what is allowed may have been narrowed since
        if place.secure:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(place.host, place.port, timeout=timeout_s, context=context)
        return http.client.HTTPConnection(place.host, place.port, timeout=timeout_s)

    def _send(self, connection: http.client.HTTPConnection, prompt: Prompt, sampling: Sampling) -> None:
        body: dict[str, object] = {
            "model": self.model,
            "messages": messages(prompt),
            "max_tokens": sampling.max_tokens,
            "temperature": sampling.temperature,
            "seed": sampling.seed,
            "stream": True,
        }
        if sampling.stop:
            body["stop"] = list(sampling.stop)
        if sampling.grammar:
            body["grammar"] = sampling.grammar
        headers = {"Content-Type": "application/json", "Accept": "text/event-stream"}
        if key := os.environ.get(self._key_name):
            headers["Authorization"] = f"Bearer {key}"
        connection.request("POST", self._place.path + "/chat/completions", json.dumps(body).encode(), headers)


def _checked(url: str) -> Place:
    plain = os.environ.get(PLAIN) == "1"
    return checked(url, URL, what="questions", example="https://HOST[:PORT]/v1", plain=plain)


def _response(connection: http.client.HTTPConnection, deadline: float) -> http.client.HTTPResponse:
    """The reply once its headers are there. A socket's time-out starts anew with every byte, so a timer ends the waiting."""
    late = threading.Event()

    def give_up() -> None:
        late.set()
        if connection.sock is not None:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(0.0, deadline - time.monotonic()), give_up)
    timer.daemon = True
    timer.start()
    try:
        return connection.getresponse()
    except (OSError, http.client.HTTPException):
        if late.is_set():
            raise TimeoutError from None
        raise
    finally:
        timer.cancel()


def _lines(
    response: http.client.HTTPResponse, connection: http.client.HTTPConnection, deadline: float
) -> Iterator[bytes]:
    """Lines of a reply, none awaited beyond the deadline however slowly its bytes drip in. Raises TimeoutError."""
    held = b""
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if connection.sock is not None:
            connection.sock.settimeout(left)
        block = response.read1(65536)
        if not block:
            break
        *whole, held = (held + block).split(b"\n")
        yield from whole
        if len(held) > _LONGEST_LINE:
            raise EngineError("the model server sent an endless line")
    if held:
        yield held


@dataclass(frozen=True, slots=True)
class _Event:
    """One event of the stream: a JSON object, or the end mark."""

    data: dict[str, object] = field(default_factory=dict)
    done: bool = False


def _events(lines: Iterator[bytes]) -> Iterator[_Event]:
    for line in lines:
        if not line.startswith(b"data:"):
            continue
        data = line[5:].strip()
        if data == b"[DONE]":
            yield _Event(done=True)
            return
        try:
            parsed = json.loads(data)
        except ValueError:
            raise EngineError("the model server sent something that is not JSON") from None
        if not isinstance(parsed, dict) or "error" in parsed:
            raise EngineError("the model server reported an error", remedy="see the server's log")
        yield _Event(parsed)


def _piece(event: _Event) -> tuple[str, bool]:
    """The text of an event, and whether it says that the answer is whole."""
    if event.done:
        return "", True
    choices = event.data.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else {}
    if not isinstance(choice, dict):
        return "", False
    delta = choice.get("delta")
    text = delta.get("content") if isinstance(delta, dict) else None
    return (text if isinstance(text, str) else ""), bool(choice.get("finish_reason"))


def _late(sampling: Sampling) -> EngineError:
    return EngineError(
        f"the model server did not finish within {sampling.timeout_s:g} s",
        remedy="allow more time or ask for fewer tokens",
    )
