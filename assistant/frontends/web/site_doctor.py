"""Why a site's widget does not answer: the site, its role, its page and its token route, looked at one by one.

Nothing is changed and nothing leaves the allowed network. What cannot be looked at from here is said, not guessed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urljoin, urlsplit

import httpx
import jwt

from assistant.endpoint import checked
from assistant.errors import AssistantError, UsageError
from assistant.facade import Assistant
from assistant.frontends.web import tokens
from assistant.frontends.web.assets import load_assets
from assistant.frontends.web.host_page import Embedded, embedded_in, permits
from assistant.frontends.web.options import ServeOptions
from assistant.frontends.web.problems import Problem
from assistant.types import Status

if TYPE_CHECKING:
    from assistant.frontends.web.access import Site
    from assistant.protocols import Progress

State = Literal["ok", "wrong", "unseen"]
# Questions of the pack that are asked as the site's role.
QUESTIONS: Final = 10
_SECONDS: Final = 10.0
_SCRIPT: Final = ("script-src-elem", "script-src", "default-src")
_CONNECT: Final = ("connect-src", "default-src")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `unseen` where that was not possible from here."""

    what: str
    state: State
    told: str
    remedy: str = ""


def examine(assistant: Assistant, site: Site, *, server: str, page: str, progress: Progress) -> Iterator[Finding]:
    """The findings, one by one. `server` is the address under which pages reach this server, `page` that of a host page or "".

    Questions are asked as the site's role and take seconds each.
    """
    yield from _role(assistant, site)
    yield from _origins(site)
    embedded = Embedded()
    if page:
        findings, embedded = _page(page, server, site)
        yield from findings
    else:
        yield Finding("page", "unseen", "no page was named", "give --page URL of a page with the widget")
    yield _token(site, urljoin(page, embedded.token_src) if embedded.token_src else "")
    yield _questions(assistant, site, progress)


def _role(assistant: Assistant, site: Site) -> Iterator[Finding]:
    acting = Assistant(assistant.parts, site.principal)
    seen, there = len(acting.documents()), assistant.vault.status().documents
    roles = ", ".join(sorted(site.roles))
    told = f"{roles} sees {seen} of {there} documents"
    if seen:
        yield Finding("documents", "ok", told)
    else:
        yield Finding(
            "documents", "wrong", told, "see `assistant policy explain`, and label documents with `ingest --label`"
        )


def _origins(site: Site) -> Iterator[Finding]:
    for origin in sorted(site.origins):
        parts = urlsplit(origin)
        local = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if parts.scheme == "https" or local:
            yield Finding("origin", "ok", origin)
        else:
            remedy = "serve the page over https and revoke and add the site with that origin"
            yield Finding("origin", "wrong", f"{origin} is not encrypted: anybody on the way reads its tokens", remedy)


def _page(page: str, server: str, site: Site) -> tuple[list[Finding], Embedded]:
    try:
        answer = _fetched("GET", page)
    except (AssistantError, httpx.HTTPError) as error:
        return [_unreached("page", error)], Embedded()
    if answer.status_code != 200:
        return [Finding("page", "wrong", f"it answers {answer.status_code}", "name a page with the widget")], Embedded()
    found = embedded_in(answer.text)
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(page))
    findings = [_listed(origin, site), _pinned(found)]
    policies = [*answer.headers.get_list("content-security-policy"), *found.policies]
    script = found.script or f"{server}/widget.js"
    for what, kinds, url in (("script-src", _SCRIPT, script), ("connect-src", _CONNECT, f"{server}/widget/v1/ask")):
        if permits(policies, kinds, url, page):
            findings.append(Finding(what, "ok", "permitted" if policies else "the page has no policy that forbids it"))
        else:
            findings.append(Finding(what, "wrong", f"the page's policy forbids {url}", f"add {server} to {what}"))
    return findings, found


def _listed(origin: str, site: Site) -> Finding:
    if origin in site.origins:
        return Finding("page's origin", "ok", f"{origin} is the site's")
    remedy = f"assistant serve revoke {site.name}, then new-site {site.name} with --origin {origin}"
    return Finding("page's origin", "wrong", f"{origin} is none of the site's", remedy)


