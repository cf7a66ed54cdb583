"""The OpenAPI 3.1 description of the interface for programs, made from the classes that read requests and write answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from assistant import __version__, shapes
from assistant.frontends.web import replies
from assistant.frontends.web.options import ServeOptions
from assistant.frontends.web.requests import AskRequest, ChatRequest, CompletionRequest, EmbeddingsRequest

Schema = dict[str, Any]
_AT: Final = "#/components/schemas/{model}"
_TAKEN: Final = (ChatRequest, CompletionRequest, AskRequest, EmbeddingsRequest)
_SENT: Final = (
    shapes.Answer, replies.Completion, replies.TextCompletion, replies.Embeddings, replies.Models, replies.Model,
    replies.Health, replies.Error, replies.RunEvent, replies.QueuedEvent, replies.StartedEvent, replies.ReleasedEvent,
    replies.WithdrawnEvent, replies.FinishedEvent, replies.FailedEvent,
)  # fmt: skip


def document(options: ServeOptions | None = None) -> Schema:
    """The whole document, with the limits of a server that runs with `options`."""
    limits = options or ServeOptions()
    # Serialization: what is sent has every field; validation: what may be sent to us may leave defaults out.
    modes: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        *((shape, "validation") for shape in _TAKEN),
        *((shape, "serialization") for shape in _SENT),
    ]
    _, made = models_json_schema(modes, ref_template=_AT)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Assistant",
            "version": __version__,
            "description": "Answers from the organisation's own documents, checked by its policy: right or silent.",
        },
        "security": [{"key": []}],
        "paths": _paths(limits),
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "headers": _HEADERS,
            "schemas": made["$defs"],
        },
    }


def schemas(shapes: Sequence[type[BaseModel]], mode: JsonSchemaMode) -> Schema:
    """JSON Schema of some shapes by name, with those that they refer to: for tools that make types of them."""
    defs: Schema = models_json_schema([(shape, mode) for shape in shapes], ref_template=_AT)[1]["$defs"]
    return defs


def _paths(limits: ServeOptions) -> Schema:
    name = {"name": "model", "in": "path", "required": True, "schema": {"type": "string"}}
    small, large = limits.body_bytes, limits.embeddings_bytes
    return {
        "/v1/chat/completions": {
            "post": _post("Answer the last user message.", _CHAT, ChatRequest, replies.Completion, small, streams=True)
        },
        "/v1/completions": {
            "post": _post("Answer a prompt.", _TEXT, CompletionRequest, replies.TextCompletion, small, streams=True)
        },
        "/v1/ask": {
            "post": _post("Ask, and get the whole answer object.", _ASK, AskRequest, shapes.Answer, small, streams=True)
        },
        "/v1/embeddings": {
            "post": _post("Vectors of texts.", _EMBED, EmbeddingsRequest, replies.Embeddings, large, streams=False)
        },
        "/v1/models": {"get": _get("List the models.", replies.Models, 401, 429)},
        "/v1/models/{model}": {"get": {**_get("One model.", replies.Model, 401, 404, 429), "parameters": [name]}},
        "/openapi.json": {"get": {"summary": "This document.", "responses": {"200": _done(_OBJECT)}, "security": []}},
        "/healthz": {"get": {**_get("Whether the process lives.", replies.Health), "security": []}},
        "/readyz": {"get": {**_get("Whether questions are answered now.", replies.Health, 503), "security": []}},
    }


_CHAT: Final = (
    "The last user message is the question, earlier turns are the conversation. System messages and sampling parameters are "
    "accepted and change nothing: the policy decides. A stream begins when the answer is released."
)
_TEXT: Final = (
    "OpenAI's older interface: the prompt is the question. `/v1/chat/completions` can hold a conversation too."
)
_ASK: Final = (
    "With `stream` the events run, queued, started, released, withdrawn, then finished or failed (the schemas of these names "
    "with `Event`); only the answer of `finished` counts."
)
_EMBED: Final = "Texts pass the query checks of the policy: identifiers are replaced, refused texts give 403."
_OBJECT: Final[Schema] = {"type": "object"}
_WHY: Final = {
    400: "The request is wrong; `param` names the field.",
    401: "The API key is not valid.",
    403: "The policy refuses it.",
    404: "There is no such model.",
    408: "The request took too long to arrive.",
    413: "The request is too large.",
    415: "The body is not JSON.",
    429: "Too many requests, or the queue is full; see Retry-After.",
    503: "The server is starting or stopping.",
}
_HEADERS: Final[Schema] = {
    name: {"description": told, "schema": {"type": "string"}}
    for name, told in (
        ("X-Request-Id", "The request's id, which the server's log has too."),
        ("X-RateLimit-Limit-Requests", "Requests of this address that may come at once."),
        ("X-RateLimit-Remaining-Requests", "How many of them are left."),
        ("X-RateLimit-Reset-Requests", "When all of them are back, such as 1.200s."),
        ("Retry-After", "Seconds until another try may succeed; with 429 and 503."),
    )
}


def _post(
    summary: str, told: str, body: type[BaseModel], answer: type[BaseModel], most: int, *, streams: bool
) -> Schema:
    content: Schema = {"application/json": {"schema": _ref(answer)}}
    if streams:
        content["text/event-stream"] = {"schema": {"type": "string"}}
    return {
        "summary": summary,
        "description": told,
        "requestBody": {
            "required": True,
            "description": f"At most {most // 1024} KiB.",
            "content": {"application/json": {"schema": _ref(body)}},
        },
        "responses": {
            "200": {"description": "Done.", "headers": _headers(), "content": content},
            **_errors(400, 401, 403, 404, 408, 413, 415, 429, 503),
        },
    }


def _get(summary: str, answer: type[BaseModel], *errors: int) -> Schema:
    return {"summary": summary, "responses": {"200": _done(_ref(answer)), **_errors(*errors)}}


def _done(schema: Schema) -> Schema:
    return {"description": "Done.", "headers": _headers(), "content": {"application/json": {"schema": schema}}}


def _headers(*, late: bool = False) -> Schema:
    named = [name for name in _HEADERS if name != "Retry-After" or late]
    return {name: {"$ref": f"#/components/headers/{name}"} for name in named}


def _errors(*codes: int) -> Schema:
    content = {"application/json": {"schema": _ref(replies.Error)}}
    return {
        str(code): {"description": _WHY[code], "headers": _headers(late=code in (429, 503)), "content": content}
        for code in codes
    }


def _ref(shape: type[BaseModel]) -> Schema:
    return {"$ref": _AT.format(model=shape.__name__)}
