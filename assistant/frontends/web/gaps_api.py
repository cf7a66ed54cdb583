"""What the admin page calls about questions without an answer and about verified answers."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from assistant.curating import figures as counted
from assistant.curating.board import Board, as_csv
from assistant.curating.pages import page_of
from assistant.curating.verified import Source, Vouching
from assistant.errors import AssistantError, UsageError
from assistant.frontends.web import auth, problems
from assistant.frontends.web.bodies import number_of, read_json, text_of
from assistant.frontends.web.responding import responded
from assistant.frontends.web.routing import route

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.facade import Assistant
    from assistant.frontends.web.services import Services
    from assistant.types import Passage

_BODY: Final = 64 * 1024


class GapsApi:
    """The routes under /admin/api/gaps and /admin/api/verified."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> list[Route]:
        """The routes."""
        return [
            route("/admin/api/gaps", self.gaps_list),
            route("/admin/api/gaps.csv", self.gaps_csv),
            route("/admin/api/figures.csv", self.figures_csv),
            route("/admin/api/gaps/{gap:int}", self.gaps_show),
            route("/admin/api/gaps/{gap:int}", self.gaps_dismiss, ["DELETE"]),
            route("/admin/api/gaps/{gap:int}/answer", self.gaps_answer, ["POST"]),
            route("/admin/api/verified", self.verified_list),
            route("/admin/api/verified/{verified}", self.verified_withdraw, ["DELETE"]),
            route("/admin/api/verified/{verified}/wordings", self.verified_reword, ["POST"]),
        ]

    async def gaps_list(self, request: Request) -> Response:
        """The groups of questions and the figures."""
        return await responded(_board, self._acting(request, "gaps"))

    async def gaps_show(self, request: Request) -> Response:
        """One group with the passages that come closest."""
        return await responded(_group, self._acting(request, "gaps"), int(request.path_params["gap"]))

    async def gaps_csv(self, request: Request) -> Response:
        """The board as a table."""
        return await self._table(request, lambda board: as_csv(board.clusters()))

    async def figures_csv(self, request: Request) -> Response:
        """The figures as a table."""
        return await self._table(request, lambda board: counted.as_csv(board.figures()))

    async def gaps_dismiss(self, request: Request) -> Response:
        """Erase a group that needs no answer."""
        assistant, number = self._acting(request, "gaps", change=True), int(request.path_params["gap"])

        def dismiss() -> None:
            Board(assistant).dismiss(number)

        return await responded(dismiss)

    async def gaps_answer(self, request: Request) -> Response:
        """Answer a group with a verified answer."""
        assistant, number = self._acting(request, "vouch", change=True), int(request.path_params["gap"])
        body = await self._body(request)
        text, document = text_of(body, "text", most=4000), text_of(body, "document", most=64)
        source, until = Source(document, number_of(body, "passage")), _day(text_of(body, "until", most=10))
        wordings = body.get("wordings")
        if not isinstance(wordings, list) or not all(isinstance(wording, str) for wording in wordings):
            raise problems.Problem(400, "bad_field", "'wordings' must be a list of texts")

        def answer() -> dict[str, object]:
            board = Board(assistant)
            cluster = board.cluster(number)
            made = Vouching(assistant).answer(
                board, cluster, text, source, until=until, wordings=wordings, insist=body.get("insist") is True
            )
            return {"id": made.id, "until": made.until}

        return await responded(answer)

    async def verified_list(self, request: Request) -> Response:
        """The verified answers whose source this person may see."""
        assistant = self._acting(request, "verified")
        return await responded(lambda: {"verified": [one.as_json() for one in Vouching(assistant).listed()]})

    async def verified_withdraw(self, request: Request) -> Response:
        """Give an answer to nobody any more."""
        assistant = self._acting(request, "vouch", change=True)
        return await responded(Vouching(assistant).withdraw, str(request.path_params["verified"]))

    async def verified_reword(self, request: Request) -> Response:
        """Let an answer answer one more wording."""
        assistant = self._acting(request, "vouch", change=True)
        wording = text_of(await self._body(request), "wording", most=400)
        verified = str(request.path_params["verified"])
        return await responded(lambda: {"wordings": list(Vouching(assistant).reword(verified, wording).wordings)})

    # ------------------------------------------------------------ helpers

    def _acting(self, request: Request, right: str, *, change: bool = False) -> Assistant:
        return self._services.acting_as(auth.person(request, self._services, right, change=change).principal)

    async def _body(self, request: Request) -> dict[str, object]:
        return await read_json(request, most=_BODY, seconds=self._services.options.body_seconds)

    async def _table(self, request: Request, make: Callable[[Board], str]) -> Response:
        assistant = self._acting(request, "gaps")
        try:
            text = await asyncio.to_thread(lambda: make(Board(assistant)))
        except AssistantError as error:
            raise problems.of(error) from None
        return Response(text, media_type="text/csv; charset=utf-8")


def _board(assistant: Assistant) -> dict[str, object]:
    board = Board(assistant)
    weeks = board.figures()
    figures = {"weeks": [week.as_json() for week in reversed(weeks)], "total": counted.total(weeks).as_json()}
    return {"kept": board.keeps, "gaps": [cluster.as_json() for cluster in board.clusters()], "figures": figures}


def _group(assistant: Assistant, number: int) -> dict[str, object]:
    board = Board(assistant)
    cluster = board.cluster(number)
    last = datetime.now(UTC).date() + timedelta(days=assistant.gate.policy.verified.days)
    return {
        **cluster.as_json(),
        "same": board.same(cluster),
        "last_day": last.isoformat(),
        "closest": [_passage(assistant, passage) for passage in board.closest(cluster)],
    }


def _passage(assistant: Assistant, passage: Passage) -> dict[str, object]:
    return {
        "document_id": passage.document_id,
        "passage": passage.id,
        "title": passage.title,
        "heading": passage.heading,
        "locator": passage.locator,
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "page": page_of(assistant, passage),
    }


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        error = UsageError("that is no day", remedy="write it like 2027-01-31")
        raise problems.of(error) from None
