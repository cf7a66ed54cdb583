"""The remote engine against servers on loopback that behave well and badly; `tests/conformance` has it against a real model."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from assistant.config import Remote
from assistant.engines.remote import RemoteEngine
from assistant.errors import ConfigError, EgressDenied, EngineError
from assistant.protocols import Prompt, Sampling

PROMPT = Prompt("Be brief.", "What is my secret?")
Reply = Callable[[BaseHTTPRequestHandler], None]


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, reply: Reply) -> None:
        self.seen: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.gone = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            server: Server

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.asked = body
                self.server.seen.append((self.path, dict(self.headers), body))
                try:
                    reply(self)
                except OSError:
                    self.server.gone.set()

            def log_message(self, *_: Any) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


@pytest.fixture
def serve() -> Iterator[Callable[[Reply], Server]]:
    started: list[Server] = []

    def start(reply: Reply) -> Server:
        started.append(Server(reply))
        return started[-1]

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


def event(text: str | None = None, finish: str | None = None) -> bytes:
    delta = {} if text is None else {"content": text}
    return b"data: " + json.dumps({"choices": [{"delta": delta, "finish_reason": finish}]}).encode() + b"\n\n"


def says(*chunks: bytes, status: int = 200, pause: float = 0.0) -> Reply:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.end_headers()
        for chunk in chunks:
            handler.wfile.write(chunk)
            handler.wfile.flush()
            time.sleep(pause)

    return reply


def ask(server: Server, **sampling: Any) -> str:
    engine = RemoteEngine(Remote(server.url, "a-model", "ASSISTANT_TEST_KEY"))
    return "".join(engine.stream(PROMPT, Sampling(**{"timeout_s": 20.0} | sampling)))


def test_speaks_the_protocol(serve: Callable[[Reply], Server], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_TEST_KEY", "k1")
    server = serve(says(event("Hel"), b": ping\n\n", event("lo é"), event(None, "stop"), b"data: [DONE]\n\n"))
    assert ask(server, max_tokens=7, seed=3, stop=("\n",), grammar='root ::= "x"') == "Hello é"
    path, headers, body = server.seen[0]
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == "Bearer k1"
    assert body == {
        "model": "a-model",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is my secret?"}],
        "max_tokens": 7,
        "temperature": 0.0,
        "seed": 3,
        "stream": True,
        "stop": ["\n"],
        "grammar": 'root ::= "x"',
    }


def test_pieces_come_as_they_are_written(serve: Callable[[Reply], Server]) -> None:
    server = serve(says(event("one "), event("two"), event(None, "stop"), pause=0.4))
    began = time.monotonic()
    stream = RemoteEngine(Remote(server.url, "m")).stream(PROMPT, Sampling())
    assert next(stream) == "one "
    assert time.monotonic() - began < 0.4 + 5
    assert list(stream) == ["two"]


def test_an_event_may_be_cut_anywhere(serve: Callable[[Reply], Server]) -> None:
    whole = event("Größe") + event(None, "stop")
    assert ask(serve(says(*(whole[i : i + 3] for i in range(0, len(whole), 3))))) == "Größe"


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (says(b'{"error":"What is my secret?"}', status=500), "HTTP status 500"),
        (says(b"", status=401), "HTTP status 401"),
        (says(event("Hel")), "broke off"),
        (says(), "broke off"),
        (says(b"data: {not json}\n\n"), "not JSON"),
        (says(b'data: {"error": {"message": "What is my secret?"}}\n\n'), "reported an error"),
        (says(b"data: " + b"x" * (3 << 20)), "endless line"),
        (lambda handler: handler.connection.close(), "cannot be reached|broke off"),
    ],
)
def test_failures_are_errors_without_content(serve: Callable[[Reply], Server], reply: Reply, message: str) -> None:
    with pytest.raises(EngineError, match=message) as caught:
        ask(serve(reply))
    assert "secret" not in str(caught.value)


def test_redirects_are_not_followed(serve: Callable[[Reply], Server]) -> None:
    other = serve(says(event("stolen", "stop")))

    def redirect(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(307)
        handler.send_header("Location", other.url + "/chat/completions")
        handler.end_headers()

    with pytest.raises(EngineError, match="HTTP status 307"):
        ask(serve(redirect))
    assert other.seen == []


def test_proxies_of_the_environment_are_not_used(
    serve: Callable[[Reply], Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = serve(says(event("stolen", "stop")))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy.url)
    assert ask(serve(says(event("direct", "stop")))) == "direct"
    assert proxy.seen == []


def test_a_server_that_drips_cannot_outlast_the_time_out(serve: Callable[[Reply], Server]) -> None:
    server = serve(says(*[b"d"] * 400, pause=0.05))
    began = time.monotonic()
    with pytest.raises(EngineError, match="did not finish within"):
        ask(server, timeout_s=0.5)
    assert time.monotonic() - began < 10


def test_closing_the_stream_closes_the_connection(serve: Callable[[Reply], Server]) -> None:
    server = serve(says(*[event("word ")] * 4000, pause=0.005))
    stream = RemoteEngine(Remote(server.url, "m")).stream(PROMPT, Sampling())
    assert next(stream) == "word "
    stream.close()  # type: ignore[attr-defined]
    assert server.gone.wait(15)


def test_nobody_listening_is_an_error() -> None:
    engine = RemoteEngine(Remote("http://127.0.0.1:1/v1", "m"))
    with pytest.raises(EngineError, match="cannot be reached"):
        list(engine.stream(PROMPT, Sampling()))


def test_many_keep_their_order(serve: Callable[[Reply], Server]) -> None:
    def echo(handler: BaseHTTPRequestHandler) -> None:
        asked = handler.asked["messages"][-1]["content"]  # type: ignore[attr-defined]
        time.sleep(0.02 * (9 - int(asked)))  # the first asked is the last to answer
        says(event(asked, "stop"))(handler)

    engine = RemoteEngine(Remote(serve(echo).url, "m"))
    prompts = [Prompt("", str(number)) for number in range(10)]
    assert engine.complete_many(prompts, Sampling()) == [str(number) for number in range(10)]


def test_a_server_that_drips_its_headers_cannot_outlast_the_time_out(serve: Callable[[Reply], Server]) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        for _ in range(400):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.05)

    began = time.monotonic()
    with pytest.raises(EngineError, match="did not finish within"):
        ask(serve(drip), timeout_s=0.5)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "host", ["api.example.com", "10.1.2.3", "127.0.0.1.example.com", "[2001:db8::1]", "localhost.evil.org"]
)
def test_hosts_that_are_not_allowed_are_refused(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ASSISTANT_ALLOWED_HOSTS", raising=False)
    with pytest.raises(EgressDenied):
        RemoteEngine(Remote(f"https://{host}/v1", "m"))


@pytest.mark.parametrize("host", ["llm.ward.example", "10.1.2.3"])
def test_allowed_hosts_are_taken_but_not_in_plain_text(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_ALLOWED_HOSTS", "LLM.ward.example, 10.1.0.0/16")
    monkeypatch.delenv("ASSISTANT_REMOTE_PLAIN_HTTP", raising=False)
    RemoteEngine(Remote(f"https://{host}/v1", "m"))
    with pytest.raises(EgressDenied, match="unencrypted"):
        RemoteEngine(Remote(f"http://{host}/v1", "m"))
    monkeypatch.setenv("ASSISTANT_REMOTE_PLAIN_HTTP", "1")
    RemoteEngine(Remote(f"http://{host}/v1", "m"))


def test_a_host_no_longer_allowed_is_refused_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_ALLOWED_HOSTS", "llm.ward.example")
    engine = RemoteEngine(Remote("https://llm.ward.example/v1", "m"))
    monkeypatch.setenv("ASSISTANT_ALLOWED_HOSTS", "")
    with pytest.raises(EgressDenied):
        list(engine.stream(PROMPT, Sampling()))


@pytest.mark.parametrize(
    "url",
    ["", "127.0.0.1:80", "ftp://127.0.0.1/", "http://u:p@127.0.0.1/", "http://127.0.0.1/v1?k=v", "http://127.0.0.1:x/"],
)
def test_malformed_addresses_are_refused(url: str) -> None:
    with pytest.raises(ConfigError):
        RemoteEngine(Remote(url, "m"))
