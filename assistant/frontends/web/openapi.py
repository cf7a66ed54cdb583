"""The OpenAPI 3.1 description of the interface for programs. A test holds it to the routes."""

from __future__ import annotations

from typing import Any

from assistant import __version__

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "number"}
_WHOLE: Schema = {"type": "integer"}


def document() -> Schema:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Assistant",
            "version": __version__,
            "description": "Answers from the organisation's own documents, checked by its policy: right or silent.",
        },
        "security": [{"key": []}],
        "paths": {
            "/v1/chat/completions": {"post": _chat()},
            "/v1/ask": {"post": _ask()},
            "/v1/embeddings": {"post": _embeddings()},
            "/v1/models": {"get": _get("List the models.", _ref("Models"))},
            "/v1/models/{model}": {
                "get": {
                    **_get("One model.", _ref("Model")),
                    "parameters": [{"name": "model", "in": "path", "required": True, "schema": _TEXT}],
                }
            },
            "/openapi.json": {"get": {**_get("This document.", {"type": "object"}), "security": []}},
            "/healthz": {"get": {**_get("Whether the process lives.", _ref("Health")), "security": []}},
            "/readyz": {"get": {**_get("Whether questions are answered now.", _ref("Health"), 503), "security": []}},
        },
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
        },
    }


def _chat() -> Schema:
    body = _object(
        {
            "model": {"const": "assistant"},
            "messages": {"type": "array", "minItems": 1, "maxItems": 200, "items": _ref("Message")},
            "stream": {"type": "boolean", "default": False},
            "stream_options": _object({"include_usage": {"type": "boolean"}}),
            "n": {"const": 1},
        },
        "model",
        "messages",
    )
    told = (
        "The last user message is the question, earlier turns are the conversation. System messages and sampling "
        "parameters are accepted and change nothing: the policy decides. A stream begins when the answer is released."
    )
    return _post("Answer the last user message.", told, body, _ref("Completion"), streams=True)


def _ask() -> Schema:
    turn = _object({"question": _TEXT, "answer": _TEXT}, "question", "answer")
    body = _object(
        {
            "question": _TEXT,
            "history": {"type": "array", "items": turn, "maxItems": 200},
            "stream": {"type": "boolean", "default": False},
        },
        "question",
    )
    told = (
        "With `stream` the events run, queued, started, released, withdrawn, then finished or failed; only the answer "
        "of `finished` counts."
    )
    return _post("Ask, and get the whole answer object.", told, body, _ref("Answer"), streams=True)


def _embeddings() -> Schema:
    texts = {"type": "array", "items": _TEXT, "minItems": 1, "maxItems": 64}
    body = _object(
        {
            "model": _TEXT,
            "input": {"oneOf": [_TEXT, texts]},
            "encoding_format": {"enum": ["float", "base64"]},
            "dimensions": {"const": 384},
        },
        "model",
        "input",
    )
    told = "Texts pass the query checks of the policy: identifiers are replaced, refused texts give 403."
    return _post("Vectors of texts.", told, body, _ref("Embeddings"))


def _post(summary: str, told: str, body: Schema, answer: Schema, *, streams: bool = False) -> Schema:
    content = {"application/json": {"schema": answer}}
    if streams:
        content["text/event-stream"] = {"schema": _TEXT}
    return {
        "summary": summary,
        "description": told,
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "200": {"description": "Done.", "content": content},
            **_errors(400, 401, 403, 404, 413, 429, 503),
        },
    }


def _get(summary: str, answer: Schema, *errors: int) -> Schema:
    done = {"description": "Done.", "content": {"application/json": {"schema": answer}}}
    return {"summary": summary, "responses": {"200": done, **_errors(*errors)}}


_WHY = {
    400: "The request is wrong.",
    401: "The API key is not valid.",
    403: "The policy refuses it.",
    404: "There is no such model.",
    413: "The request is too large.",
    429: "Too many requests, or the queue is full; see Retry-After.",
    503: "The server is starting or stopping.",
}


def _errors(*codes: int) -> Schema:
    content = {"application/json": {"schema": _ref("Error")}}
    return {str(code): {"description": _WHY[code], "content": content} for code in codes}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(properties: Schema, *required: str) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required)}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _schemas() -> Schema:
    citation = {"n": _WHOLE, "document_id": _TEXT, "title": _TEXT, "locator": _TEXT, "quote": _TEXT}
    citation |= {"start": _WHOLE, "end": _WHOLE, "score": _NUMBER}
    near = {"document_id": _TEXT, "title": _TEXT, "locator": _TEXT, "text": _TEXT, "quote": _TEXT}
    verdict = {"check": _TEXT, "stage": _TEXT, "action": _TEXT, "reason": _TEXT, "ms": _NUMBER}
    policy = {"id": _TEXT, "version": _TEXT, "sha256": _TEXT}
    answer = {
        "question": _TEXT,
        "answer": _TEXT,
        "status": {"enum": ["answered", "extracted", "abstained", "blocked"]},
        "level": {"enum": ["", "closest", "nothing", "retry"]},
        "intent": _TEXT,
        "action": _TEXT,
        "reason": _TEXT,
        "citations": _list(_ref("Citation")),
        "related": _list(_ref("Citation")),
        "closest": _list(_object(near, *near)),
        "verdicts": _list(_object(verdict, *verdict)),
        "policy": _object(policy, *policy),
        "model": _TEXT,
        "timings_ms": {"type": "object", "additionalProperties": _NUMBER},
        "audit_id": _TEXT,
    }
    usage = {"prompt_tokens": _WHOLE, "completion_tokens": _WHOLE, "total_tokens": _WHOLE}
    model = {"id": _TEXT, "object": {"const": "model"}, "created": _WHOLE, "owned_by": _TEXT}
    error = {"code": _TEXT, "message": _TEXT, "remedy": _TEXT, "type": _TEXT, "param": {"type": ["string", "null"]}}
    roles = {"enum": ["system", "developer", "user", "assistant", "tool", "function"]}
    message = {"role": roles, "content": {"type": ["string", "array", "null"]}}
    said = {"role": {"const": "assistant"}, "content": _TEXT, "refusal": {"type": "null"}}
    choice = {
        "index": _WHOLE,
        "message": _object(said, "role", "content"),
        "logprobs": {"type": "null"},
        "finish_reason": {"enum": ["stop", "content_filter"]},
    }
    vector = {"object": {"const": "embedding"}, "index": _WHOLE, "embedding": {"oneOf": [_list(_NUMBER), _TEXT]}}
    completion = {
        "id": _TEXT,
        "object": {"const": "chat.completion"},
        "created": _WHOLE,
        "model": _TEXT,
        "choices": _list(_object(choice, *choice)),
        "usage": _object(usage, *usage),
        "assistant": _ref("Answer"),
    }
    embeddings = {"object": {"const": "list"}, "data": _list(_object(vector, *vector)), "model": _TEXT}
    embeddings["usage"] = _object({k: v for k, v in usage.items() if k != "completion_tokens"})
    return {
        "Citation": _object(citation, *citation),
        "Answer": _object(answer, *answer),
        "Message": _object(message, "role"),
        "Completion": _object(completion, *completion),
        "Embeddings": _object(embeddings, *embeddings),
        "Model": _object(model, *model),
        "Models": _object({"object": {"const": "list"}, "data": _list(_ref("Model"))}, "object", "data"),
        "Health": _object({"status": _TEXT}, "status"),
        "Error": _object({"error": _object(error, "code", "message", "type")}, "error"),
    }
