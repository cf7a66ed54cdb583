"""The OpenAI-compatible interface: chat, embeddings, models, and `/v1/ask` with the whole answer. Every text passes the gate."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from assistant.errors import BlockedError
from assistant.facade import Conversation
from assistant.frontends.web import auth, chat_shapes, events
from assistant.frontends.web.bodies import read_json
from assistant.frontends.web.chat_shapes import MODEL
from assistant.frontends.web.door import MORE_HEADERS, client_of
from assistant.frontends.web.openapi import document
from assistant.frontends.web.problems import Problem
from assistant.frontends.web.replies import Embedding, Embeddings, EmbeddingsUsage, Model, Models, Reply
from assistant.frontends.web.requests import AskRequest, ChatRequest, CompletionRequest, EmbeddingsRequest, bad, taken
from assistant.frontends.web.routing import route
from assistant.frontends.web.streams import event_stream
from assistant.types import Answer, Turn

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from assistant.frontends.web.access import ApiKey
    from assistant.frontends.web.runs import Run
    from assistant.frontends.web.services import Services
    from assistant.protocols import Vectors


Done = TypeVar("Done")
# Texts that pass the checks between two looks at whether the caller is still there: some seconds' work.
_SLICE: Final = 32


class OpenAiApi:
    """The routes under /v1."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._started = int(time.time())
        self._embedding = asyncio.Lock()

    def routes(self) -> list[Route]:
        """The routes."""
        return [
            route("/openapi.json", self.openapi),
            route("/v1/models", self.models),
            route("/v1/models/{model}", self.model),
            route("/v1/chat/completions", self.chat_completions, ["POST"]),
            route("/v1/completions", self.completions, ["POST"]),
            route("/v1/embeddings", self.embeddings, ["POST"]),
            route("/v1/ask", self.ask, ["POST"]),
        ]

    async def openapi(self, request: Request) -> Response:  # noqa: ARG002
        """The description of this interface."""
        return JSONResponse(document(self._services.options))

    async def models(self, request: Request) -> Response:
        """What may be named as `model`."""
        self._key(request)
        return _sent(Models(data=tuple(self._model(name) for name in self._names())))

    async def model(self, request: Request) -> Response:
        """One model."""
        self._key(request)
        name = str(request.path_params["model"])
        chat_shapes.check_model(name, self._names())
        return _sent(self._model(name))

    async def chat_completions(self, request: Request) -> Response:
        """A chat completion, streamed or whole."""
        key, body = await self._called(request)
        chat_shapes.check_model(body.get("model"), (MODEL,))
        wanted = taken(ChatRequest, body)
        asked = chat_shapes.asked_in(wanted)
        run = self._run(key, asked.question, asked.turns, "chat")
        if wanted.stream:
            with_usage = wanted.stream_options is not None and wanted.stream_options.include_usage
            return event_stream(self._chunks(run, partial(chat_shapes.chunks, with_usage=with_usage)))
        return _sent(chat_shapes.completion(await self._result(request, run), int(time.time())))

    async def completions(self, request: Request) -> Response:
        """A text completion (OpenAI's older interface): the prompt is the question."""
        key, body = await self._called(request)
        chat_shapes.check_model(body.get("model"), (MODEL,))
        wanted = taken(CompletionRequest, body)
        run = self._run(key, wanted.question, (), "completion")
        if wanted.stream:
            with_usage = wanted.stream_options is not None and wanted.stream_options.include_usage
            return event_stream(self._chunks(run, partial(chat_shapes.text_chunks, with_usage=with_usage)))
        return _sent(chat_shapes.text_completion(await self._result(request, run), int(time.time())))

    async def ask(self, request: Request) -> Response:
        """The whole answer object; with `stream` its events, as the widget gets them."""
        key, body = await self._called(request)
        wanted = taken(AskRequest, body)
        run = self._run(key, wanted.question, wanted.turns, "ask")
        if wanted.stream:
            return event_stream(self._services.runs.follow(run))
        return JSONResponse((await self._result(request, run)).as_json())

    async def embeddings(self, request: Request) -> Response:
        """Vectors of texts that pass the query checks, as the checks leave them: redacted where the policy redacts."""
        key, body = await self._called(request, most=self._services.options.embeddings_bytes)
        embedder = self._services.assistant.tools.embedder
        chat_shapes.check_model(body.get("model"), (embedder.name, MODEL))
        wanted = taken(EmbeddingsRequest, body)
        if wanted.dimensions not in (None, embedder.dimension):
            raise bad("dimensions", f"vectors have {embedder.dimension} numbers")
        vectors, words = await self._until_gone(request, self._embed_all(key, wanted.texts))
        packed = wanted.encoding_format == "base64"
        rows = tuple(
            Embedding(
                index=n,
                embedding=base64.b64encode(v.astype("<f4").tobytes()).decode() if packed else tuple(v.tolist()),
            )
            for n, v in enumerate(vectors)
        )
        usage = EmbeddingsUsage(prompt_tokens=words, total_tokens=words)
        return _sent(Embeddings(data=rows, model=embedder.name, usage=usage))

    # ------------------------------------------------------------ helpers

    def _key(self, request: Request) -> ApiKey:
        """The key that calls, within its address's rate. Raises Problem 401 or 429."""
        services, client = self._services, client_of(request.scope)
        key = auth.program(request, services)
        try:
            auth.spend(services.limits.ip, client, services)
        finally:
            request.scope[MORE_HEADERS].update(auth.rate_headers(services.limits.ip, client))
        return key

    async def _called(self, request: Request, most: int = 0) -> tuple[ApiKey, dict[str, object]]:
        key, options = self._key(request), self._services.options
        return key, await read_json(request, most=most or options.body_bytes, seconds=options.body_seconds)

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
        try:
            return await self._until_gone(request, self._services.runs.result(run))
        finally:
            if not run.done:
                self._services.runs.cancel(run)

    async def _until_gone(self, request: Request, work: Coroutine[object, None, Done]) -> Done:
        """What the work gives. Raises Problem 499, and ends the work, where the caller goes away first."""
        working = asyncio.create_task(work)
        leaving = asyncio.create_task(_gone(request))
        try:
            await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                raise Problem(499, "gone", "the client went away")
            return working.result()
        finally:
            leaving.cancel()
            working.cancel()

    async def _chunks(self, run: Run, written: Callable[[Answer], list[bytes]]) -> AsyncIterator[bytes]:
        async for _ in self._services.runs.follow(run):
            if not run.done:
                yield events.HEARTBEAT
        if run.answer is None:
            failure = run.log[-1].data
            failed = Problem(int(failure["status"]), str(failure["code"]), str(failure["message"]))
            yield chat_shapes.line(failed.as_json())
            return
        for chunk in written(run.answer):
            yield chunk

    async def _embed_all(self, key: ApiKey, texts: list[str]) -> tuple[list[NDArray[np.float32]], int]:
        """The vectors and the words of all texts. Callers with many take turns, a slice of texts each."""
        made: list[NDArray[np.float32]] = []
        words = 0
        for first in range(0, len(texts), _SLICE):
            async with self._embedding:
                some, admitted = await asyncio.to_thread(self._embed, key, texts[first : first + _SLICE], first)
            made += list(some)
            words += sum(len(text.split()) for text in admitted)
        return made, words

    def _embed(self, key: ApiKey, texts: list[str], first: int) -> tuple[Vectors, list[str]]:
        try:
            return self._services.assistant.embed(texts, principal=key.principal, first=first)
        except BlockedError as error:
            raise Problem(403, "policy_blocked", error.message, remedy=error.remedy) from None

    def _names(self) -> tuple[str, ...]:
        return (MODEL, self._services.assistant.tools.embedder.name)

    def _model(self, name: str) -> Model:
        return Model(id=name, created=self._started)


def _sent(reply: Reply) -> Response:
    return Response(reply.model_dump_json().encode("utf-8", "replace"), media_type="application/json")


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
