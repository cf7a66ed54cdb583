"""The shapes of the OpenAI interface: what is read of a request, and how an answer is written."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any, Final

from assistant.frontends.web.problems import Problem
from assistant.types import Answer, Status, Turn

MODEL: Final = "assistant"
_MAX_MESSAGES: Final = 200
_MAX_INPUTS: Final = 64


@dataclass(frozen=True, slots=True)
class Asked:
    """A chat request: the last user turn is the question, the turns before it the conversation."""

    question: str
    turns: tuple[Turn, ...]
    stream: bool
    usage: bool


def read_chat(body: dict[str, object], models: tuple[str, ...]) -> Asked:
    """What a chat request asks. System and developer messages are left out: the policy decides, not the caller.

    Sampling parameters are accepted and have no effect, because answers are deterministic. Raises Problem 400 or 404.
    """
    check_model(body, models)
    _refuse_what_cannot_be_done(body)
    messages = body.get("messages")
    if not isinstance(messages, list) or not 1 <= len(messages) <= _MAX_MESSAGES:
        raise bad("messages", f"a list of 1 to {_MAX_MESSAGES} messages is needed")
    said = [(_role(message), _text(message)) for message in messages]
    said = [(role, text) for role, text in said if role in ("user", "assistant")]
    if not said or said[-1][0] != "user" or not said[-1][1].strip():
        raise bad("messages", "the last message must be the user's question")
    options = body.get("stream_options")
    usage = isinstance(options, dict) and options.get("include_usage") is True
    return Asked(said[-1][1], _turns(said[:-1]), body.get("stream") is True, usage)


def read_inputs(body: dict[str, object]) -> list[str]:
    """The texts of an embeddings request. Raises Problem 400."""
    given = body.get("input")
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not 1 <= len(texts) <= _MAX_INPUTS or not all(isinstance(t, str) for t in texts):
        raise bad("input", f"a text or a list of 1 to {_MAX_INPUTS} texts is needed (no token numbers)")
    if body.get("encoding_format", "float") not in ("float", "base64"):
        raise bad("encoding_format", "'float' and 'base64' are known")
    return texts


def read_turns(body: dict[str, object]) -> tuple[Turn, ...]:
    """The `history` of an /v1/ask request. Raises Problem 400."""
    given = body.get("history", [])
    if not isinstance(given, list) or len(given) > _MAX_MESSAGES:
        raise bad("history", "a list of {question, answer} is needed")
    for turn in given:
        if not isinstance(turn, dict) or not all(isinstance(turn.get(k), str) for k in ("question", "answer")):
            raise bad("history", "a list of {question, answer} is needed")
    return tuple(Turn(turn["question"], turn["answer"]) for turn in given)


def check_model(body: dict[str, object], models: tuple[str, ...]) -> None:
    """Raises Problem 404 for a model that is not here."""
    if body.get("model") not in models:
        raise Problem(404, "model_not_found", "there is no such model", remedy=f"models: {', '.join(models)}")


def completion(answer: Answer, created: int) -> dict[str, object]:
    """A whole chat completion; `assistant` holds the answer object with its citations."""
    message = {"role": "assistant", "content": answer.answer, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish(answer)}
    return {
        "id": f"chatcmpl-{answer.audit_id}",
        "object": "chat.completion",
        "created": created,
        "model": MODEL,
        "choices": [choice],
        "usage": usage(answer),
        "assistant": answer.as_json(),
    }


def chunks(answer: Answer, *, with_usage: bool) -> list[bytes]:
    """A streamed chat completion. It begins when the answer is sealed: this protocol cannot take a sentence back."""
    base = {"id": f"chatcmpl-{answer.audit_id}", "object": "chat.completion.chunk", "created": int(time.time())}
    base["model"] = MODEL
    tail = {"usage": None} if with_usage else {}
    pieces = [{"role": "assistant", "content": ""}, *({"content": piece} for piece in _pieces(answer.answer))]
    sent = [{**base, **tail, "choices": [_delta(piece, None)]} for piece in pieces]
    sent.append({**base, **tail, "choices": [_delta({}, finish(answer))], "assistant": answer.as_json()})
    if with_usage:
        sent.append({**base, "choices": [], "usage": usage(answer)})
    return [*(line(chunk) for chunk in sent), b"data: [DONE]\n\n"]


def line(value: dict[str, object]) -> bytes:
    """One event of a streamed completion."""
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n".encode("utf-8", "replace")


def finish(answer: Answer) -> str:
    """Why the text ends: `content_filter` where the policy refused."""
    return "content_filter" if answer.status is Status.BLOCKED else "stop"


def usage(answer: Answer) -> dict[str, int]:
    """Words, not tokens, of question and answer: the model's own prompt is nobody's to count or to pay for."""
    asked, said = len(answer.question.split()), len(answer.answer.split())
    return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}


def bad(field: str, message: str) -> Problem:
    """A field of the request is wrong."""
    return Problem(400, "bad_field", f"'{field}': {message}", remedy="see /openapi.json")


def _refuse_what_cannot_be_done(body: dict[str, object]) -> None:
    if body.get("n", 1) not in (1, None):
        raise bad("n", "one answer is given")
    form = body.get("response_format")
    if isinstance(form, dict) and form.get("type", "text") != "text":
        raise bad("response_format", "answers are text with citations")
    if body.get("tool_choice", "none") not in ("none", "auto", None):
        raise bad("tool_choice", "the assistant uses no tools")


def _role(message: object) -> str:
    role = message.get("role") if isinstance(message, dict) else None
    if role not in ("system", "developer", "user", "assistant", "tool", "function"):
        raise bad("messages", "each message needs a role")
    return str(role)


def _text(message: dict[str, object]) -> str:
    content = message.get("content")
    if content is None and message["role"] in ("assistant", "tool", "function"):
        return ""
    if isinstance(content, str):
        return content
    if isinstance(content, list) and all(isinstance(p, dict) and isinstance(p.get("text"), str) for p in content):
        return "\n".join(part["text"] for part in content)
    raise bad("messages", "content must be text (no images, audio or files)")


def _turns(said: list[tuple[str, str]]) -> tuple[Turn, ...]:
    """Questions with the answers after them; an answer without a question before it is left out."""
    turns: list[Turn] = []
    for n, (role, text) in enumerate(said):
        if role == "user":
            then, answer = said[n + 1] if n + 1 < len(said) else ("", "")
            turns.append(Turn(text, answer if then == "assistant" else ""))
    return tuple(turns)


def _pieces(text: str) -> list[str]:
    """The text word by word, spaces kept."""
    words = text.split(" ")
    return [word + (" " if n + 1 < len(words) else "") for n, word in enumerate(words)]


def _delta(delta: dict[str, Any], reason: str | None) -> dict[str, object]:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
