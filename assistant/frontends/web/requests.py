"""What programs may send to the interface under /v1, with its limits: the OpenAPI document is made from these classes.

What a class does not name is accepted and changes nothing (sampling parameters, `user`, `seed`): answers are deterministic and the
policy decides, not the caller.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, ValidationError

from assistant.frontends.web.problems import Problem
from assistant.types import Turn

MOST_MESSAGES: Final = 200
# Characters of a question; a body has its own bound.
MOST_CHARACTERS: Final = 100_000
# What OpenAI's interface takes at once, so that programs written for it need no other batch size.
MOST_INPUTS: Final = 2048
# At least one character that is no space.
_FILLED: Final = r"\S"

Filled = Annotated[str, Field(pattern=_FILLED, max_length=MOST_CHARACTERS)]
Loose = Annotated[str, Field(max_length=MOST_CHARACTERS)]
Made = TypeVar("Made", bound="Taken")


class Taken(BaseModel):
    """Base of all requests. A field's description is what the caller is told where it is wrong."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class TextPart(Taken):
    """A part of a message that is text."""

    type: str = "text"
    text: Loose


class Message(Taken):
    """One message. Those of `system`, `developer`, `tool` and `function` are left out."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Loose | Annotated[tuple[TextPart, ...], Field(max_length=MOST_MESSAGES)] | None = None

    @property
    def text(self) -> str:
        """The whole of its text."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text for part in self.content or ())


class StreamOptions(Taken):
    """Options of a stream."""

    include_usage: StrictBool = False


class ResponseFormat(Taken):
    """The form of the answer: text, and nothing else."""

    type: Literal["text"] = "text"


class ChatRequest(Taken):
    """The last user message is the question, the turns before it are the conversation."""

    model: str
    messages: Annotated[
        tuple[Message, ...],
        Field(
            min_length=1,
            max_length=MOST_MESSAGES,
            description=f"1 to {MOST_MESSAGES} messages of text (no images, audio or files), the last of them the user's question",
        ),
    ]
    stream: Annotated[StrictBool | None, Field(description="true or false")] = None
    stream_options: Annotated[StreamOptions | None, Field(description="an object such as {include_usage: true}")] = None
    n: Annotated[Literal[1] | None, Field(description="one answer is given")] = None
    response_format: Annotated[ResponseFormat | None, Field(description="answers are text with citations")] = None
    tool_choice: Annotated[Literal["none", "auto"] | None, Field(description="the assistant uses no tools")] = None


class CompletionRequest(Taken):
    """The prompt is the question; there is no conversation."""

    model: str
    prompt: Annotated[
        Filled | Annotated[tuple[Filled, ...], Field(min_length=1, max_length=1)],
        Field(description="one question as text (no token numbers)"),
    ]
    stream: Annotated[StrictBool | None, Field(description="true or false")] = None
    stream_options: Annotated[StreamOptions | None, Field(description="an object such as {include_usage: true}")] = None
    n: Annotated[Literal[1] | None, Field(description="one answer is given")] = None
    best_of: Annotated[Literal[1] | None, Field(description="one answer is given")] = None
    echo: Annotated[Literal[False] | None, Field(description="the prompt is not repeated")] = None
    suffix: Annotated[Literal[""] | None, Field(description="there is nothing to insert a text before")] = None
    logprobs: Annotated[Literal[0] | None, Field(description="answers have no token probabilities")] = None

    @property
    def question(self) -> str:
        """The prompt."""
        return self.prompt if isinstance(self.prompt, str) else self.prompt[0]


class PastTurn(Taken):
    """One earlier question and the answer to it."""

    question: Loose
    answer: Loose


class AskRequest(Taken):
    """A question, with the turns before it."""

    question: Annotated[Filled, Field(description=f"a text of 1 to {MOST_CHARACTERS} characters")]
    history: Annotated[
        tuple[PastTurn, ...],
        Field(max_length=MOST_MESSAGES, description=f"a list of up to {MOST_MESSAGES} {{question, answer}}"),
    ] = ()
    stream: Annotated[StrictBool | None, Field(description="true or false")] = None

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The conversation so far."""
        return tuple(Turn(turn.question, turn.answer) for turn in self.history)


class EmbeddingsRequest(Taken):
    """Texts whose vectors are wanted."""

    model: str
    input: Annotated[
        Filled | Annotated[tuple[Filled, ...], Field(min_length=1, max_length=MOST_INPUTS)],
        Field(description=f"a text or 1 to {MOST_INPUTS} texts, none of them empty (no token numbers)"),
    ]
    encoding_format: Annotated[Literal["float", "base64"] | None, Field(description="'float' or 'base64'")] = None
    dimensions: Annotated[StrictInt | None, Field(description="the embedder's own number of dimensions")] = None

    @property
    def texts(self) -> list[str]:
        """The texts."""
        return [self.input] if isinstance(self.input, str) else list(self.input)


def taken(shape: type[Made], body: dict[str, object]) -> Made:
    """The request that a body holds. Raises Problem 400, naming the field; what was sent is not repeated."""
    try:
        return shape.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        field = str(first["loc"][0]) if first["loc"] else ""
    known = shape.model_fields.get(field)
    raise bad(field, (known.description if known else None) or "it is missing or of the wrong type")


def bad(field: str, message: str) -> Problem:
    """A field of the request is wrong."""
    return Problem(400, "bad_field", f"'{field}': {message}", remedy="see /openapi.json", param=field)
