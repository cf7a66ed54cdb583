"""A host page as it is served: whether it may load the widget, pins the served script, and speaks to the server."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin, urlsplit

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:")


@dataclass(frozen=True, slots=True)
class Embedded:
    """What a page has of the widget: the script's address and integrity value, whether the element is there and its token route."""

    script: str = ""
    integrity: str = ""
    element: bool = False
    token_src: str = ""
    policies: tuple[str, ...] = ()
    """Content security policies in `meta` elements."""


class _Finder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.script = self.integrity = self.token_src = ""
        self.element = False
        self.policies: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of the three elements that matter."""
        given = {name: value or "" for name, value in attrs}
        if tag == "script" and urlsplit(given.get("src", "")).path.endswith("/widget.js"):
            self.script, self.integrity = given["src"], given.get("integrity", "")
        elif tag == "assistant-chat":
            self.element, self.token_src = True, given.get("token-src", "")
        elif tag == "meta" and given.get("http-equiv", "").lower() == "content-security-policy":
            self.policies.append(given.get("content", ""))


def embedded_in(html: str) -> Embedded:
    """What a page's HTML has of the widget; a page that scripts put together shows nothing of it."""
    finder = _Finder()
    finder.feed(html)
    finder.close()
    return Embedded(finder.script, finder.integrity, finder.element, finder.token_src, tuple(finder.policies))


def permits(policies: Sequence[str], kinds: Sequence[str], url: str, page: str) -> bool:
    """Whether all content security policies (CSP level 3) let a page at `page` load `url`.

    `kinds` are directives in the order in which they stand in for each other, such as script-src and default-src.
    """
    return all(_permits(policy, kinds, url, page) for policy in policies)


def _permits(policy: str, kinds: Sequence[str], url: str, page: str) -> bool:
    directives: dict[str, list[str]] = {}
    for part in policy.split(";"):
        name, _, rest = part.strip().partition(" ")
        directives.setdefault(name.lower(), rest.split())
    listed = next((directives[kind] for kind in kinds if kind in directives), None)
    return listed is None or any(_covers(source, url, page) for source in listed)


def _covers(source: str, url: str, page: str) -> bool:
    """Whether one source expression covers an address: scheme, host (with `*.`), port and path prefix."""
    wanted = urlsplit(urljoin(page, url))
    if source.lower() == "'self'":
        here = urlsplit(page)
        return (here.scheme, here.netloc) == (wanted.scheme, wanted.netloc)
    if source == "*":
        return wanted.scheme in ("http", "https")
    if source.startswith("'"):
        return False
    if _SCHEME.fullmatch(source):
        return wanted.scheme == source[:-1].lower()
    named = urlsplit(source if "://" in source else f"{wanted.scheme}://{source}")
    host = wanted.hostname or ""
    pattern = (named.hostname or "").lower()
    fits = host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern
    default = {"http": 80, "https": 443}
    ports = (named.port or default.get(named.scheme), wanted.port or default.get(wanted.scheme))
    return fits and named.scheme == wanted.scheme and ports[0] == ports[1] and wanted.path.startswith(named.path)
