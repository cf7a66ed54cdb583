"""What the widget calls from a host page: cross-origin, by token, for the origins that the vault's sites allow."""

from __future__ import annotations

import asyncio
import functools
import hmac
import secrets
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from assistant.errors import AssistantError, UsageError
from assistant.frontends.web import auth, problems, tokens
from assistant.frontends.web.access import Site, origin_of
from assistant.frontends.web.assets import takes_gzip
from assistant.frontends.web.bodies import number_of, read_json, text_of
from assistant.frontends.web.door import client_of
from assistant.frontends.web.problems import Problem
from assistant.frontends.web.quote_context import quote_in_context
from assistant.frontends.web.replies import ContactReply, HandoverReply, Hello
from assistant.frontends.web.routing import Handler, route
from assistant.frontends.web.streams import event_stream

if TYPE_CHECKING:
    from assistant.frontends.web.services import Services
    from assistant.frontends.web.sessions import Session
    from assistant.frontends.web.tokens import Ticket

_ALLOWED_HEADERS: Final = "authorization, content-type, last-event-id"
_VOTES: Final = ("up", "down")
# Why an answer was of no use: words of ours, so that no text of a visitor comes into the audit record.
REASONS: Final = ("wrong", "incomplete", "unclear", "source", "other")
# Who takes a visitor over: the page itself, or a person who is reached by the pack's contact.
CHANNELS: Final = ("host", "contact")


