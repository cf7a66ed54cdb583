"""Widget tokens: JSON Web Tokens (RFC 7519) signed with HMAC-SHA-256 by the host page's server, short-lived, for one origin.

PyJWT reads and signs them. Only HS256 is accepted, so the algorithm a token names cannot choose how it is checked.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeGuard

import jwt

from assistant.frontends.web.access import Site
from assistant.frontends.web.problems import Problem

AUDIENCE: Final = "assistant"
_ALGORITHM: Final = "HS256"
_SKEW_S: Final = 30
_SESSION: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")
_MAX_CHARS: Final = 2048
# A signature is checked with this key where no site has the name: the time does not tell which sites there are.
_NOBODYS: Final = "-" * 43


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
    return jwt.encode(claims, secret, algorithm=_ALGORITHM)


def check(token: str, sites: Mapping[str, Site], *, origin: str, longest: int, now: float | None = None) -> Ticket:
    """The ticket of a token, for a request from `origin`, with at most `longest` seconds between issue and end.

    Raises Problem 401 (`token_expired` where it was good once, else `token_invalid`) or 403 (`origin_refused`).
    """
    at = time.time() if now is None else now
    site, claims = _verified(token, sites)
    issued, expires, session = claims["iat"], claims["exp"], claims["jti"]
    if not _is_whole(issued) or not _is_whole(expires) or not is_session(session):
        raise _invalid()
    if issued > at + _SKEW_S or not 0 < expires - issued <= longest:
        raise _invalid()
    if at > expires:
        raise Problem(401, "token_expired", "the token has expired", remedy="ask the host page's server for a new one")
    if not origin or claims.get("origin") != origin or origin not in site.origins:
        raise Problem(
            403, "origin_refused", "this page may not use the assistant", remedy="see `assistant serve access`"
        )
    return Ticket(site, origin, session, float(expires))


def _verified(token: str, sites: Mapping[str, Site]) -> tuple[Site, dict[str, object]]:
    """The site that signed the token and its claims; times are judged by `check`, which knows the clock."""
    if len(token) > _MAX_CHARS:
        raise _invalid()
    try:
        named = jwt.decode_complete(token, options={"verify_signature": False})
        site = sites.get(str(named["payload"].get("iss")))
        claims = jwt.decode(
            token,
            site.secret if site is not None else _NOBODYS,
            algorithms=[_ALGORITHM],
            audience=AUDIENCE,
            options={
                "require": ["iss", "iat", "exp", "jti", "aud"],
                "verify_exp": False,
                "verify_iat": False,
                "strict_aud": True,
            },
        )
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
        raise _invalid() from error
    if site is None:
        raise _invalid()
    return site, claims


def _invalid() -> Problem:
    return Problem(401, "token_invalid", "the token is not valid", remedy="mint one on the host page's server")


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def is_session(name: object) -> TypeGuard[str]:
    """Whether a session's name is long enough to be unguessable and plain enough to be a key."""
    return isinstance(name, str) and _SESSION.fullmatch(name) is not None
