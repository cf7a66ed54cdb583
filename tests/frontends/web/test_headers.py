from __future__ import annotations

import pytest

from assistant.frontends.web import headers


def directives(policy: str) -> dict[str, list[str]]:
    return {words[0]: words[1:] for part in policy.split(";") if (words := part.split())}


@pytest.mark.parametrize("policy", [headers.CSP_DATA, headers.CSP_ADMIN, headers.CSP_REPORT])
def test_every_policy_begins_with_nothing_and_may_not_be_framed(policy: str) -> None:
    rules = directives(policy)
    assert rules["default-src"] == ["'none'"] and rules["frame-ancestors"] == ["'none'"]
    assert "'unsafe-eval'" not in policy and "*" not in policy and "http" not in policy


def test_scripts_run_on_the_admin_page_only_and_only_our_own() -> None:
    assert directives(headers.CSP_ADMIN)["script-src"] == ["'self'"]
    assert "unsafe-inline" not in headers.CSP_ADMIN
    assert directives(headers.CSP_ADMIN)["require-trusted-types-for"] == ["'script'"]
    for policy in (headers.CSP_DATA, headers.CSP_REPORT):
        assert "script-src" not in directives(policy)


def test_a_report_is_in_a_sandbox_without_exceptions() -> None:
    assert directives(headers.CSP_REPORT)["sandbox"] == []


def test_what_is_always_sent_is_not_left_to_a_route() -> None:
    assert not set(headers.ALWAYS) & set(headers.DEFAULTS)
    assert headers.ALWAYS["X-Content-Type-Options"] == "nosniff"
    assert headers.DEFAULTS["Cache-Control"] == "no-store"
    assert int(headers.HSTS.partition("=")[2]) >= 31_536_000
