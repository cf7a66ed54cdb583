"""Widget tokens: minted by the host page's server, good for its origin only, refused when forged or malformed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path

import pytest

from assistant.frontends.web import tokens
from assistant.frontends.web.access import Site
from assistant.frontends.web.problems import Problem

ORIGIN = "https://www.example.org"
SHOP = Site("shop", "s" * 43, frozenset({ORIGIN}), frozenset({"customer"}))


def test_a_good_token_opens_its_own_origin_only() -> None:
    token = tokens.mint("shop", SHOP.secret, ORIGIN, session="s" * 20, now=1000)
    ticket = tokens.check(token, {"shop": SHOP}, origin=ORIGIN, longest=900, now=1010)
    assert (ticket.client, ticket.site) == (f"shop:{'s' * 20}", SHOP)
    for origin in ("https://evil.example", "", "https://www.example.org:8443", "null"):
        with pytest.raises(Problem) as refused:
            tokens.check(token, {"shop": SHOP}, origin=origin, longest=900, now=1010)
        assert refused.value.code == "origin_refused"
    with pytest.raises(Problem) as expired:
        tokens.check(token, {"shop": SHOP}, origin=ORIGIN, longest=900, now=1601)
    assert expired.value.code == "token_expired"


def _forged(header: dict[str, object], claims: dict[str, object], secret: str) -> str:
    """RFC 7515 by hand, so that what reads a token is not what wrote it."""
    signed = f"{_base64(json.dumps(header).encode())}.{_base64(json.dumps(claims).encode())}"
    return f"{signed}.{_base64(hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest())}"


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_forged_and_malformed_tokens_are_refused() -> None:
    good = {"iss": "shop", "aud": "assistant", "origin": ORIGIN, "iat": 1000, "exp": 1600, "jti": "s" * 20}
    header = {"alg": "HS256", "typ": "JWT"}

    def code(token: str) -> str:
        with pytest.raises(Problem) as problem:
            tokens.check(token, {"shop": SHOP}, origin=ORIGIN, longest=900, now=1010)
        return problem.value.code

    assert tokens.check(_forged(header, good, SHOP.secret), {"shop": SHOP}, origin=ORIGIN, longest=900, now=1010)
    assert code(_forged(header, good, "another")) == "token_invalid"
    assert code(_forged({"alg": "none", "typ": "JWT"}, good, "")) == "token_invalid"
    assert code(_forged({"alg": "HS512", "typ": "JWT"}, good, SHOP.secret)) == "token_invalid"
    for change in (
        {"iss": "other"}, {"aud": "else"}, {"exp": 999_999}, {"iat": 5000, "exp": 5300}, {"exp": "1600"}, {"jti": "x"},
        {"jti": None}, {"exp": 1000}, {"iat": 1600.5}, {"jti": 7}, {"iat": True}, {"aud": ["assistant", "else"]}, {"iss": ["shop"]},
    ):  # fmt: skip
        assert code(_forged(header, {**good, **change}, SHOP.secret)) == "token_invalid", change
    for text in ("", "...", "a.b", "a.b.c", "é.ß.ü", "x" * 5000, "." * 3000, _forged(header, good, SHOP.secret) + "A"):
        assert code(text) == "token_invalid"
    token = _forged(header, good, SHOP.secret)
    middle = len(token) // 2
    assert code(token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]) == "token_invalid"


def test_the_documented_recipe_mints_a_token_that_opens() -> None:
    text = (Path(__file__).parents[3] / "docs" / "web.md").read_text()
    recipe = text.split("<!-- mint recipe -->")[1].split("```python")[1].split("```")[0]
    scope: dict[str, object] = {}
    exec(recipe, scope)
    token = scope["mint"]("shop", SHOP.secret, ORIGIN)  # type: ignore[operator]
    assert tokens.check(token, {"shop": SHOP}, origin=ORIGIN, longest=900).site is SHOP
