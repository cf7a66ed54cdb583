"""HTTP connections whose request line and headers must arrive in time: half-sent ones are closed instead of kept open."""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol


def protocol_with(seconds: float) -> type[H11Protocol]:
    """uvicorn's protocol, which closes a connection that has not sent a whole head within so many seconds."""

    class Timed(H11Protocol):
        """One connection."""

        _waiting: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            """A client came: it has some time for its first head."""
            super().connection_made(transport)
            self._wait()

        def data_received(self, data: bytes) -> None:
            """Something came; where it is the beginning of a head, the rest has the same time, however many pieces it comes in."""
            super().data_received(data)
            begun = bool(self.conn.trailing_data[0])
            if self.conn.their_state is h11.IDLE and begun:
                self._wait()
            else:
                self._settle()

        def connection_lost(self, exc: Exception | None) -> None:
            """The client is gone."""
            self._settle()
            super().connection_lost(exc)

        def _wait(self) -> None:
            if self._waiting is None:
                self._waiting = asyncio.get_running_loop().call_later(seconds, self._close)

        def _settle(self) -> None:
            if self._waiting is not None:
                self._waiting.cancel()
                self._waiting = None

        def _close(self) -> None:
            self._waiting = None
            transport: asyncio.Transport | None = self.transport
            if transport is not None and not transport.is_closing():
                # Not `close`: that would wait until a client that reads nothing has taken what was sent.
                transport.abort()

    return Timed
