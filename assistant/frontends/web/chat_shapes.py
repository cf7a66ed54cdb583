"""The OpenAI interface's chat and completions: what is asked in a request, and how a released answer is written."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from assistant import shapes
from assistant.frontends.web.problems import Problem
from assistant.frontends.web.replies import Choice, Completion, FinishReason, Said, TextChoice, TextCompletion, Usage
from assistant.frontends.web.requests import ChatRequest, bad
from assistant.types import Answer, Status, Turn

MODEL: Final = "assistant"


@dataclass(frozen=True, slots=True)
class Asked:
    """A chat request: the last user turn is the question, the turns before it the conversation."""

    question: str
    turns: tuple[Turn, ...]


def asked_in(request: ChatRequest) -> Asked:
    """What a chat request asks. System and developer messages are left out: the policy decides, not the caller.

    Raises Problem 400 where the last message is not the user's.
    """
    said = [(m.role, m.text) for m in request.messages if m.role in ("user", "assistant")]
    if not said or said[-1][0] != "user" or not said[-1][1].strip():
        raise bad("messages", "the last message must be the user's question")
    return Asked(said[-1][1], _turns(said[:-1]))


def check_model(named: object, models: Sequence[str]) -> None:
    """Raises Problem 400 where no model is named, 404 for one that is not here."""
    if not isinstance(named, str) or not named:
        raise bad("model", f"a model must be named: {', '.join(models)}")
    if named not in models:
        remedy = f"models: {', '.join(models)}"
        raise Problem(404, "model_not_found", "there is no such model", remedy=remedy, param="model")


def completion(answer: Answer, created: int) -> Completion:
    """A whole chat completion."""
    return Completion(
        id=f"chatcmpl-{answer.audit_id}",
        created=created,
        model=MODEL,
        choices=(Choice(message=Said(content=answer.answer), finish_reason=finish(answer)),),
        usage=usage(answer),
        assistant=shapes.Answer.model_validate(answer),
    )


def text_completion(answer: Answer, created: int) -> TextCompletion:
    """A whole text completion."""
    return TextCompletion(
        id=f"cmpl-{answer.audit_id}",
        created=created,
        model=MODEL,
        choices=(TextChoice(text=answer.answer, finish_reason=finish(answer)),),
        usage=usage(answer),
        assistant=shapes.Answer.model_validate(answer),
    )


def chunks(answer: Answer, *, with_usage: bool) -> list[bytes]:
    """A streamed chat completion. It begins when the answer is sealed: this protocol cannot take a sentence back."""
    base = {"id": f"chatcmpl-{answer.audit_id}", "object": "chat.completion.chunk", "created": int(time.time())}
    base["model"] = MODEL
    tail = {"usage": None} if with_usage else {}
    pieces = [{"role": "assistant", "content": ""}, *({"content": piece} for piece in _pieces(answer.answer))]
    sent = [{**base, **tail, "choices": [_delta(piece, None)]} for piece in pieces]
    sent.append({**base, **tail, "choices": [_delta({}, finish(answer))], "assistant": answer.as_json()})
    if with_usage:
        sent.append({**base, "choices": [], "usage": usage(answer).model_dump()})
    return [*(line(chunk) for chunk in sent), DONE]


def text_chunks(answer: Answer, *, with_usage: bool) -> list[bytes]:
    """A streamed text completion, begun when the answer is sealed."""
    whole = text_completion(answer, int(time.time()))
    bare = whole.model_copy(update={"usage": None, "assistant": None})
    sent = [
        bare.model_copy(update={"choices": (TextChoice(text=piece, finish_reason=None),)})
        for piece in _pieces(answer.answer)
    ]
    last = TextChoice(text="", finish_reason=finish(answer))
    sent.append(bare.model_copy(update={"choices": (last,), "assistant": whole.assistant}))
    if with_usage:
        sent.append(bare.model_copy(update={"choices": (), "usage": whole.usage}))
    return [*(line(chunk.model_dump(mode="json")) for chunk in sent), DONE]


DONE: Final = b"data: [DONE]\n\n"


def line(value: dict[str, Any]) -> bytes:
    """One event of a streamed completion."""
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n".encode("utf-8", "replace")


def finish(answer: Answer) -> FinishReason:
    """Why the text ends: `content_filter` where the policy refused."""
    return "content_filter" if answer.status is Status.BLOCKED else "stop"


def usage(answer: Answer) -> Usage:
    """Words of question and answer."""
    asked, said = len(answer.question.split()), len(answer.answer.split())
    return Usage(prompt_tokens=asked, completion_tokens=said, total_tokens=asked + said)


def _turns(said: Sequence[tuple[str, str]]) -> tuple[Turn, ...]:
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
