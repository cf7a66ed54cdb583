"""Running the application: one socket, TLS where it is asked for, and an orderly end on SIGTERM or Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import uvicorn

from assistant.errors import UsageError
from assistant.frontends.web.app import build_app
from assistant.frontends.web.headtime import protocol_with
from assistant.frontends.web.logs import quiet_libraries
from assistant.frontends.web.options import is_loopback
from assistant.frontends.web.tls import own_context, self_signed_context

if TYPE_CHECKING:
    from types import FrameType

    from assistant.frontends.web.services import Services


# What a shell reports of a process that ended by SIGTERM.
_STOPPED: Final = 143


class Server(uvicorn.Server):
    """uvicorn's server, which lets waiting questions go as soon as the end is asked for."""

    def __init__(self, config: uvicorn.Config, services: Services) -> None:
        super().__init__(config)
        self._services = services
        self._last_resort: threading.Timer | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal: no new questions from now on. A second one ends at once."""
        self._services.runs.stopping = True
        self._services.stop_taking()
        if self._services.recipe is not None:
            threading.Thread(target=self._services.recipe.cancel, daemon=True).start()
        if self._last_resort is None:
            self._last_resort = threading.Timer(self._services.options.exit_seconds, os._exit, (_STOPPED,))
            self._last_resort.daemon = True
            self._last_resort.start()
        super().handle_exit(sig, frame)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take SIGINT and SIGTERM while serving. uvicorn raises them again at the end, past whoever closes the vault."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the questions first: streams that are open would otherwise hold the connections."""
        await self._services.runs.shut(self._services.options.grace_seconds)
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """The listening socket. Raises UsageError where the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1" if host == "localhost" else host, port))
        bound.listen(2048)
    except OSError as error:
        bound.close()
        raise UsageError(
            f"cannot listen on {host} port {port} ({error.strerror})", remedy="choose another --port or --host"
        ) from None
    bound.set_inheritable(False)
    return bound


def tls_of(services: Services) -> tuple[ssl.SSLContext | None, str]:
    """The TLS context and, of a generated certificate, its fingerprint."""
    options = services.options
    if options.tls_cert is not None and options.tls_key is not None:
        return own_context(options.tls_cert, options.tls_key), ""
    if options.self_signed:
        return self_signed_context(services.assistant.vault, names_of(services))
    return None, ""


def names_of(services: Services) -> list[str]:
    """The names under which the server is addressed."""
    options = services.options
    local = ["localhost", "127.0.0.1", "::1"] if is_loopback(options.host) else []
    anywhere = options.host in ("0.0.0.0", "::")  # noqa: S104 - compared, not bound
    return sorted({*local, *options.names, *([] if anywhere else [options.host])})


def build_server(services: Services, context: ssl.SSLContext | None) -> Server:
    """The server over its parts; `run(sockets=[listen(...)])` serves until it is told to end."""
    quiet_libraries(services.log)

    config = uvicorn.Config(
        build_app(services),
        loop="asyncio",
        http=protocol_with(services.options.header_seconds),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=20,
        timeout_graceful_shutdown=services.options.grace_seconds,
        h11_max_incomplete_event_size=32 * 1024,
        ssl_context_factory=(lambda *_: context) if context is not None else None,
    )
    return Server(config, services)
