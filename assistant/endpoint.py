"""A service inside the allowed network: which address may be spoken to, and whether unencrypted.

Used by every part that speaks to another machine (the remote engine, the key service), beside the guard on sockets.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from assistant.config import allowed_hosts
from assistant.errors import ConfigError, EgressDenied


@dataclass(frozen=True, slots=True)
class Place:
    """A checked endpoint."""

    host: str
    port: int
    path: str
    secure: bool


def checked(url: str, variable: str, *, what: str, example: str, plain: bool = False) -> Place:
    """The place that an address names; nothing is sent yet. `plain` lets http leave this machine.

    `variable` and `example` stand in the messages, `what` says what would be sent ("questions"). Raises ConfigError for a
    malformed address, EgressDenied for a host that is not allowed and for http to another machine.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.query or parts.fragment:
        raise ConfigError(
            f"{variable} must be a plain http or https address without user name or query",
            remedy=f"write it as {example}",
        )
    local = admit(host, variable)
    secure = parts.scheme == "https"
    if not secure and not local and not plain:
        raise EgressDenied(
            f"{what} would go unencrypted over the network", remedy=f"let {variable} begin with https, or see the guide"
        )
    return Place(host, port or (443 if secure else 80), parts.path.rstrip("/"), secure)


def admit(host: str, variable: str) -> bool:
    """Whether the host is this machine. Raises EgressDenied where it is neither that nor allowed."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        address = None
    if host == "localhost" or (address is not None and address.is_loopback):
        return True
    for allowed in allowed_hosts():
        if allowed == host:
            return False
        try:
            if address is not None and address in ipaddress.ip_network(allowed, strict=False):
                return False
        except ValueError:
            continue
    raise EgressDenied(
        f"the host in {variable} is not allowed", remedy="if the site allows it, name it in ASSISTANT_ALLOWED_HOSTS"
    )
