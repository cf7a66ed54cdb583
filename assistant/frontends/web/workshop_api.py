"""What the admin page calls to run a recipe, read its report, and look through a training set."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from assistant.errors import UsageError
from assistant.frontends.recipe_job import Offer, RecipeJob, offers
from assistant.frontends.web import auth, problems
from assistant.frontends.web.bodies import number_of, read_json, text_of
from assistant.frontends.web.responding import responded
from assistant.frontends.web.routing import route
from assistant.frontends.workshop import Item, items, report_of, review_of

if TYPE_CHECKING:
    from assistant.facade import Assistant
    from assistant.frontends.web.services import Services
    from assistant.tune.review import Review

_BODY: Final = 64 * 1024


class WorkshopApi:
    """The routes under /admin/api/workshop."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._guard = threading.Lock()
        self._ended = ""

    def routes(self) -> list[Route]:
        """The routes."""
        return [
            route("/admin/api/workshop", self.listed),
            route("/admin/api/workshop/recipes/{name}", self.started, ["POST"]),
            route("/admin/api/workshop/recipes/{name}", self.stopped, ["DELETE"]),
            route("/admin/api/workshop/recipes/{name}/report", self.report),
            route("/admin/api/workshop/sets/{place}/{name}/{at:int}", self.row),
            route("/admin/api/workshop/sets/{place}/{name}/{at:int}", self.decided, ["POST"]),
        ]

    async def listed(self, request: Request) -> Response:
        """Recipes and sets, and what the run says."""
        return await responded(self._listed, self._acting(request))

    async def started(self, request: Request) -> Response:
        """Run a recipe; it goes on where it was stopped."""
        assistant, name = self._acting(request, change=True), str(request.path_params["name"])
        return await responded(self._start, _offer(name), assistant.gate.policy.id)

    async def stopped(self, request: Request) -> Response:
        """Stop the run; what is done is kept."""
        self._acting(request, change=True)
        job = self._services.recipe
        if job is None or not job.running or job.offer.name != request.path_params["name"]:
            raise problems.not_found()
        return await responded(job.cancel)

    async def report(self, request: Request) -> Response:
        """The comparison that a recipe ended in."""
        self._acting(request)
        offer = _offer(str(request.path_params["name"]))
        return await responded(lambda: {"text": report_of(offer)})

    async def row(self, request: Request) -> Response:
        """One row of a set, and how far the review has come."""
        assistant, at = self._acting(request), int(request.path_params["at"])
        item = _item(request)
        return await responded(lambda: _shown(review_of(assistant, item), at))

    async def decided(self, request: Request) -> Response:
        """Accept, edit, reject or reopen a row; the answer is the next one without a decision."""
        assistant, at = self._acting(request, change=True), int(request.path_params["at"])
        item = _item(request)
        body = await read_json(request, most=_BODY, seconds=self._services.options.body_seconds)
        act = text_of(body, "act", most=10)
        question, answer = (text_of(body, name, most=4000, needed=act == "edit") for name in ("question", "answer"))
        rows = number_of(body, "of")
        return await responded(lambda: _decide(review_of(assistant, item), at, rows, act, question, answer))

    # ------------------------------------------------------------ helpers

    def _acting(self, request: Request, *, change: bool = False) -> Assistant:
        return self._services.acting_as(auth.person(request, self._services, "workshop", change=change).principal)

    def _listed(self, assistant: Assistant) -> dict[str, object]:
        job = self._services.recipe
        running = job.offer if job is not None and job.running else None
        found = items(assistant, running)
        return {
            "recipes": [
                {
                    "name": item.name,
                    "state": item.state,
                    "report": item.offer is not None and item.offer.report.is_file(),
                }
                for item in found
                if item.kind == "recipe"
            ],
            "sets": [
                {"name": item.name, "state": item.state, "place": "recipe" if item.offer is not None else "vault"}
                for item in found
                if item.kind == "set"
            ],
            "running": running.name if running is not None else "",
            "lines": list(job.lines) if job is not None else [],
            "ended": self._ended,
        }

    def _start(self, offer: Offer, policy: str) -> dict[str, object]:
        with self._guard:
            if self._services.recipe is not None and self._services.recipe.running:
                raise UsageError("a recipe runs already", remedy="wait for its end, or stop it")
            self._ended = ""
            self._services.recipe = job = RecipeJob(offer, lambda _: None, policy=policy)

            def run() -> None:
                try:
                    ended = job.run()
                except UsageError as error:
                    ended = f"ERROR: {error}"
                self._ended = ended

            threading.Thread(target=run, daemon=True, name="recipe").start()
        return {"name": offer.name}


def _offer(name: str) -> Offer:
    found = next((offer for offer in offers() if offer.name == name), None)
    if found is None:
        raise problems.not_found()
    return found


def _item(request: Request) -> Item:
    name, place = str(request.path_params["name"]), request.path_params["place"]
    if place not in ("recipe", "vault"):
        raise problems.not_found()
    return Item("set", name, "", _offer(name) if place == "recipe" else None)


def _shown(review: Review, at: int) -> dict[str, object]:
    if at >= len(review.rows):
        raise UsageError(f"the set has {len(review.rows)} rows", remedy="begin at its first")
    row = review.row(at)
    return {
        "at": at,
        "of": len(review.rows),
        "state": review.state(at),
        "counts": review.counts(),
        "row": row.model_dump(
            mode="json", include={"kind", "style", "answerable", "question", "answer", "evidence", "split"}
        ),
    }


def _decide(review: Review, at: int, rows: int, act: str, question: str, answer: str) -> dict[str, object]:
    if at >= len(review.rows) or rows != len(review.rows):
        raise UsageError("the set was made again meanwhile", remedy="open it again")
    if act == "accept":
        review.accept(at)
    elif act == "reject":
        review.reject(at)
    elif act == "edit":
        review.edit(at, question, answer)
    elif act == "reopen":
        review.reopen(at)
        return _shown(review, at)
    else:
        raise UsageError(f"'{act}' is no decision", remedy="say accept, edit, reject or reopen")
    following = review.next_open(at)
    return _shown(review, at if following is None else following)
