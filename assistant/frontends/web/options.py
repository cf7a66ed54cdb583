"""How a server is to run: addresses, limits and times, each with its reason. Passed along, never global."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assistant.errors import UsageError
from assistant.frontends.web.limits import Rate

KIB = 1024
MIB = 1024 * KIB


_PER_SESSION: Final = Rate(20, 8)
# Of an address, which may be a whole hospital behind one router.
_PER_ADDRESS: Final = Rate(300, 100)
_BAD_AUTH: Final = Rate(30, 15)
# Per address; the vault counts failures per user besides.
_LOGIN: Final = Rate(10, 5)


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """Options of one server. Times in seconds, sizes in bytes."""

    host: str = "127.0.0.1"
    port: int = 8443
    tls_cert: Path | None = None
    tls_key: Path | None = None
    self_signed: bool = False
    names: tuple[str, ...] = ()
    """Host names under which the server may be addressed besides its own address; others are refused (DNS rebinding)."""
    trust_proxy: bool = False
    """Take client address and scheme from X-Forwarded-For/-Proto, if the direct peer is on this machine."""
    workers: int = 1
    """Questions answered at once. One: the model uses every core already."""
    max_waiting: int = 64
    """Questions that may wait. At 1 to 3 s an answer the last of 64 waits two minutes, longer than people do."""
    waiting_per_client: int = 3
    waiting_per_key: int = 16
    rate_session: Rate = _PER_SESSION
    rate_ip: Rate = _PER_ADDRESS
    rate_bad_auth: Rate = _BAD_AUTH
    rate_login: Rate = _LOGIN
    token_seconds: int = 900
    """The longest life of a widget token: long enough for a conversation, short enough that a stolen one is stale soon."""
    body_bytes: int = 64 * KIB
    embeddings_bytes: int = 8 * MIB
    """2,048 texts of a page and a half each."""
    upload_bytes: int = 64 * MIB
    header_seconds: float = 10.0
    """For the request line and the headers: a connection that sends less is closed, as it costs a place and no effort."""
    body_seconds: float = 15.0
    upload_seconds: float = 300.0
    max_requests: int = 1024
    """Requests in flight; beyond it the answer is 503. A waiting question holds one."""
    resume_seconds: float = 20.0
    """How long a question goes on for a client whose connection broke."""
    keep_run_seconds: float = 120.0
    idle_session_seconds: float = 1800.0
    max_sessions: int = 5000
    heartbeat_seconds: float = 10.0
    grace_seconds: int = 12
    """For the answers in progress when the server is told to stop."""
    exit_seconds: float = 20.0
    """After so long the process ends whatever it is doing: every change of the vault is a transaction, so that nothing is half done."""

    def __post_init__(self) -> None:
        if not is_loopback(self.host) and not self.tls:
            raise UsageError(
                "plain HTTP is served on loopback addresses only",
                remedy="give --tls-cert FILE --tls-key FILE, or --tls-self-signed, or leave --host out and put a TLS proxy in front",
            )
        if (self.tls_cert is None) is not (self.tls_key is None):
            raise UsageError("a certificate needs its key", remedy="give both --tls-cert FILE and --tls-key FILE")
        if self.tls_cert is not None and self.self_signed:
            raise UsageError("there are two certificates", remedy="give either --tls-cert or --tls-self-signed")

    @property
    def tls(self) -> bool:
        """Whether the server speaks HTTPS itself."""
        return self.tls_cert is not None or self.self_signed


def is_loopback(host: str) -> bool:
    """Whether an address to listen on can be reached from this machine only. Raises UsageError for a name."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        raise UsageError("the address to listen on is an IP address", remedy="give --host 127.0.0.1 or ::1") from None