def _pinned(found: Embedded) -> Finding:
    current = load_assets()["widget.js"].integrity
    if not found.script or not found.element:
        missing = "script" if not found.script else "element <assistant-chat>"
        return Finding(
            "snippet", "wrong", f"the page has no {missing}", "embed what `assistant serve` prints at its start"
        )
    if not found.integrity:
        return Finding(
            "integrity", "wrong", "the script is not pinned", f'add integrity="{current}" crossorigin="anonymous"'
        )
    if current not in found.integrity.split():
        told = "the page pins another version of the script, so that browsers do not run it"
        return Finding("integrity", "wrong", told, f'write integrity="{current}"')
    return Finding("integrity", "ok", "the page pins the served script")


def _token(site: Site, route: str) -> Finding:
    """What the token route gives, and what is wrong with it: route, site's name, secret, life or origin."""
    what = "token route"
    if not route:
        return Finding(
            what, "unseen", "no route is known", "give --page URL of a page whose <assistant-chat> has token-src"
        )
    try:
        answer = _fetched("POST", route)
    except (AssistantError, httpx.HTTPError) as error:
        return _unreached(what, error)
    if answer.status_code != 200:
        told = f"it answers {answer.status_code} to a POST"
        return Finding(what, "wrong", told, "answer a POST with 200; where it asks for a session, try in a browser")
    try:
        token = answer.json()["token"]
    except (ValueError, KeyError, TypeError):
        token = None
    if not isinstance(token, str):
        return Finding(what, "wrong", 'it gives no JSON with "token"', 'answer {"token": "…"}')
    return _judged(token, site)


def _judged(token: str, site: Site) -> Finding:
    what = "token"
    try:
        named = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError:
        return Finding(what, "wrong", "it is no JSON Web Token", "mint it as docs/web.md shows")
    if named.get("iss") != site.name:
        return Finding(what, "wrong", "its `iss` is not the site's name", f'write "iss": "{site.name}"')
    try:
        jwt.decode(
            token,
            site.secret,
            algorithms=["HS256"],
            options={"verify_exp": False, "verify_aud": False, "verify_iat": False},
        )
    except jwt.PyJWTError:
        return Finding(
            what, "wrong", "it is signed with another secret", f"take the secret that `new-site {site.name}` gave"
        )
    origin = str(named.get("origin"))
    try:
        tokens.check(token, {site.name: site}, origin=origin, longest=ServeOptions().token_seconds)
    except Problem as problem:
        remedies = {
            "token_expired": "mint one for each page, and set the clock of the page's server",
            "origin_refused": f"its `origin` must be one of {', '.join(sorted(site.origins))}",
        }
        remedy = remedies.get(
            problem.code, "its iat, exp (900 s later at most), aud and jti must be as docs/web.md shows"
        )
        return Finding(what, "wrong", problem.message, remedy)
    return Finding(what, "ok", "good for this site and its origin")


def _questions(assistant: Assistant, site: Site, progress: Progress) -> Finding:
    asked = _pack_questions(assistant.pack.evaluation)
    if not asked:
        return Finding("questions", "unseen", "the pack has no questions that its documents answer")
    told: Counter[str] = Counter()
    for n, question in enumerate(asked):
        progress(n, len(asked), "questions asked as the site's role")
        answer = assistant.ask(question, principal=site.principal)
        told[answer.level or answer.status] += 1
    right = told[Status.ANSWERED] + told[Status.EXTRACTED]
    words = f"{right} of {len(asked)} answered ({', '.join(f'{count} {name}' for name, count in sorted(told.items()))})"
    if right:
        return Finding("questions", "ok", words)
    return Finding(
        "questions", "wrong", words, "ingest the documents that answer them, under labels that the role sees"
    )


def _pack_questions(files: tuple[Path, ...]) -> list[str]:
    rows = [
        json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()
    ]
    return [str(row["question"]) for row in rows if row.get("answerable")][:QUESTIONS]


def _fetched(method: str, url: str) -> httpx.Response:
    """An answer of the page's server. Raises EgressDenied for a host outside the allowed network."""
    parts = urlsplit(url)
    checked(f"{parts.scheme}://{parts.netloc}", "--page", what="a request", example="https://www.example.org/help")
    # No proxy, no redirect: the request goes to the host that was checked and to no other.
    with httpx.Client(trust_env=False, follow_redirects=False, timeout=_SECONDS) as client:
        return client.request(method, url, headers={"Accept": "application/json" if method == "POST" else "text/html"})


def _unreached(what: str, error: Exception) -> Finding:
    if isinstance(error, UsageError):
        raise error
    if isinstance(error, AssistantError):
        return Finding(
            what,
            "unseen",
            error.message,
            "run this on a machine that may reach the page, or open the page in a browser",
        )
    return Finding(what, "wrong", f"it cannot be reached ({type(error).__name__})", "is the page's server running?")
