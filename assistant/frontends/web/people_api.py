"""What the admin page calls about people: users and their roles, who is logged in, and asking as another role would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from assistant.errors import UsageError
from assistant.frontends.web import auth, problems
from assistant.frontends.web.bodies import read_json, text_of
from assistant.frontends.web.responding import responded
from assistant.frontends.web.routing import route
from assistant.policy.impersonation import impersonated, may_impersonate

if TYPE_CHECKING:
    from assistant.facade import Assistant
    from assistant.frontends.web.services import Services
    from assistant.types import Principal

_BODY: Final = 16 * 1024


class PeopleApi:
    """The routes under /admin/api/people, /admin/api/sessions and /admin/api/trial."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> list[Route]:
        """The routes."""
        return [
            route("/admin/api/people", self.people_list),
            route("/admin/api/people", self.people_add, ["POST"]),
            route("/admin/api/people/{name}", self.people_roles, ["PUT"]),
            route("/admin/api/people/{name}", self.people_remove, ["DELETE"]),
            route("/admin/api/sessions/{session}", self.sessions_end, ["DELETE"]),
            route("/admin/api/trial", self.trial_roles),
            route("/admin/api/trial", self.trial_ask, ["POST"]),
        ]

    async def people_list(self, request: Request) -> Response:
        """Users, the roles of the policy, and who is logged in here."""
        auth.person(request, self._services, "people")
        own = request.cookies.get(auth.cookie_name(request), "")
        sessions = self._services.logins.listed(own)
        vault, policy = self._services.assistant.vault, self._services.assistant.gate.policy

        def people() -> dict[str, object]:
            users = [
                {"name": u.name, "roles": sorted(u.roles), "created_at": u.created_at, "locked": u.locked}
                for u in vault.users()
            ]
            return {"users": users, "roles": sorted(policy.roles), "sessions": sessions}

        return await responded(people)

    async def people_add(self, request: Request) -> Response:
        """Add a user."""
        auth.person(request, self._services, "people", change=True)
        body = await self._body(request)
        name, password = text_of(body, "name", most=64), text_of(body, "password", most=1024)
        return await responded(self._services.assistant.vault.add_user, name, password, self._roles(body))

    async def people_roles(self, request: Request) -> Response:
        """Give a user other roles; his sessions here end, since they hold the old ones."""
        auth.person(request, self._services, "people", change=True)
        roles, name = self._roles(await self._body(request)), str(request.path_params["name"])
        answer = await responded(self._services.assistant.vault.set_roles, name, roles)
        self._services.logins.end_of(name)
        return answer

    async def people_remove(self, request: Request) -> Response:
        """Remove a user, but not oneself: somebody must be left who can add one."""
        login = auth.person(request, self._services, "people", change=True)
        name = str(request.path_params["name"])
        if name == login.principal.name:
            raise problems.of(UsageError("that is you", remedy="let another administrator remove you"))
        answer = await responded(self._services.assistant.vault.remove_user, name)
        self._services.logins.end_of(name)
        return answer

    async def sessions_end(self, request: Request) -> Response:
        """End somebody's session at this page."""
        auth.person(request, self._services, "people", change=True)
        if not self._services.logins.end_listed(str(request.path_params["session"])):
            raise problems.not_found()
        return Response(status_code=204)

    async def trial_roles(self, request: Request) -> Response:
        """The roles that this person may ask as."""
        login = auth.person(request, self._services, "trial")
        policy = self._services.assistant.gate.policy
        return JSONResponse({"roles": [r for r in sorted(policy.roles) if may_impersonate(policy, login.principal, r)]})

    async def trial_ask(self, request: Request) -> Response:
        """Ask as another role would; recorded as this person's trial."""
        login = auth.person(request, self._services, "trial", change=True)
        body = await self._body(request)
        role, question = text_of(body, "role", most=64), text_of(body, "question", most=4000)
        return await responded(_tried, self._services.acting_as(login.principal), role, question)

    def _roles(self, body: dict[str, object]) -> list[str]:
        wanted, known = body.get("roles"), self._services.assistant.gate.policy.roles
        if not isinstance(wanted, list) or not wanted or not set(map(str, wanted)) <= known:
            error = UsageError("a role of the policy is needed", remedy=f"roles: {', '.join(sorted(known))}")
            raise problems.of(error)
        return [str(role) for role in wanted]

    async def _body(self, request: Request) -> dict[str, object]:
        return await read_json(request, most=_BODY, seconds=self._services.options.body_seconds)


def _tried(assistant: Assistant, role: str, question: str) -> dict[str, object]:
    who: Principal = assistant.principal
    tried = impersonated(assistant.gate.policy, who, [role])
    record = {"principal": who.name, "roles": sorted(who.roles), "as": [role]}
    assistant.vault.audit.append("trial", record)
    return assistant.ask(question, principal=tried).as_json()