class WidgetApi:
    """The routes under /widget."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> list[Route]:
        """The routes."""
        return [
            route("/widget.js", self.widget_script),
            route("/widget/v1/hello", self.widget_hello),
            route("/widget/v1/tokens", self.widget_token, ["POST"]),
            *self._open("/widget/v1/ask", self.widget_ask, "POST"),
            *self._open("/widget/v1/runs/{run}", self.widget_run, "POST", "DELETE"),
            *self._open("/widget/v1/source", self.widget_source, "POST"),
            *self._open("/widget/v1/feedback", self.widget_feedback, "POST"),
            *self._open("/widget/v1/contact", self.widget_contact, "POST"),
            *self._open("/widget/v1/handover", self.widget_handover, "POST"),
            *self._open("/widget/v1/end", self.widget_end, "POST"),
        ]

    # ------------------------------------------------------------ crossing origins

    def _open(self, path: str, handler: Handler, *methods: str) -> list[Route]:
        """A route that pages of allowed origins may call, with its preflight."""

        @functools.wraps(handler)
        async def crossing(request: Request) -> Response:
            try:
                answer = await handler(request)
            except Problem as problem:
                answer = problem.response()
            except AssistantError as error:
                answer = problems.of(error).response()
            for name, value in self._cors(request).items():
                answer.headers[name] = value
            return answer

        async def widget_preflight(request: Request) -> Response:
            allowed = self._cors(request)
            if not allowed:
                self._services.metrics.rejected.labels("origin_refused").inc()
                raise Problem(403, "origin_refused", "this page may not use the assistant", headers={"Vary": "Origin"})
            allowed["Access-Control-Allow-Methods"] = ", ".join(methods)
            allowed["Access-Control-Allow-Headers"] = _ALLOWED_HEADERS
            allowed["Access-Control-Max-Age"] = "600"
            if request.headers.get("access-control-request-private-network") == "true":
                allowed["Access-Control-Allow-Private-Network"] = "true"
            return Response(status_code=204, headers=allowed)

        return [route(path, crossing, methods), route(path, widget_preflight, ["OPTIONS"])]

    def _cors(self, request: Request) -> dict[str, str]:
        origin = request.headers.get("origin", "")
        if not origin or origin not in self._services.access.allowed_origins():
            return {}
        return {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Expose-Headers": "Retry-After, X-Request-Id",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Vary": "Origin",
        }

    # ------------------------------------------------------------ routes

    async def widget_script(self, request: Request) -> Response:
        """The widget itself: public, the same for all, pinned by its integrity value."""
        asset = self._services.assets["widget.js"]
        sent = {
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Cache-Control": "public, max-age=300",
            "Vary": "Accept-Encoding",
        }
        # The integrity value is of the script as it runs, whichever way it travelled.
        packed = takes_gzip(request.headers.get("accept-encoding", ""))
        sent["ETag"] = asset.etag_packed if packed else asset.etag
        if request.headers.get("if-none-match") == sent["ETag"]:
            return Response(status_code=304, headers=sent)
        if packed:
            sent["Content-Encoding"] = "gzip"
        return Response(asset.packed if packed else asset.body, media_type=asset.media_type, headers=sent)

    async def widget_hello(self, request: Request) -> Response:
        """Any page may ask whether its origin is known, so that the widget can tell a wrong origin from a dead server."""
        auth.spend(self._services.limits.ip, client_of(request.scope), self._services)
        known = request.headers.get("origin", "") in self._services.access.allowed_origins()
        sent = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin", "Vary": "Origin"}
        return JSONResponse(Hello(origin_known=known).model_dump(), headers=sent)

    async def widget_token(self, request: Request) -> Response:
        """A token for a host page's server that would rather ask than sign. Never for browsers: they have an Origin."""
        services = self._services
        auth.spend(services.limits.ip, client_of(request.scope), services)
        body = await self._body(request)
        name, origin = text_of(body, "site", most=40), text_of(body, "origin", most=300)
        site = services.access.sites.get(name)
        if request.headers.get("origin") or not _is_secret(site, auth.bearer(request)) or site is None:
            services.limits.bad_auth.take(client_of(request.scope))
            raise Problem(401, "site_refused", "site or secret is wrong", remedy="call from the host page's server")
        try:
            wanted = origin_of(origin)
        except UsageError as error:
            raise problems.of(error) from None
        if wanted not in site.origins:
            raise Problem(403, "origin_refused", "the site has no such origin", remedy="see `assistant serve access`")
        seconds = min(600, services.options.token_seconds)
        token = tokens.mint(site.name, site.secret, wanted, seconds=seconds, session=_session(body))
        return JSONResponse({"token": token, "expires_in": seconds})

    async def widget_ask(self, request: Request) -> Response:
        """Ask a question; its events as a stream."""
        ticket = self._admitted(request)
        body = await self._body(request)
        question, as_typed = text_of(body, "question"), body.get("as_typed", False)
        if not isinstance(as_typed, bool):
            raise Problem(400, "bad_field", "'as_typed' must be true or false", remedy="see docs/web.md")
        session = self._services.sessions.get(ticket.client)
        run = self._services.runs.start(
            ticket.client,
            ticket.site.principal,
            question,
            front="widget",
            conversation=session.conversation,
            kept=session.keep,
            as_typed=as_typed,
            most=self._services.options.waiting_per_client,
        )
        return event_stream(self._services.runs.follow(run))

    async def widget_run(self, request: Request) -> Response:
        """Go on with a stream that broke (POST, Last-Event-ID), or give its question up (DELETE)."""
        ticket = auth.visitor(request, self._services)
        run = self._services.runs.find(str(request.path_params["run"]), ticket.client)
        if request.method == "DELETE":
            self._services.runs.cancel(run)
            return Response(status_code=204)
        last = request.headers.get("last-event-id", "0")
        return event_stream(self._services.runs.follow(run, int(last) if last.isdigit() and len(last) < 10 else 0))

    async def widget_source(self, request: Request) -> Response:
        """A quote of one of the session's own answers, in its surroundings."""
        ticket = auth.visitor(request, self._services)
        auth.spend(self._services.limits.ip, client_of(request.scope), self._services)
        body = await self._body(request)
        session = self._session(ticket)
        found = session.citation(text_of(body, "audit_id", most=64), number_of(body, "start"), number_of(body, "end"))
        if found is None:
            raise problems.not_found()
        told = await asyncio.to_thread(
            quote_in_context,
            self._services.assistant,
            ticket.site.principal,
            *found,
            scope=session.conversation.id,
        )
        return JSONResponse(told.model_dump())

    async def widget_feedback(self, request: Request) -> Response:
        """A thumb up or down for one of the session's own answers, perhaps with one of our reasons: an audit record without text."""
        ticket = auth.visitor(request, self._services)
        auth.spend(self._services.limits.ip, client_of(request.scope), self._services)
        body = await self._body(request)
        audit_id, vote = text_of(body, "audit_id", most=64), text_of(body, "vote", most=8)
        reason = text_of(body, "reason", most=16, needed=False)
        if vote not in _VOTES or reason not in ("", *REASONS) or audit_id not in self._session(ticket).answers:
            raise problems.not_found()
        answer, who = self._session(ticket).answers[audit_id], ticket.site.principal
        await asyncio.to_thread(self._services.assistant.rate, answer, liked=vote == "up", reason=reason, principal=who)
        return Response(status_code=204)

    async def widget_contact(self, request: Request) -> Response:
        """How a person is reached."""
        auth.visitor(request, self._services)
        auth.spend(self._services.limits.ip, client_of(request.scope), self._services)
        told = self._services.assistant.pack.contact
        found = {name: getattr(told, name) or "" for name in ("phone", "mail", "form", "hours")}
        return JSONResponse(ContactReply(reachable=told.reachable, **found).model_dump())

    async def widget_handover(self, request: Request) -> Response:
        """A visitor goes to a person by one of the ways: one audit record, without text; its number is for both to name."""
        ticket = auth.visitor(request, self._services)
        auth.spend(self._services.limits.ip, client_of(request.scope), self._services)
        body = await self._body(request)
        channel, audit_id = text_of(body, "channel", most=16), text_of(body, "audit_id", most=64, needed=False)
        if channel not in CHANNELS or (audit_id and audit_id not in self._session(ticket).answers):
            raise problems.not_found()
        reference = "-".join(secrets.token_hex(4).upper()[at : at + 4] for at in (0, 4))
        record = {"reference": reference, "channel": channel, "principal": ticket.site.principal.name}
        if audit_id:
            record["answer"] = audit_id
        await asyncio.to_thread(self._services.assistant.vault.audit.append, "handover", record)
        return JSONResponse(HandoverReply(reference=reference).model_dump())

    async def widget_end(self, request: Request) -> Response:
        """Begin anew: the session's history goes."""
        ticket = auth.visitor(request, self._services)
        if self._services.runs.active(ticket.client):
            raise Problem(409, "busy", "a question is on its way", remedy="wait for its answer")
        self._services.sessions.end(ticket.client)
        return Response(status_code=204)

    # ------------------------------------------------------------ helpers

    def _admitted(self, request: Request) -> Ticket:
        ticket = auth.visitor(request, self._services)
        limits = self._services.limits
        auth.spend(limits.ip, client_of(request.scope), self._services)
        auth.spend(limits.session, ticket.client, self._services)
        return ticket

    def _session(self, ticket: Ticket) -> Session:
        session = self._services.sessions.find(ticket.client)
        if session is None:
            raise problems.not_found()
        return session

    async def _body(self, request: Request) -> dict[str, object]:
        options = self._services.options
        return await read_json(request, most=options.body_bytes, seconds=options.body_seconds)


def _is_secret(site: Site | None, presented: str) -> bool:
    secret = site.secret if site else "-"
    return hmac.compare_digest(secret.encode(), presented.encode("utf-8", "replace")) and site is not None


def _session(body: dict[str, object]) -> str:
    session = text_of(body, "session", most=64, needed=False)
    if session and not tokens.is_session(session):
        raise Problem(400, "bad_field", "'session' must be 16 to 64 letters, digits, _ or -", remedy="see docs/web.md")
    return session
