"""What a host page has of the widget, and what its content security policy permits."""

from __future__ import annotations

import pytest

from assistant.frontends.web.host_page import embedded_in, permits

PAGE = "https://www.example.org/help"
SCRIPT = "https://assistant.example.org/widget.js"
KINDS = ("script-src-elem", "script-src", "default-src")


def test_script_element_and_policy_are_found() -> None:
    html = (
        "<html><head><meta http-equiv='Content-Security-Policy' content=\"default-src 'self'\">"
        f'<script src="{SCRIPT}?v=1" integrity="sha384-x" defer></script><script src="/other.js"></script></head>'
        '<body><assistant-chat token-src="/token" handover></assistant-chat></body></html>'
    )
    found = embedded_in(html)
    assert (found.script, found.integrity, found.element) == (f"{SCRIPT}?v=1", "sha384-x", True)
    assert (found.token_src, found.policies) == ("/token", ("default-src 'self'",))
    assert not embedded_in("<p>nothing").element


@pytest.mark.parametrize(
    ("policy", "permitted"),
    [
        ("", True),
        ("img-src 'self'", True),
        ("default-src 'self'", False),
        ("default-src 'self'; script-src 'self' https://assistant.example.org", True),
        ("default-src *; script-src 'self'", False),
        ("script-src https:", True),
        ("script-src http:", False),
        ("script-src *", True),
        ("script-src *.example.org", True),
        ("script-src *.example.com", False),
        ("script-src assistant.example.org", True),
        ("script-src assistant.example.org:8443", False),
        ("script-src https://assistant.example.org/other/", False),
        ("script-src 'none'", False),
        ("script-src 'self'; script-src-elem https://assistant.example.org", True),
        ("script-src", False),
    ],
)
def test_what_a_policy_permits(policy: str, permitted: bool) -> None:
    assert permits([policy], KINDS, SCRIPT, PAGE) is permitted


def test_every_policy_must_permit_and_self_is_the_page() -> None:
    assert not permits(["script-src *", "script-src 'self'"], KINDS, SCRIPT, PAGE)
    assert permits(["script-src 'self'"], KINDS, "/widget.js", PAGE)
    assert permits([], KINDS, SCRIPT, PAGE)
