from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import Request

from assistant.frontends.web import auth
from assistant.frontends.web.limits import Limiter, Rate
from assistant.frontends.web.logins import Logins
from assistant.frontends.web.metrics import Metrics
from assistant.frontends.web.problems import Problem
from assistant.policy.model import load_policy
from assistant.types import Principal


def request(*, secure: bool = False, cookie: str = "", **headers: str) -> Request:
    sent = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    if cookie:
        sent.append((b"cookie", cookie.encode()))
    scope = {
        "type": "http",
        "method": "POST",
        "headers": sent,
        "assistant.client": "10.0.0.7",
        "assistant.secure": secure,
    }
    return Request(scope)


class Services:
    """The parts that are asked: logins, limits, figures, a policy."""

    def __init__(self, policy: str = "customer-service") -> None:
        self.logins = Logins(idle=900)
        self.metrics = Metrics()
        self.limits = SimpleNamespace(bad_auth=Limiter(Rate(60, 2)))
        self.access = SimpleNamespace(key_of=lambda _: None, sites={})
        self.options = SimpleNamespace(token_seconds=600)
        self.assistant = SimpleNamespace(gate=SimpleNamespace(policy=load_policy(policy)))

    def login(self, *roles: str) -> Any:
        return self.logins.begin(Principal("ann", frozenset(roles)))


def told(call: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        call()
    return caught.value


@pytest.mark.parametrize(
    ("header", "value"),
    [("Bearer abc", "abc"), ("bearer  abc ", "abc"), ("Basic abc", ""), ("abc", ""), ("", ""), ("Bearer", "")],
)
def test_the_credential_of_a_header(header: str, value: str) -> None:
    assert auth.bearer(request(authorization=header)) == value


def test_over_tls_the_cookie_s_name_binds_it_to_this_host() -> None:
    assert auth.cookie_name(request(secure=True)) == "__Host-assistant"
    assert auth.cookie_name(request()) == "assistant"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"}, {"sec_fetch_site": "same-site"}, {"sec_fetch_site": "none"},
        {"origin": "https://evil.example", "host": "here.example"}, {"origin": "null", "host": "here.example"},
    ],
)  # fmt: skip
def test_what_another_page_sends_is_refused(headers: dict[str, str]) -> None:
    assert told(lambda: auth.same_site(request(**headers))).code == "csrf"


def test_what_our_own_page_sends_passes() -> None:
    auth.same_site(request(sec_fetch_site="same-origin", origin="https://here.example", host="here.example"))
    auth.same_site(request(host="here.example"))


def test_a_person_needs_login_right_and_for_a_change_the_page_s_own_token() -> None:
    services: Any = Services()
    assert told(lambda: auth.person(request(), services, "overview")).status == 401
    cookie, login = services.login("admin")
    jar = f"assistant={cookie}"
    assert auth.person(request(cookie=jar), services, "overview") is login
    assert told(lambda: auth.person(request(cookie=jar), services, "delete", change=True)).code == "csrf"
    assert auth.person(request(cookie=jar, x_csrf_token=login.csrf), services, "delete", change=True) is login
    assert (
        told(lambda: auth.person(request(cookie=jar, x_csrf_token="x"), services, "delete", change=True)).status == 403
    )
    assert told(lambda: auth.person(request(cookie=jar), services, "no such right")).code == "forbidden"


def test_a_role_without_a_use_for_the_page_has_no_right_at_all() -> None:
    services: Any = Services()
    for role in ("customer", "agent", "nobody"):
        assert auth.rights_of(services.login(role)[1], services) == frozenset()


def test_who_may_erase_sees_that_documents_are_there_and_no_more() -> None:
    services: Any = Services()
    eraser = next(iter(services.assistant.gate.policy.erase_roles - set(auth.MAY)))
    rights = auth.rights_of(services.login(eraser)[1], services)
    assert {"documents", "delete"} <= rights and not rights & {"ingest", "audit", "people", "policy"}


def test_a_program_without_a_key_is_refused_and_slowed_after_some_tries() -> None:
    services: Any = Services()
    codes = [told(lambda: auth.program(request(authorization="Bearer x"), services)).status for _ in range(4)]
    assert codes == [401, 401, 429, 429]


def test_an_expired_token_is_no_guess() -> None:
    services: Any = Services()
    expired = Problem(401, "token_expired", "the token has expired")
    assert [auth._bad(request(), services, expired).status for _ in range(9)] == [401] * 9


def test_a_use_beyond_the_rate_is_429_and_the_headers_say_how_the_caller_stands() -> None:
    services: Any = Services()
    limiter = Limiter(Rate(60, 1), lambda: 0.0)
    auth.spend(limiter, "a", services)
    assert told(lambda: auth.spend(limiter, "a", services)).status == 429
    assert auth.rate_headers(limiter, "a")["X-RateLimit-Remaining-Requests"] == "0"
    assert auth.rate_headers(limiter, "b")["X-RateLimit-Remaining-Requests"] == "1"
