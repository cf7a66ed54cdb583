"""What the interface for programs and the widget send: one class a thing, from which JSON Schema and widget types are made."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant import shapes

# What has a default is sent all the same, so that the schema tells it as always there.
_Reply: Final = ConfigDict(frozen=True, hide_input_in_errors=True, json_schema_serialization_defaults_required=True)
FinishReason = Literal["stop", "content_filter"]


class Reply(BaseModel):
    """Base of all replies."""

    model_config = _Reply


# ---------------------------------------------------------------- errors and health


class ErrorDetail(Reply):
    """What went wrong. `code` is for programs, `message` and `remedy` for people, `param` names the field that is wrong."""

    code: str
    message: str
    remedy: str
    type: Literal[
        "invalid_request_error", "authentication_error", "permission_error", "rate_limit_error", "server_error"
    ]
    param: str | None


class Error(Reply):
    """Every answer other than the one asked for."""

    error: ErrorDetail


class Health(Reply):
    """Whether the process lives, or is ready."""

    status: str


# ---------------------------------------------------------------- models


class Model(Reply):
    """One thing that may be named as `model`."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: Literal["local"] = "local"


class Models(Reply):
    """All of them."""

    object: Literal["list"] = "list"
    data: tuple[Model, ...]


# ---------------------------------------------------------------- chat and completions


class Usage(Reply):
    """Words, not tokens: the model's own prompt is nobody's to count or to pay for."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Said(Reply):
    """The message of a completion."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None


class Choice(Reply):
    """The one choice of a chat completion."""

    index: Literal[0] = 0
    message: Said
    logprobs: None = None
    finish_reason: FinishReason


class Completion(Reply):
    """A whole chat completion; `assistant` holds the answer object with its citations."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: Annotated[tuple[Choice, ...], Field(min_length=1, max_length=1)]
    usage: Usage
    assistant: shapes.Answer


class TextChoice(Reply):
    """The one choice of a text completion."""

    index: Literal[0] = 0
    text: str
    logprobs: None = None
    finish_reason: FinishReason | None


class TextCompletion(Reply):
    """A text completion, whole or one chunk of a stream; the last chunk and the whole have the answer object."""

    id: str
    object: Literal["text_completion"] = "text_completion"
    created: int
    model: str
    choices: tuple[TextChoice, ...]
    usage: Usage | None = None
    assistant: shapes.Answer | None = None


# ---------------------------------------------------------------- embeddings


class Embedding(Reply):
    """The vector of the text at `index`: numbers, or their little-endian 32-bit floats in base64."""

    object: Literal["embedding"] = "embedding"
    index: Annotated[int, Field(ge=0)]
    embedding: tuple[float, ...] | str


class EmbeddingsUsage(Reply):
    """Words of the texts as the checks left them."""

    prompt_tokens: int
    total_tokens: int


class Embeddings(Reply):
    """Vectors in the order of the texts."""

    object: Literal["list"] = "list"
    data: tuple[Embedding, ...]
    model: str
    usage: EmbeddingsUsage


# ---------------------------------------------------------------- events of one question, as server-sent events


class RunEvent(Reply):
    """`run`: the question was taken; its id takes a broken stream up again."""

    id: str


class QueuedEvent(Reply):
    """`queued`: the place in the queue, from 1."""

    position: Annotated[int, Field(ge=1)]


class StartedEvent(Reply):
    """`started`: the question is being answered."""


class ReleasedEvent(Reply):
    """`released`: a sentence that passed its checks. It may still be taken back."""

    text: str
    citations: tuple[shapes.Citation, ...]


class PublicReleased(Reply):
    """`released`, as visitors get it."""

    text: str
    citations: tuple[shapes.PublicCitation, ...]


class WithdrawnEvent(Reply):
    """`withdrawn`: all sentences shown so far are taken back."""

    reason: str


class FinishedEvent(Reply):
    """`finished`, the last event: the sealed answer, which alone counts."""

    answer: shapes.Answer


class PublicFinished(Reply):
    """`finished`, as visitors get it."""

    answer: shapes.PublicAnswer


class FailedEvent(Reply):
    """`failed`, the last event where there is no answer; `status` is what HTTP would have said."""

    status: int
    code: str
    message: str


# ---------------------------------------------------------------- the widget


class Hello(Reply):
    """Whether the server knows the page's origin: what a browser keeps from a page that a preflight refused."""

    origin_known: bool


class ContactReply(Reply):
    """How a person is reached, as the pack says; what there is not is empty. `reachable`: whether there is any way."""

    reachable: bool
    phone: str
    mail: str
    form: str
    hours: str


class HandoverReply(Reply):
    """That a wish for a person was recorded, and under which number: it holds no text, and finds the answer before it."""

    reference: str


class QuoteInContext(Reply):
    """A cited quote with the text before and after it, under the same rules as the answer."""

    title: str
    heading: str
    locator: str
    before: str
    quote: str
    after: str
