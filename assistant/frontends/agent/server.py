"""The agent itself: takes requests on its socket, runs the commands, and locks on idleness, `lock` or a signal."""

from __future__ import annotations

import fcntl
import os
import selectors
import signal
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from assistant import __version__
from assistant.errors import AccessDenied, ExitCode, VaultError
from assistant.frontends import console
from assistant.frontends.agent.address import own, private
from assistant.frontends.agent.allowed_commands import Request, checked
from assistant.frontends.agent.resources import VIA, Resources
from assistant.frontends.agent.wire import MAX_REQUEST, PIECE, WireError, receive, send
from assistant.frontends.commands import ask, audit, docs, vault
from assistant.frontends.options import lent
from assistant.frontends.outcome import outcome

COMMANDS: Final[Mapping[str, Callable[..., object]]] = {
    "ask": ask.ask,
    "docs list": docs.list_documents,
    "docs show": docs.show,
    "audit show": audit.show,
    "audit verify": audit.verify,
    "audit key": audit.key,
    "vault status": vault.status,
}
# A client sends its request at once; whoever holds a connection without a word is let go.
_REQUEST_S: Final = 5.0
# A client that reads nothing for so long (a stopped pager) is given up.
_REPLY_S: Final = 60.0
_AT_ONCE: Final = 16
# Between the order to lock and the end of the process; whatever still runs then ends with it.
_GRACE_S: Final = 1.5


class _Gone(Exception):
    """The client is no longer there."""


class Server:
    """One agent. `run` returns once it is locked, with the reason."""

    def __init__(self, held: Resources, path: Path, *, idle_s: float, note: str) -> None:
        self._held = held
        self._path = path
        self._idle_s = idle_s
        self._note = note
        self._since = time.time()
        self._used = _awake()
        self._running = 0
        self._busy = threading.Lock()
        self._places = threading.BoundedSemaphore(_AT_ONCE)
        self._told, self._tell = os.pipe()
        os.set_blocking(self._tell, False)
        self._guard = _alone(path)
        try:
            self._listener = _listen(path)
        except BaseException:
            os.close(self._guard)
            raise

    def run(self) -> str:
        """Answer until somebody locks it, a signal comes, or nobody has used it for its idle time; the vault is closed then."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda number, _: self._stop(signal.Signals(number).name))
        self._held.vault.audit.append("agent.unlocked", {"principal": self._held.who})
        reason = self._wait()
        self._close(reason)
        return reason

    def _wait(self) -> str:
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._listener, selectors.EVENT_READ)
            waiting.register(self._told, selectors.EVENT_READ)
            while True:
                ready = {key.fd for key, _ in waiting.select(self._left())}
                if self._told in ready:
                    return os.read(self._told, 64).decode("ascii", "replace")
                if self._listener.fileno() in ready:
                    self._accept()
                elif self._left() <= 0:
                    return "idle"

    def _left(self) -> float:
        with self._busy:
            # Asked again each half minute: a machine that slept does not wake a waiting process by itself.
            return 30.0 if self._running else min(30.0, max(0.0, self._used + self._idle_s - _awake()))

    def _stop(self, reason: str) -> None:
        # A pipe, since this runs in signal handlers too, where no lock may be waited for.
        with suppress(OSError):
            os.write(self._tell, reason.encode("ascii"))

    def _accept(self) -> None:
        try:
            line, _ = self._listener.accept()
        except OSError:
            return
        try:
            own(line)
        except (AccessDenied, OSError):
            line.close()
            return
        if not self._places.acquire(blocking=False):
            line.close()
            return
        threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        try:
            with line:
                line.settimeout(_REQUEST_S)
                raw = receive(line, MAX_REQUEST)
                if raw is not None:
                    line.settimeout(_REPLY_S)
                    self._reply(line, raw)
        except (OSError, WireError, _Gone):
            # Gone, or no client of ours: what it sent is neither answered nor noted.
            pass
        finally:
            self._places.release()

    def _reply(self, line: socket.socket, raw: Mapping[str, object]) -> None:
        if raw.get("command") == "lock":
            self._locked_for(line)
        elif raw.get("command") == "state":
            send(line, {"state": self.state(), "exit": int(ExitCode.DONE)})
        elif raw.get("version") != __version__:
            send(line, {"decline": "it is of another version"})
        elif (request := checked(raw)) is None:
            send(line, {"decline": "it does not know this request"})
        elif (why := self._held.why_not(request)) is not None:
            send(line, {"decline": why})
        else:
            self._use(+1)
            try:
                send(line, {"exit": self._run(line, request)})
            finally:
                self._use(-1)

    def _run(self, line: socket.socket, request: Request) -> int:
        def sink(stream: str, text: str) -> None:
            try:
                for at in range(0, len(text), PIECE):
                    send(line, {stream: text[at : at + PIECE]})
            except OSError:
                raise _Gone from None

        with console.redirected(sink), lent(self._held):
            as_json = request.values.get("as_json") is True
            return outcome(lambda: COMMANDS[request.command](**request.values), as_json=as_json)

    def _use(self, change: int) -> None:
        with self._busy:
            self._running += change
            self._used = _awake()

    def _locked_for(self, line: socket.socket) -> None:
        self._stop("lock")
        # The other end learns that it is done from the closed connection: the process ends with it.
        with suppress(OSError):
            line.settimeout(2 * _GRACE_S)
            line.recv(1)

    def state(self) -> dict[str, object]:
        """What it says of itself: process, user, since when, idle minutes, what is locked in memory."""
        return {
            "pid": os.getpid(),
            "user": self._held.who,
            "since": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self._since)),
            "idle_minutes": round(self._idle_s / 60, 2),
            "memory": self._note,
        }

    def _close(self, reason: str) -> None:
        """No new request, no socket, no keys; what is still running finds a closed vault."""
        with suppress(OSError):
            self._path.unlink()
        self._listener.close()

        def shut() -> None:
            with suppress(VaultError):
                self._held.vault.audit.append("agent.locked", {"reason": reason})
            self._held.close()

        closing = threading.Thread(target=shut, daemon=True)
        closing.start()
        closing.join(_GRACE_S)
        os.close(self._guard)


def _awake() -> float:
    """Seconds on a clock that also counts the time the machine slept, where the system has one."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def _alone(path: Path) -> int:
    """A lock that one agent a vault holds while it lives, whatever ends it. Raises VaultError where one runs already."""
    private(path.parent, make=True)
    guard = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(guard)
        raise VaultError("an agent of this vault is running already", remedy="run `assistant lock` first") from None
    return guard


def _listen(path: Path) -> socket.socket:
    # Whoever holds the lock is the only one: a socket that lies here was left behind.
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(str(path))
    finally:
        os.umask(before)
    listener.listen(_AT_ONCE)
    listener.setblocking(False)
    return listener


__all__ = ["COMMANDS", "VIA", "Server"]
