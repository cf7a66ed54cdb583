"""Cited pages as pictures, for the person who is logged in to the admin page."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from assistant.curating.pages import cited_page
from assistant.errors import AssistantError
from assistant.frontends.web import auth, problems
from assistant.frontends.web.routing import route

if TYPE_CHECKING:
    from assistant.frontends.web.services import Services


class PagesApi:
    """The route of a document's pages."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> list[Route]:
        """The routes."""
        return [route("/admin/api/documents/{document}/page", self.admin_cited_page)]

    async def admin_cited_page(self, request: Request) -> Response:
        """The page that holds characters `start` to `end` of a document, those marked, as PNG."""
        login = auth.person(request, self._services, "pages")
        start, end = (_offset(request, name) for name in ("start", "end"))
        assistant = self._services.acting_as(login.principal)
        try:
            drawn = await asyncio.to_thread(cited_page, assistant, str(request.path_params["document"]), start, end)
        except AssistantError as error:
            raise problems.of(error) from None
        return Response(drawn.picture, media_type="image/png", headers={"X-Page": str(drawn.page)})


def _offset(request: Request, name: str) -> int:
    value = request.query_params.get(name, "")
    if not value.isdigit() or len(value) > 10:
        raise problems.Problem(400, "bad_field", f"'{name}' must be a whole number")
    return int(value)
