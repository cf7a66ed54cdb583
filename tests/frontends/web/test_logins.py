"""Sessions of the admin page."""

from __future__ import annotations

from assistant.frontends.web.access import Site
from assistant.frontends.web.logins import Logins
from assistant.types import Principal

ORIGIN = "https://www.example.org"
SHOP = Site("shop", "s" * 43, frozenset({ORIGIN}), frozenset({"customer"}))


def test_a_login_ends_by_idleness_and_by_time() -> None:
    now = [0.0]
    logins = Logins(idle=900, clock=lambda: now[0])
    cookie, login = logins.begin(Principal("ann", frozenset({"admin"})))
    assert logins.find(cookie) is login
    assert logins.find(cookie + "x") is None
    assert login.permits(login.csrf)
    assert not login.permits("")
    now[0] = 901.0
    assert logins.find(cookie) is None
    cookie, _ = logins.begin(Principal("ann", frozenset({"admin"})))
    for _ in range(40):
        now[0] += 800
        logins.find(cookie)
    assert logins.find(cookie) is None
