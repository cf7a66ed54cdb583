"""The offline guard: from Python, nothing but loopback, Unix sockets and allowed hosts can be reached or looked up.

Two layers, because each alone has a hole. The audit hook cannot be removed once installed and sees every socket whoever made
it; but CPython resolves a name given to `connect` *before* it raises the event, so a look-up would already have left the
machine. The methods of `socket.socket` are therefore wrapped as well and judge the address first.

What this does not hold: native code that opens its own sockets, and child processes. `docs/threat-model.md` says how to put an
operating-system block (network namespace, firewall by user) under it. Only the standard library is imported here, so that the
guard stands before any third-party part is loaded.
"""

from __future__ import annotations

import _socket
import ipaddress
import socket
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any, Final

from assistant.config import allowed_hosts
from assistant.errors import EgressDenied

_LOCAL_NAMES: Final = frozenset({"localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"})
_ADDRESS_EVENTS: Final = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_NAME_EVENTS: Final = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})
_KEPT: Final = 1000  # attempts kept for `attempts()`; the count beyond it says nothing new

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class _Guard:
    """What is allowed, and what was tried. Thread-safe: sets and lists are only added to under the lock."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self.lock = threading.Lock()
        self.busy = threading.local()
        self.tried: list[tuple[str, str]] = []
        self.allow(allowed)

    def allow(self, allowed: frozenset[str]) -> None:
        self.allowed = allowed
        self.networks = tuple(n for n in map(_network, allowed) if n is not None)
        self.names = frozenset(h for h in allowed if _network(h) is None)
        self.resolved: set[_Address] = set()

    def deny(self, event: str, host: str) -> None:
        with self.lock:
            if len(self.tried) < _KEPT:
                self.tried.append((event, host))
        # The host stays out of the message: a name to look up can be made of a document's words.
        raise EgressDenied(
            f"blocked {event}: this process may reach loopback and allowed hosts only",
            remedy="if the site allows that host, name it in ASSISTANT_ALLOWED_HOSTS; `assistant doctor` shows what was tried",
        )

    def address_ok(self, address: _Address) -> bool:
        mapped = getattr(address, "ipv4_mapped", None)
        plain: _Address = mapped or address
        if plain.is_loopback or any(plain in network for network in self.networks):
            return True
        return bool(self.names) and (plain in self.resolved or plain in self.resolve())

    def name_ok(self, name: str) -> bool:
        address = _parse(name)
        if address is not None:
            return self.address_ok(address)
        return name in _LOCAL_NAMES or name in self.names

    def resolve(self) -> set[_Address]:
        """Addresses of the allowed names now, added to those seen before (a name may rotate its addresses)."""
        self.busy.on = True
        try:
            for name in self.names:
                try:
                    answers = _socket.getaddrinfo(name, 0)
                except OSError:
                    continue
                self.remember(answers)
        finally:
            self.busy.on = False
        return self.resolved

    def remember(self, answers: Iterable[tuple[int, int, int, str, tuple[object, ...]]]) -> None:
        found = {_parse(_text(answer[4][0])) for answer in answers}
        with self.lock:
            self.resolved |= {address for address in found if address is not None}

    def hook(self, event: str, args: tuple[Any, ...]) -> None:
        if event in _ADDRESS_EVENTS:
            self.check_address(event, args[0], args[1])
        elif event in _NAME_EVENTS:
            self.check_name(event, args[0])
        elif event == "socket.getnameinfo":
            self.check_name(event, args[0][0])

    def check_address(self, event: str, sock: socket.socket, address: object) -> None:
        if address is None or sock.family == getattr(socket, "AF_UNIX", None):
            return
        if sock.family not in (socket.AF_INET, socket.AF_INET6) or not isinstance(address, tuple) or not address:
            self.deny(event, f"address family {int(sock.family)}")
        elif not self.name_ok(_text(address[0])):
            self.deny(event, _text(address[0]))

    def check_bind(self, sock: socket.socket, address: object) -> None:
        """Listening is the user's choice; but a *name* to bind to would be looked up first."""
        if sock.family not in (socket.AF_INET, socket.AF_INET6) or not isinstance(address, tuple) or not address:
            return
        name = _text(address[0])
        if name and _parse(name) is None and not self.name_ok(name):
            self.deny("socket.bind", name)

    def check_name(self, event: str, host: object) -> None:
        if host is None or getattr(self.busy, "on", False):
            return
        name = _text(host)
        address = _parse(name)
        # "" and 0.0.0.0 stand for "any address of this machine" when a server asks where to listen: nothing is looked up.
        if name == "" or (address is not None and address.is_unspecified):
            return
        if not self.name_ok(name):
            self.deny(event, name)


_guard: _Guard | None = None
_install_lock: Final = threading.Lock()


def install_guard(allowed: frozenset[str] | None = None) -> None:
    """Install the guard for the rest of this process's life; without an argument, for the hosts of the configuration.

    `allowed` holds host names, addresses or networks ("10.1.0.0/16"). Calling again may narrow what is allowed, never widen it.
    """
    global _guard  # an audit hook is process-wide and permanent, so its state is too
    hosts = frozenset(host.strip().lower() for host in (allowed_hosts() if allowed is None else allowed))
    with _install_lock:
        if _guard is not None:
            if not hosts >= _guard.allowed:
                _guard.allow(_guard.allowed & hosts)
            return
        _guard = _Guard(hosts)
        _wrap_socket(_guard)
        sys.addaudithook(_guard.hook)


def guard_installed() -> bool:
    """Whether the guard is on in this process."""
    return _guard is not None


def attempts() -> list[tuple[str, str]]:
    """What was tried and blocked: (event, host) in order, the first thousand. Empty where no guard is installed."""
    if _guard is None:
        return []
    with _guard.lock:
        return list(_guard.tried)


def _wrap_socket(guard: _Guard) -> None:
    def before(method: Callable[..., object], event: str, position: int) -> Callable[..., object]:
        def guarded(self: socket.socket, *args: object, **kwargs: object) -> object:
            if len(args) > abs(position) - (position < 0):
                guard.check_address(event, self, args[position])
            return method(self, *args, **kwargs)

        guarded.__name__ = method.__name__
        return guarded

    def bind(self: Any, address: Any) -> Any:
        guard.check_bind(self, address)
        return _socket.socket.bind(self, address)

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        answers = plain_getaddrinfo(host, *args, **kwargs)
        if host is not None and _text(host) in guard.names:
            guard.remember(answers)
        return answers

    plain_getaddrinfo = socket.getaddrinfo
    wrapped: dict[str, Callable[..., object]] = {
        "connect": before(_socket.socket.connect, "socket.connect", 0),
        "connect_ex": before(_socket.socket.connect_ex, "socket.connect", 0),
        "sendto": before(_socket.socket.sendto, "socket.sendto", -1),
        "bind": bind,
    }
    if hasattr(_socket.socket, "sendmsg"):
        wrapped["sendmsg"] = before(_socket.socket.sendmsg, "socket.sendmsg", 3)
    for name, method in wrapped.items():
        setattr(socket.socket, name, method)
    socket.getaddrinfo = getaddrinfo


def _text(host: object) -> str:
    """A host as lower-case text without a scope id or the root dot."""
    raw = host.decode("ascii", "backslashreplace") if isinstance(host, bytes | bytearray) else str(host)
    return raw.split("%")[0].rstrip(".").lower()


def _parse(name: str) -> _Address | None:
    # Short forms such as "127.1" are no literals here and so count as unknown names: denied.
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _network(host: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(host, strict=False)
    except ValueError:
        return None
