"""Widget tokens: JSON Web Tokens (RFC 7519) signed with HMAC-SHA-256 by the host page's server, short-lived, for one origin.

Only HS256 is known, so the algorithm a token names cannot choose how it is checked.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from assistant.frontends.web.access import Site
from assistant.frontends.web.problems import Problem

AUDIENCE: Final = "assistant"
_HEADER: Final = {"alg": "HS256", "typ": "JWT"}
_SKEW_S: Final = 30
_SESSION: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")
_MAX_CHARS: Final = 2048


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a good token says. `session` names the conversation: a renewed token with the same one goes on with it."""

    site: Site
    origin: str
    session: str
    expires: float

    @property
    def client(self) -> str:
        """The key of rate limits, queue and session."""
        return f"{self.site.name}:{self.session}"


def mint(
    site: str, secret: str, origin: str, *, seconds: int = 600, session: str = "", now: float | None = None
) -> str:
    """A token as a host page's server mints it; `docs/web.md` has the same in six lines."""
    at = int(time.time() if now is None else now)
    claims = {
        "iss": site,
        "aud": AUDIENCE,
        "origin": origin,
        "iat": at,
        "exp": at + seconds,
        "jti": session or secrets.token_urlsafe(16),
    }
    signed = f"{_encode(_HEADER)}.{_encode(claims)}"
    return f"{signed}.{_base64(_sign(secret, signed))}"


def check(token: str, sites: Mapping[str, Site], *, origin: str, longest: int, now: float | None = None) -> Ticket:
    """The ticket of a token, for a request from `origin`.

    Raises Problem 401 (`token_expired` where it was good once, else `token_invalid`) or 403 (`origin_refused`).
    """
    at = time.time() if now is None else now
    invalid = Problem(401, "token_invalid", "the token is not valid", remedy="mint one on the host page's server")
    signed, _, signature = token.rpartition(".")
    header, claims = (_decode(part) for part in (signed.split(".") if signed.count(".") == 1 else ("", "")))
    if len(token) > _MAX_CHARS or header != _HEADER or not isinstance(claims, dict):
        raise invalid
    site = sites.get(str(claims.get("iss")))
    given = _bytes(signature)
    # Also for an unknown site a signature is computed: the time does not tell which sites there are.
    right = hmac.compare_digest(given, _sign(site.secret if site else "-", signed))
    issued, expires, session = claims.get("iat"), claims.get("exp"), claims.get("jti")
    if site is None or not right or claims.get("aud") != AUDIENCE:
        raise invalid
    if not isinstance(issued, int) or not isinstance(expires, int) or not isinstance(session, str):
        raise invalid
    if issued > at + _SKEW_S or not 0 < expires - issued <= longest or not is_session(session):
        raise invalid
    if at > expires:
        raise Problem(401, "token_expired", "the token has expired", remedy="ask the host page's server for a new one")
    if not origin or claims.get("origin") != origin or origin not in site.origins:
        raise Problem(
            403, "origin_refused", "this page may not use the assistant", remedy="see `assistant serve access`"
        )
    return Ticket(site, origin, session, float(expires))


def is_session(name: str) -> bool:
    """Whether a session's name is long enough to be unguessable and plain enough to be a key."""
    return _SESSION.fullmatch(name) is not None


def _sign(secret: str, signed: str) -> bytes:
    return hmac.new(secret.encode(), signed.encode("ascii", "replace"), hashlib.sha256).digest()


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _encode(value: Mapping[str, Any]) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return b""


def _decode(text: str) -> Any:
    try:
        return json.loads(_bytes(text))
    except (ValueError, RecursionError):
        return None
