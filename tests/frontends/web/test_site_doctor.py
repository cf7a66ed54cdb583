"""The doctor of a site: each fault that a web developer makes, told apart, on a real page with a real token route."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from assistant.endpoint import checked
from assistant.errors import EgressDenied
from assistant.facade import Assistant
from assistant.frontends.web import site_doctor
from assistant.frontends.web.access import AccessBook, Site
from assistant.frontends.web.assets import load_assets, snippet
from assistant.frontends.web.site_doctor import Finding, examine
from assistant.frontends.web.tokens import mint
from tests.frontends.web.support import HostPage, hosting

pytestmark = [pytest.mark.weights, pytest.mark.slow]
SERVER = "http://127.0.0.1:8443"


@pytest.fixture(scope="module")
def host() -> Iterator[HostPage]:
    with hosting(HostPage()) as made:
        yield made


@pytest.fixture
def shop(web_assistant: Assistant, host: HostPage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site whose page is right in everything; one question is asked, as each takes a second."""
    monkeypatch.setattr(site_doctor, "QUESTIONS", 1)
    book = AccessBook(web_assistant.vault)
    secret = book.add_site("clinic", [host.origin], ["customer"], web_assistant.gate.policy)
    host.csp = f"default-src 'self'; script-src {SERVER}; connect-src 'self' {SERVER}"
    host.body = snippet(load_assets(), SERVER)
    host.mint = lambda: mint("clinic", secret, host.origin)
    yield book.sites["clinic"]
    book.revoke("clinic")


def looked(assistant: Assistant, site: Site, host: HostPage, page: str = "") -> dict[str, Finding]:
    steps: list[tuple[int, int, str]] = []
    found = examine(assistant, site, server=SERVER, page=page or host.origin, progress=lambda *step: steps.append(step))
    named = {one.what: one for one in found}
    assert steps
    return named


def test_a_site_that_is_right(web_assistant: Assistant, shop: Site, host: HostPage) -> None:
    found = looked(web_assistant, shop, host)
    assert set(found) == {
        "documents", "origin", "page's origin", "integrity", "script-src", "connect-src", "token", "questions",
    }  # fmt: skip
    assert {name: one for name, one in found.items() if one.state != "ok"} == {}
    assert "1 of 1 answered" in found["questions"].told


def test_faults_of_the_token_are_told_apart(web_assistant: Assistant, shop: Site, host: HostPage) -> None:
    secret, origin = shop.secret, host.origin
    faults: dict[str, Any] = {
        "another secret": lambda: mint("clinic", "x" * 43, origin),
        "`iss`": lambda: mint("other", secret, origin),
        "expired": lambda: mint("clinic", secret, origin, now=1_700_000_000),
        "not use the assistant": lambda: mint("clinic", secret, "https://evil.example"),
        "not valid": lambda: mint("clinic", secret, origin, seconds=86_400),
        "no JSON Web Token": lambda: "let me in",
    }
    for says, given in faults.items():
        host.mint = given
        token = looked(web_assistant, shop, host)["token"]
        assert token.state == "wrong"
        assert says in token.told, token
        assert token.remedy
        assert secret not in f"{token.told}{token.remedy}"


def test_faults_of_the_page_are_told_apart(web_assistant: Assistant, shop: Site, host: HostPage) -> None:
    host.csp = "default-src 'self'"
    found = looked(web_assistant, shop, host)
    assert (found["script-src"].state, found["connect-src"].state) == ("wrong", "wrong")
    right = host.body
    host.body = right.replace("sha384-", "sha384-old")
    assert "another version" in looked(web_assistant, shop, host)["integrity"].told
    host.body = "<p>no widget</p>"
    found = looked(web_assistant, shop, host)
    assert found["snippet"].state == "wrong"
    assert found["token route"].state == "unseen"
    host.body = right
    elsewhere = replace(shop, origins=frozenset({"http://plain.example"}))
    found = looked(web_assistant, elsewhere, host)
    assert (found["origin"].state, found["page's origin"].state) == ("wrong", "wrong")


def test_a_role_that_sees_nothing(web_assistant: Assistant, shop: Site, host: HostPage) -> None:
    found = looked(web_assistant, replace(shop, roles=frozenset({"erasure-officer"})), host)
    assert found["documents"].state == "wrong"
    assert found["questions"].state == "wrong"


def test_a_page_that_is_elsewhere_or_down_is_not_guessed(web_assistant: Assistant, shop: Site, host: HostPage) -> None:
    far = looked(web_assistant, shop, host, page="https://www.example.org/help")
    assert far["page"].state == "unseen"
    with pytest.raises(EgressDenied):
        checked("https://www.example.org", "--page", what="a request", example="x")
    down = looked(web_assistant, shop, host, page="http://127.0.0.1:9/")
    assert (down["page"].state, down["token route"].state) == ("wrong", "unseen")
