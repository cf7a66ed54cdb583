"""The OpenAI-compatible interface: chat, embeddings, models, and `/v1/ask` with the whole answer. Every text passes the gate."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from assistant.errors import BlockedError
from assistant.facade import Conversation
from assistant.frontends.web import auth, chat_shapes, events
from assistant.frontends.web.bodies import read_json, text_of
from assistant.frontends.web.chat_shapes import MODEL
from assistant.frontends.web.door import client_of
from assistant.frontends.web.openapi import document
from assistant.frontends.web.problems import Problem
from assistant.frontends.web.routing import route
from assistant.frontends.web.streams import event_stream
from assistant.types import Answer, Turn

if TYPE_CHECKING:
    from assistant.frontends.web.access import ApiKey
    from assistant.frontends.web.runs import Run
    from assistant.frontends.web.services import Services


class OpenAiApi:
    """The routes under /v1."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._started = int(time.time())

    def routes(self) -> list[Route]:
        """The routes."""
        return [
            route("/openapi.json", self.openapi),
            route("/v1/models", self.models),
            route("/v1/models/{model}", self.model),
            route("/v1/chat/completions", self.chat_completions, ["POST"]),
            route("/v1/embeddings", self.embeddings, ["POST"]),
            route("/v1/ask", self.ask, ["POST"]),
        ]

    async def openapi(self, request: Request) -> Response:  # noqa: ARG002
        """The description of this interface."""
        return JSONResponse(document())

    async def models(self, request: Request) -> Response:
        """What may be named as `model`."""
        auth.program(request, self._services)
        return JSONResponse({"object": "list", "data": [self._model(name) for name in self._names()]})

    async def model(self, request: Request) -> Response:
        """One model."""
        auth.program(request, self._services)
        name = str(request.path_params["model"])
        chat_shapes.check_model({"model": name}, self._names())
        return JSONResponse(self._model(name))

    async def chat_completions(self, request: Request) -> Response:
        """A chat completion, streamed or whole."""
        key, body = await self._called(request)
        asked = chat_shapes.read_chat(body, (MODEL,))
        run = self._run(key, asked.question, asked.turns, "chat")
        if asked.stream:
            return event_stream(self._chunks(run, with_usage=asked.usage))
        return JSONResponse(chat_shapes.completion(await self._result(request, run), int(time.time())))

    async def ask(self, request: Request) -> Response:
        """The whole answer object; with `stream` its events, as the widget gets them."""
        key, body = await self._called(request)
        run = self._run(key, text_of(body, "question"), chat_shapes.read_turns(body), "ask")
        if body.get("stream") is True:
            return event_stream(self._services.runs.follow(run))
        return JSONResponse((await self._result(request, run)).as_json())

    async def embeddings(self, request: Request) -> Response:
        """Vectors of texts that pass the query checks, as the checks leave them: redacted where the policy redacts."""
        key, body = await self._called(request)
        embedder = self._services.assistant.tools.embedder
        chat_shapes.check_model(body, (embedder.name, MODEL))
        if body.get("dimensions", embedder.dimension) != embedder.dimension:
            raise chat_shapes.bad("dimensions", f"vectors have {embedder.dimension} numbers")
        texts = chat_shapes.read_inputs(body)
        vectors, words = await asyncio.to_thread(self._embed, key, texts)
        packed = body.get("encoding_format") == "base64"
        rows = [
            {
                "object": "embedding",
                "index": n,
                "embedding": base64.b64encode(v.astype("<f4").tobytes()).decode() if packed else v.tolist(),
            }
            for n, v in enumerate(vectors)
        ]
        usage = {"prompt_tokens": words, "total_tokens": words}
        return JSONResponse({"object": "list", "data": rows, "model": embedder.name, "usage": usage})

    # ------------------------------------------------------------ helpers

    async def _called(self, request: Request) -> tuple[ApiKey, dict[str, object]]:
        services = self._services
        key = auth.program(request, services)
        auth.spend(services.limits.ip, client_of(request.scope), services)
        options = services.options
        return key, await read_json(request, most=options.body_bytes, seconds=options.body_seconds)

    def _run(self, key: ApiKey, question: str, turns: tuple[Turn, ...], front: str) -> Run:
        conversation = Conversation(turns=list(turns)) if turns else None
        return self._services.runs.start(
            f"key:{key.name}",
            key.principal,
            question,
            front=front,
            conversation=conversation,
            most=self._services.options.waiting_per_key,
            alone=False,
            forget=True,
        )

    async def _result(self, request: Request, run: Run) -> Answer:
        """The answer, unless the caller goes away first: then the question is given up."""
        answering = asyncio.create_task(self._services.runs.result(run))
        leaving = asyncio.create_task(_gone(request))
        try:
            await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not answering.done():
                self._services.runs.cancel(run)
                raise Problem(499, "gone", "the client went away")
            return answering.result()
        finally:
            leaving.cancel()
            answering.cancel()

    async def _chunks(self, run: Run, *, with_usage: bool) -> AsyncIterator[bytes]:
        async for _ in self._services.runs.follow(run):
            if not run.done:
                yield events.HEARTBEAT
        if run.answer is None:
            failure = run.log[-1].data
            yield chat_shapes.line({"error": {**failure, "type": "server_error", "param": None}})
            return
        for chunk in chat_shapes.chunks(run.answer, with_usage=with_usage):
            yield chunk

    def _embed(self, key: ApiKey, texts: list[str]) -> tuple[Any, int]:
        try:
            vectors, admitted = self._services.assistant.embed(texts, principal=key.principal)
        except BlockedError as error:
            raise Problem(403, "policy_blocked", error.message, remedy=error.remedy) from None
        return vectors, sum(len(text.split()) for text in admitted)

    def _names(self) -> tuple[str, ...]:
        return (MODEL, self._services.assistant.tools.embedder.name)

    def _model(self, name: str) -> dict[str, object]:
        return {"id": name, "object": "model", "created": self._started, "owned_by": "local"}


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
