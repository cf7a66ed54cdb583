"""What the admin page calls about sites and API keys: listed without their secrets, added, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from assistant.frontends.web import auth
from assistant.frontends.web.bodies import read_json, text_of
from assistant.frontends.web.problems import Problem
from assistant.frontends.web.responding import responded
from assistant.frontends.web.routing import route

if TYPE_CHECKING:
    from assistant.frontends.web.services import Services

_BODY: Final = 16 * 1024


class AccessApi:
    """The routes under /admin/api/access."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> list[Route]:
        """The routes."""
        return [
            route("/admin/api/access", self.access_list),
            route("/admin/api/access/sites", self.access_add_site, ["POST"]),
            route("/admin/api/access/keys", self.access_add_key, ["POST"]),
            route("/admin/api/access/{name}", self.access_revoke, ["DELETE"]),
        ]

    async def access_list(self, request: Request) -> Response:
        """Sites and keys, what a page embeds, and the roles that visitors and programs may have."""
        auth.person(request, self._services, "access")
        services = self._services
        roles = sorted({role for rule in services.assistant.gate.policy.access for role in rule.roles})
        integrity = services.assets["widget.js"].integrity
        return JSONResponse({**services.access.listed(), "integrity": integrity, "roles": roles})

    async def access_add_site(self, request: Request) -> Response:
        """Let the pages of an origin embed the widget; the secret is in this answer and nowhere else."""
        auth.person(request, self._services, "access", change=True)
        body = await self._body(request)
        name, origins, roles = text_of(body, "name", most=40), _texts(body, "origins"), _texts(body, "roles")
        services = self._services

        def add() -> dict[str, object]:
            return {"secret": services.access.add_site(name, origins, roles, services.assistant.gate.policy)}

        return await responded(add)

    async def access_add_key(self, request: Request) -> Response:
        """Make a key for a program; it is in this answer and nowhere else."""
        auth.person(request, self._services, "access", change=True)
        body = await self._body(request)
        name, roles, services = text_of(body, "name", most=40), _texts(body, "roles"), self._services
        return await responded(lambda: {"secret": services.access.add_key(name, roles, services.assistant.gate.policy)})

    async def access_revoke(self, request: Request) -> Response:
        """Take a site or key back; what was minted with it ends at once."""
        auth.person(request, self._services, "access", change=True)
        gone = self._services.access.revoke
        return await responded(lambda: {"gone": gone(str(request.path_params["name"]))})

    async def _body(self, request: Request) -> dict[str, object]:
        return await read_json(request, most=_BODY, seconds=self._services.options.body_seconds)


def _texts(body: dict[str, object], name: str) -> list[str]:
    given = body.get(name)
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise Problem(400, "bad_field", f"'{name}' must be a list of texts")
    return given
