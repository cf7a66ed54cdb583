"""What the admin page calls: same origin, by cookie, changes with the session's CSRF token, each right by role."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from assistant.errors import AssistantError, LockedError
from assistant.frontends.web import auth, headers, problems
from assistant.frontends.web.bodies import read, read_json, text_of
from assistant.frontends.web.door import client_of
from assistant.frontends.web.logins import Login
from assistant.frontends.web.problems import Problem
from assistant.frontends.web.routing import route
from assistant.frontends.web.services import Taking
from assistant.frontends.web.views import audit_view, documents_view, overview_view, policy_view

if TYPE_CHECKING:
    from assistant.frontends.web.services import Services

_PAGE: Final = "admin.html"


class AdminApi:
    """The routes under /admin."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> list[Route]:
        """The routes."""
        return [
            route("/", self.admin_start),
            route("/admin", self.admin_start),
            route("/admin/", self.admin_page),
            route("/admin/{file}", self.admin_page),
            route("/admin/api/login", self.admin_login, ["POST"]),
            route("/admin/api/logout", self.admin_logout, ["POST"]),
            route("/admin/api/me", self.admin_me),
            route("/admin/api/overview", self.admin_overview),
            route("/admin/api/documents", self.admin_documents),
            route("/admin/api/documents", self.admin_ingest, ["POST"]),
            route("/admin/api/taking", self.admin_stop, ["DELETE"]),
            route("/admin/api/documents/{document}", self.admin_delete, ["DELETE"]),
            route("/admin/api/policy", self.admin_policy),
            route("/admin/api/audit", self.admin_audit),
        ]

    # ------------------------------------------------------------ the page

    async def admin_start(self, request: Request) -> Response:  # noqa: ARG002
        """To the page."""
        return RedirectResponse("/admin/", 307)

    async def admin_page(self, request: Request) -> Response:
        """The page, its style and its script."""
        name = str(request.path_params.get("file", "")) or _PAGE
        if not name.startswith("admin") or name not in self._services.assets:
            raise problems.not_found()
        asset = self._services.assets[name]
        sent = {"Content-Security-Policy": headers.CSP_ADMIN, "Cache-Control": "no-cache", "ETag": asset.etag}
        if request.headers.get("if-none-match") == asset.etag:
            return Response(status_code=304, headers=sent)
        return Response(asset.body, media_type=asset.media_type, headers=sent)

    # ------------------------------------------------------------ logging in

    async def admin_login(self, request: Request) -> Response:
        """Begin a session. The vault counts failures and lets the user wait longer and longer."""
        auth.same_site(request)
        services = self._services
        auth.spend(services.limits.login, client_of(request.scope), services)
        body = await read_json(request, most=4096, seconds=services.options.body_seconds)
        name, password = text_of(body, "name", most=64), text_of(body, "password", most=1024)
        try:
            principal = await asyncio.to_thread(services.assistant.vault.login, name, password)
        except LockedError as error:
            services.metrics.rejected.labels("login").inc()
            raise Problem(401, "login_failed", error.message, remedy=error.remedy) from None
        cookie, login = services.logins.begin(principal)
        if not auth.rights_of(login, services):
            services.logins.end(cookie)
            raise Problem(
                403,
                "forbidden",
                "your roles have no use for this page: it is for those who run the assistant",
                remedy="ask your questions in the terminal, or on a page that has the assistant; or ask an administrator for a role",
            )
        answer = JSONResponse(_me(login, services))
        answer.set_cookie(
            auth.cookie_name(request),
            cookie,
            httponly=True,
            samesite="strict",
            secure=bool(request.scope["assistant.secure"]),
            path="/",
        )
        return answer

    async def admin_logout(self, request: Request) -> Response:
        """End the session."""
        auth.person(request, self._services, "overview", change=True)
        name = auth.cookie_name(request)
        self._services.logins.end(request.cookies.get(name, ""))
        answer = Response(status_code=204)
        answer.delete_cookie(
            name, httponly=True, samesite="strict", secure=bool(request.scope["assistant.secure"]), path="/"
        )
        return answer

    async def admin_me(self, request: Request) -> Response:
        """Who is logged in."""
        return JSONResponse(_me(auth.person(request, self._services, "overview"), self._services))

    # ------------------------------------------------------------ looking

    async def admin_overview(self, request: Request) -> Response:
        """Counts, policy, engine, queue."""
        login = auth.person(request, self._services, "overview")
        return await self._told(overview_view, self._services, login.principal)

    async def admin_documents(self, request: Request) -> Response:
        """The documents that this person may see, and the collections."""
        login = auth.person(request, self._services, "documents")
        return await self._told(documents_view, self._services.acting_as(login.principal))

    async def admin_policy(self, request: Request) -> Response:
        """The policy in sentences, and what a careful reader would object to."""
        auth.person(request, self._services, "policy")
        return await self._told(policy_view, self._services.assistant)

    async def admin_audit(self, request: Request) -> Response:
        """Whether the chain holds, and its last records."""
        auth.person(request, self._services, "audit")
        return await self._told(audit_view, self._services.assistant.vault)

    # ------------------------------------------------------------ changing

    async def admin_ingest(self, request: Request) -> Response:
        """Take one file in: the body is the file. It is read from memory and never lies on the disk."""
        login = auth.person(request, self._services, "ingest", change=True)
        services = self._services
        name = unquote(request.headers.get("x-filename", ""))
        labels = frozenset(filter(None, request.query_params.getlist("label")))
        collection = request.query_params.get("collection", "default")
        _fit(name, labels, collection, known=_labels(services))
        if services.upload.locked():
            raise Problem(409, "busy", "another file is being taken in", retry_after=5)
        async with services.upload:
            data = await read(request, most=services.options.upload_bytes, seconds=services.options.upload_seconds)
            told = await self._taken(request, login, name, data, labels, collection)
        return JSONResponse(told)

    async def admin_stop(self, request: Request) -> Response:
        """Stop the file that is being taken in; nothing of it is stored."""
        auth.person(request, self._services, "ingest", change=True)
        if not self._services.stop_taking():
            raise problems.not_found()
        return Response(status_code=204)

    async def _taken(self, request: Request, *given: Any) -> dict[str, object]:
        """What came of taking a file in; it is stopped where its sender goes away."""
        services = self._services
        taking = services.taking = Taking()
        work = asyncio.ensure_future(asyncio.to_thread(self._ingest, taking, *given))
        leaving = asyncio.create_task(_gone(request))
        try:
            await asyncio.wait({work, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                taking.stop.set()
            return await work
        finally:
            leaving.cancel()
            services.taking = None

    async def admin_delete(self, request: Request) -> Response:
        """Erase a document."""
        login = auth.person(request, self._services, "delete", change=True)
        await asyncio.to_thread(self._delete, login, str(request.path_params["document"]))
        return Response(status_code=204)

    def _ingest(
        self, taking: Taking, login: Login, name: str, data: bytes, labels: frozenset[str], collection: str
    ) -> dict[str, object]:
        from assistant.intake.uploads import ingest_bytes

        assistant = self._services.acting_as(login.principal)
        report = ingest_bytes(
            name,
            data,
            vault=assistant.vault,
            embedder=assistant.tools.embedder,
            gate=assistant.gate,
            principal=login.principal,
            labels=assistant.labelling(labels or None),
            collection=collection,
            progress=taking.progress,
        )
        if report.partial:
            raise Problem(
                409, "stopped", "taking the file in was stopped; nothing of it is stored", remedy="send it again"
            )
        return {
            "added": len(report.added),
            "replaced": len(report.replaced),
            "unchanged": len(report.unchanged),
            "documents": report.documents,
            "passages": report.passages,
            "problems": [{"reason": p.reason, "remedy": p.remedy} for p in report.problems],
            "labels": dict(report.labels),
            "roles": dict(report.roles),
            "notices": [notice for _, notice in report.notices],
            "quarantined": len(report.quarantined),
        }

    def _delete(self, login: Login, document_id: str) -> None:
        assistant = self._services.acting_as(login.principal)
        if document_id not in {info.id for info in assistant.inventory()}:
            raise problems.not_found()
        assistant.delete(document_id)

    # ------------------------------------------------------------ helpers

    async def _told(self, view: Any, *args: object) -> Response:
        try:
            return JSONResponse(await asyncio.to_thread(view, *args))
        except AssistantError as error:
            raise problems.of(error) from None


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _me(login: Login, services: Services) -> dict[str, object]:
    return {
        "name": login.principal.name,
        "roles": sorted(login.principal.roles),
        "rights": sorted(auth.rights_of(login, services)),
        "csrf": login.csrf,
    }


def _labels(services: Services) -> frozenset[str]:
    return frozenset().union(*(rule.labels for rule in services.assistant.gate.policy.access))


def _fit(name: str, labels: frozenset[str], collection: str, *, known: frozenset[str]) -> None:
    if not name or len(name) > 200 or any(c in "/\\" or not c.isprintable() for c in name):
        raise Problem(400, "bad_name", "the file's name cannot be used", remedy="rename the file")
    if not labels <= known:
        raise Problem(400, "bad_label", "the policy knows no such label", remedy=f"labels: {', '.join(sorted(known))}")
    if not collection or len(collection) > 64 or not all(c.isalnum() or c in "-_ " for c in collection):
        raise Problem(400, "bad_collection", "a collection's name is 1 to 64 letters, digits, -, _ or blanks")
