"""Who is calling: a widget visitor by token, a program by key, a person by cookie; and how often they may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.requests import Request

from assistant.frontends.web import problems, tokens
from assistant.frontends.web.access import ApiKey
from assistant.frontends.web.door import client_of
from assistant.frontends.web.logins import Login
from assistant.frontends.web.problems import Problem
from assistant.frontends.web.tokens import Ticket

if TYPE_CHECKING:
    from assistant.frontends.web.limits import Limiter
    from assistant.frontends.web.services import Services

# The roles that have a use for the admin page, and what they may do there.
MAY: Final[dict[str, frozenset[str]]] = {
    "admin": frozenset(
        {
            "overview",
            "documents",
            "ingest",
            "delete",
            "policy",
            "audit",
            "reports",
            "access",
            "people",
            "govern",
            "workshop",
        }
    ),
    "privacy-officer": frozenset({"overview", "policy", "audit", "reports"}),
    "supervisor": frozenset({"overview", "documents", "policy", "reports"}),
}
# And those whom the policy lets erase: they see that documents are there, not what is in them.
_ERASER: Final = frozenset({"overview", "documents", "delete"})


def visitor(request: Request, services: Services) -> Ticket:
    """The widget visitor. Raises Problem 401, 403 or 429."""
    origin = request.headers.get("origin", "")
    try:
        return tokens.check(
            bearer(request), services.access.sites, origin=origin, longest=services.options.token_seconds
        )
    except Problem as problem:
        raise _bad(request, services, problem) from None


def program(request: Request, services: Services) -> ApiKey:
    """The program that calls, within its rate. Raises Problem 401 or 429."""
    key = services.access.key_of(bearer(request))
    if key is None:
        remedy = "make one with `assistant serve new-key NAME --role ROLE`"
        raise _bad(request, services, Problem(401, "invalid_api_key", "the API key is not valid", remedy=remedy))
    return key


def person(request: Request, services: Services, right: str, *, change: bool = False) -> Login:
    """The person who is logged in and has the right; a change must come from our own page. Raises Problem 401 or 403."""
    login = services.logins.find(request.cookies.get(cookie_name(request), ""))
    if login is None:
        raise Problem(401, "not_logged_in", "nobody is logged in", remedy="log in")
    if change:
        same_site(request)
        if not login.permits(request.headers.get("x-csrf-token", "")):
            raise Problem(403, "csrf", "the request does not come from this page", remedy="reload the page")
    if right not in rights_of(login, services):
        raise Problem(403, "forbidden", "your roles do not permit this", remedy="ask an administrator")
    return login


def rights_of(login: Login, services: Services) -> frozenset[str]:
    """What somebody may do on the admin page."""
    roles = login.principal.roles
    rights = frozenset().union(*(MAY.get(role, frozenset()) for role in roles))
    policy = services.assistant.gate.policy
    rights |= _ERASER if roles & policy.erase_roles else frozenset()
    # What the policy lets somebody do is added for those who have a use for the page at all.
    granted = (
        (policy.gaps.roles, frozenset({"gaps", "verified", "pages"})),
        (policy.verified.authors, frozenset({"verified", "vouch", "pages"})),
        (policy.trial.roles, frozenset({"trial"})),
    )
    more = frozenset().union(*(given for whom, given in granted if roles & whom))
    return rights | more if rights else rights


def same_site(request: Request) -> None:
    """Refuse what another page sends. Raises Problem 403."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin", "")
    host = origin.partition("://")[2]
    if site != "same-origin" or (origin and host != request.headers.get("host", "")):
        raise Problem(403, "csrf", "the request does not come from this page", remedy="open the admin page itself")


def cookie_name(request: Request) -> str:
    """The cookie's name; over TLS the prefix makes browsers refuse it from any other host or path (RFC 6265bis)."""
    return "__Host-assistant" if request.scope["assistant.secure"] else "assistant"


def bearer(request: Request) -> str:
    """The credential of the Authorization header, or nothing."""
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else ""


def spend(limiter: Limiter, key: str, services: Services) -> None:
    """Count one use. Raises Problem 429 where the rate is exceeded."""
    wait = limiter.take(key)
    if wait:
        services.metrics.rejected.labels("rate").inc()
        raise problems.too_many(wait)


def rate_headers(limiter: Limiter, key: str) -> dict[str, str]:
    """How the caller stands with its rate, in the headers that clients of OpenAI's interface read."""
    standing = limiter.standing(key)
    return {
        "X-RateLimit-Limit-Requests": str(standing.most),
        "X-RateLimit-Remaining-Requests": str(standing.left),
        "X-RateLimit-Reset-Requests": f"{standing.full_in:.3f}s",
    }


def _bad(request: Request, services: Services, problem: Problem) -> Problem:
    """What is answered to a credential that is not valid: slower and slower to who tries many.

    Only failures are counted and only failures are slowed: a whole hospital may stand behind one address, and a secret of 256 bits
    is not found by trying.
    """
    services.metrics.rejected.labels(problem.code).inc()
    if problem.code == "token_expired":
        return problem
    wait = services.limits.bad_auth.take(client_of(request.scope))
    if wait:
        services.metrics.rejected.labels("guessing").inc()
        return problems.too_many(wait)
    return problem
