"""A real server on a loopback port, a host page on another one, and a wire between them that can be cut."""

from __future__ import annotations

import asyncio
import http.server
import io
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from assistant.facade import Assistant
from assistant.frontends.web.logs import Log
from assistant.frontends.web.options import ServeOptions
from assistant.frontends.web.server import build_server, listen, tls_of
from assistant.frontends.web.services import Services, build_services
from assistant.frontends.web.tokens import mint


@dataclass
class Running:
    """A server in a thread."""

    services: Services
    base: str
    log: io.StringIO
    loop: asyncio.AbstractEventLoop | None = None

    def in_loop(self, call: Callable[[], Any]) -> Any:
        """Run something where the server's own state is touched."""
        done: list[Any] = []
        event = threading.Event()

        def run() -> None:
            done.append(call())
            event.set()

        assert self.loop is not None
        self.loop.call_soon_threadsafe(run)
        assert event.wait(10)
        return done[0]

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.getvalue().splitlines()]


@contextmanager
def serving(assistant: Assistant, **options: Any) -> Iterator[Running]:
    """A server over an open assistant, on a free port, until the end of the block."""
    log = io.StringIO()
    services = build_services(assistant, ServeOptions(port=0, **options), Log(log))
    context, _ = tls_of(services)
    bound = listen(services.options.host, 0)
    server = build_server(services, context)
    scheme = "https" if services.options.tls else "http"
    running = Running(services, f"{scheme}://127.0.0.1:{bound.getsockname()[1]}", log)

    async def run() -> None:
        running.loop = asyncio.get_running_loop()
        await server.serve(sockets=[bound])

    thread = threading.Thread(target=lambda: asyncio.run(run()), name="server")
    thread.start()
    try:
        wait_until(lambda: server.started)
        yield running
    finally:
        server.should_exit = True
        thread.join(60)
        assert not thread.is_alive()


def wait_until(ready: Callable[[], Any], seconds: float = 60.0) -> None:
    """Wait for something to come true; fail loudly where it does not."""
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def wait_ready(base: str) -> None:
    wait_until(lambda: httpx.get(f"{base}/readyz").status_code == 200, 120)


@dataclass
class Site:
    """A site of the vault and the origin that its pages have."""

    name: str
    secret: str
    origin: str

    def token(self, **more: Any) -> str:
        return mint(self.name, self.secret, self.origin, **more)

    def headers(self, token: str = "", origin: str = "") -> dict[str, str]:
        return {"Authorization": f"Bearer {token or self.token()}", "Origin": origin or self.origin}


def events(text: str) -> list[tuple[str, dict[str, Any]]]:
    """The events of a finished stream."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "data" in fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


QUESTION = "How long does standard delivery take?"


def ask(server: Running, site: Site, question: str = QUESTION, **more: Any) -> list[tuple[str, dict[str, Any]]]:
    answer = httpx.post(
        f"{server.base}/widget/v1/ask", json={"question": question}, headers=site.headers(**more), timeout=60
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/event-stream")
    return events(answer.text)


@dataclass
class HostPage:
    """A host page's server: one page, and a token route that mints as the documentation says."""

    csp: str = ""
    head: str = ""
    body: str = ""
    mint: Callable[[], str] = lambda: ""
    port: int = 0
    token_calls: int = 0
    paths: list[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def hosting(page: HostPage) -> Iterator[HostPage]:
    """Serve a host page on a second origin."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page.paths.append(self.path)
            html = (
                f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host page</title>'
                f'<meta name="viewport" content="width=device-width, initial-scale=1">'
                f'<link rel="icon" href="data:,">{page.head}</head><body>{page.body}</body></html>'
            )
            kinds = {".css": "text/css", ".js": "text/javascript"}
            extra = FILES.get(self.path)
            self._send(
                (extra or html).encode(), kinds.get(self.path[self.path.rfind(".") :], "text/html; charset=utf-8")
            )

        def do_POST(self) -> None:
            page.token_calls += 1
            self._send(json.dumps({"token": page.mint()}).encode(), "application/json")

        def _send(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if page.csp:
                self.send_header("Content-Security-Policy", page.csp)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", page.port), Handler)
    server.daemon_threads = True
    page.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield page
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


FILES = {
    "/host.css": "body{margin:0;font:16px/1.6 Georgia,serif;background:#faf8f4;color:#222}"
    "header{background:#27384a;color:#fff;padding:18px 40px;font-size:22px}main{max-width:680px;margin:0;padding:32px 40px}"
    "h1{font-size:30px;line-height:1.25}@media (prefers-color-scheme:dark){body{background:#14171b;color:#ddd}}",
    "/probe.js": "window.violations=[];document.addEventListener('securitypolicyviolation',"
    "e=>window.violations.push(e.violatedDirective+' '+e.blockedURI));"
    "window.heard=[];for(const n of ['answer','error','feedback','handover','token-expired','open','close'])"
    "document.addEventListener('assistant-'+n,e=>window.heard.push([n,e.detail]));",
}


class Wire:
    """A TCP relay before the server. After the event that begins with `marker` it breaks the connection, and nothing that the
    server sent after it comes through; while `closed` it takes no connection, and after the cut lets no request pass on those it has."""

    def __init__(self, port: int) -> None:
        self._target = port
        self.marker: bytes | None = None
        self.closed = False
        self.cuts = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self.closed:
                client.close()
                continue
            server = socket.create_connection(("127.0.0.1", self._target))
            threading.Thread(target=self._pump, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, True), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        seen = b""
        try:
            while data := source.recv(65536):
                if self.closed and self.marker is None:
                    break
                marker = self.marker if answers else None
                # What came before there was a marker is of earlier answers on the same connection.
                before, seen = (len(seen), seen + data) if marker else (0, b"")
                # However much came at once: a busy machine reads several events together.
                cut = _end_of(marker, seen) if marker else 0
                sink.sendall(data[: max(0, cut - before)] if cut else data)
                if cut:
                    # A browser throws away what it has not yet handed on when the connection breaks: it gets time to.
                    time.sleep(0.5)
                    self.marker = None
                    self.cuts += 1
                    break
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()


def _end_of(marker: bytes, seen: bytes) -> int:
    """Where the event ends that begins with the marker; 0 where it is not all there."""
    start = seen.find(marker)
    return seen.find(b"\n\n", start) + 2 if start >= 0 and b"\n\n" in seen[start:] else 0
