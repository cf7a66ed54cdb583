"""What the admin page calls to change the policy: check a draft, try it on cases, put it in force, return to an earlier version."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from assistant.curating.cases import tried
from assistant.errors import UsageError
from assistant.frontends.web import auth
from assistant.frontends.web.bodies import read_json, text_of
from assistant.frontends.web.responding import responded
from assistant.frontends.web.routing import route
from assistant.policy import versions

if TYPE_CHECKING:
    from assistant.frontends.web.logins import Login
    from assistant.frontends.web.services import Services

_BODY: Final = 512 * 1024
_TEXT: Final = 200_000
_CASES: Final = "policy.cases"
_MOST_TRIED: Final = 100


class PolicyApi:
    """The routes under /admin/api/policy that change something or show its text; `govern` is the right."""

    def __init__(self, services: Services) -> None:
        self._services = services
        # Digests of drafts on which all cases came out as expected; what is not among them is not put in force.
        self._passed: list[str] = []
        self._one = asyncio.Lock()

    def routes(self) -> list[Route]:
        """The routes."""
        return [
            route("/admin/api/policy/draft", self.policy_draft),
            route("/admin/api/policy/check", self.policy_check, ["POST"]),
            route("/admin/api/policy/try", self.policy_try, ["POST"]),
            route("/admin/api/policy/force", self.policy_force, ["POST"]),
            route("/admin/api/policy/return", self.policy_return, ["POST"]),
        ]

    async def policy_draft(self, request: Request) -> Response:
        """The text in force, the versions, and the cases that were tried last."""
        auth.person(request, self._services, "govern")
        vault = self._services.assistant.vault

        def read() -> dict[str, object]:
            return {"text": self._text(), "versions": versions.shown(vault), "cases": vault.get(_CASES) or ""}

        return await responded(read)

    async def policy_check(self, request: Request) -> Response:
        """Lint a draft and compare it with what is in force."""
        auth.person(request, self._services, "govern", change=True)
        text = await self._draft(request)
        return await responded(lambda: versions.checked(text, self._text()))

    async def policy_try(self, request: Request) -> Response:
        """Try a draft on cases in a throw-away vault."""
        auth.person(request, self._services, "govern", change=True)
        body = await self._body(request)
        text, cases = text_of(body, "text", most=_TEXT), text_of(body, "cases", most=_TEXT)
        async with self._one:
            return await responded(self._tried, text, cases)

    async def policy_force(self, request: Request) -> Response:
        """Put a draft in force that was tried; it holds from the next question on."""
        login = auth.person(request, self._services, "govern", change=True)
        text = await self._draft(request)
        async with self._one:
            return await responded(self._forced, login, text)

    async def policy_return(self, request: Request) -> Response:
        """Put an earlier version in force again; it was tried when it came."""
        login = auth.person(request, self._services, "govern", change=True)
        sha256 = text_of(await self._body(request), "sha256", most=64)
        vault = self._services.assistant.vault
        async with self._one:
            return await responded(lambda: self._force(login, versions.by_id(vault, sha256).text, "returned"))

    # ------------------------------------------------------------ in a thread

    def _text(self) -> str:
        assistant = self._services.assistant
        return versions.draft_of(assistant.vault, str(assistant.gate.policy.path or assistant.gate.policy.id))

    def _tried(self, text: str, cases: str) -> dict[str, object]:
        with versions.as_file(text) as policy, versions.as_file(cases) as listed:
            results = tried(str(policy), listed, domain=str(self._services.assistant.pack.root))
        self._services.assistant.vault.put(_CASES, cases)
        ok = all(result.ok for result in results)
        if ok:
            self._passed = [*self._passed, versions.digest(text)][-_MOST_TRIED:]
        return {"ok": ok, "cases": [result.model_dump() for result in results]}

    def _forced(self, login: Login, text: str) -> dict[str, object]:
        if versions.digest(text) not in self._passed:
            raise UsageError(
                "this text has not passed its cases",
                remedy="try it on cases first; every one must come out as expected",
            )
        return self._force(login, text, "changed")

    def _force(self, login: Login, text: str, how: str) -> dict[str, object]:
        services = self._services
        vault, before = services.assistant.vault, services.assistant.gate.policy
        own = versions.in_force(vault)
        if own is None or versions.digest(self._text()) != before.sha256:
            raise UsageError(
                "this server runs under a policy that is not the vault's own", remedy="start it without --policy"
            )
        at = datetime.now(UTC).isoformat(timespec="seconds")
        with vault.transaction():
            made = versions.put_in_force(vault, text, before=self._text(), by=login.principal.name, at=at)
            record = {
                "principal": login.principal.name,
                "from": before.sha256,
                "to": made.sha256,
                "version": made.version,
            }
            vault.audit.append(f"policy.{how}", record)
        services.take_policy(str(versions.in_force(vault)))
        return {"sha256": made.sha256, "versions": versions.shown(vault)}

    # ------------------------------------------------------------ helpers

    async def _body(self, request: Request) -> dict[str, object]:
        return await read_json(request, most=_BODY, seconds=self._services.options.body_seconds)

    async def _draft(self, request: Request) -> str:
        return text_of(await self._body(request), "text", most=_TEXT)
