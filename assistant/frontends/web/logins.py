"""Sessions of the admin page: random cookies known by their hash only, in memory, ended by time, idleness or logout."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from assistant.types import Principal

_MOST: Final = 200
# A working day: OWASP Session Management names 4 to 8 hours for an absolute limit.
_LONGEST_S: Final = 8 * 3600
_NAMED: Final = 16


@dataclass(slots=True)
class Login:
    """Who is logged in; `csrf` must come with every change."""

    principal: Principal
    csrf: str
    begun: float
    used: float

    def permits(self, token: str) -> bool:
        """Whether this is the session's CSRF token."""
        return hmac.compare_digest(self.csrf.encode(), token.encode("utf-8", "replace"))


class Logins:
    """All sessions of the admin page. Belongs to the event loop."""

    def __init__(self, *, idle: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.idle, self._clock = idle, clock
        self._logins: OrderedDict[str, Login] = OrderedDict()

    def begin(self, principal: Principal) -> tuple[str, Login]:
        """A new session: the cookie's value and what it stands for."""
        cookie, now = secrets.token_urlsafe(32), self._clock()
        login = Login(principal, secrets.token_urlsafe(24), now, now)
        self._logins[_digest(cookie)] = login
        while len(self._logins) > _MOST:
            self._logins.popitem(last=False)
        return cookie, login

    def find(self, cookie: str) -> Login | None:
        """The session of a cookie, if it still holds; it counts as used."""
        login = self._logins.get(_digest(cookie))
        if login is None:
            return None
        now = self._clock()
        if now - login.used > self.idle or now - login.begun > _LONGEST_S:
            self.end(cookie)
            return None
        login.used = now
        return login

    def listed(self, own: str) -> list[dict[str, object]]:
        """The sessions that hold, by a name that ends one and opens none; `own` is the cookie of who asks."""
        now = self._clock()
        return [
            {
                "id": _digest(digest)[:_NAMED],
                "name": login.principal.name,
                "age_s": now - login.begun,
                "idle_s": now - login.used,
                "own": digest == _digest(own),
            }
            for digest, login in self._logins.items()
            if now - login.used <= self.idle and now - login.begun <= _LONGEST_S
        ]

    def end_listed(self, name: str) -> bool:
        """End the session of that name; whether there was one."""
        found = next((digest for digest in self._logins if _digest(digest)[:_NAMED] == name), None)
        return found is not None and self._logins.pop(found, None) is not None

    def end_of(self, user: str) -> None:
        """End every session of a user, whose roles or standing changed."""
        for digest in [digest for digest, login in self._logins.items() if login.principal.name == user]:
            self._logins.pop(digest, None)

    def end(self, cookie: str) -> None:
        """End a session."""
        self._logins.pop(_digest(cookie), None)


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode("utf-8", "replace")).hexdigest()
