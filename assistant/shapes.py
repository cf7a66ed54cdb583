"""The answer object as everybody outside sees it: `ask --json`, the web, the stored history and the OpenAPI document.

Each shape reads the attributes of the value that it shows (`Answer.as_json`), so that a field is spelled once; the JSON Schema of
`/openapi.json` and the widget's types are generated from the same classes. The public shapes are what visitors of a host page
get: without scores, verdicts, times, model and policy, which would teach a stranger how near he came.
"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AfterValidator, AliasPath, BaseModel, BeforeValidator, ConfigDict, Field

from assistant.outcomes import Action, Level, Stage, Status


def _writable(text: object) -> object:
    """Text that can be written as UTF-8: a lone surrogate, which a file name or an argument may hold, becomes `?`."""
    return text.encode("utf-8", "replace").decode() if isinstance(text, str) else text


def _rounded(places: int) -> AfterValidator:
    return AfterValidator(lambda value: round(value, places))


Text = Annotated[str, BeforeValidator(_writable)]
Offset = Annotated[int, Field(ge=0)]
_Shaped: Final = ConfigDict(from_attributes=True, frozen=True, hide_input_in_errors=True)


class PublicCitation(BaseModel):
    """A quote with its place: characters `start` to `end` (exclusive) of the document."""

    model_config = _Shaped

    n: int
    document_id: Text
    title: Text
    locator: Text
    quote: Text
    start: Offset
    end: Offset
    heading: Text


class Citation(PublicCitation):
    """A citation with how well it fits the question (the higher, the better; comparable within one answer)."""

    score: Annotated[float, _rounded(4)]


class Near(BaseModel):
    """A passage beside an abstention: its text as it may be shown, and the sentence in it that is likeliest to answer."""

    model_config = _Shaped

    document_id: Annotated[Text, Field(validation_alias=AliasPath("citation", "document_id"))]
    title: Annotated[Text, Field(validation_alias=AliasPath("citation", "title"))]
    locator: Annotated[Text, Field(validation_alias=AliasPath("citation", "locator"))]
    text: Text
    quote: Annotated[Text, Field(validation_alias=AliasPath("citation", "quote"))]


class Verdict(BaseModel):
    """What one check said at one stage, in `ms` milliseconds."""

    model_config = _Shaped

    check: Text
    stage: Stage
    action: Action
    reason: Text
    ms: Annotated[float, _rounded(2)]


class PublicVouched(BaseModel):
    """That somebody vouches for an answer, and until which day ("2027-01-31")."""

    model_config = _Shaped

    until: Text


class Vouched(PublicVouched):
    """Who vouches for an answer, and under which number."""

    id: Text
    author: Text


class Policy(BaseModel):
    """The policy in force: id, version and the SHA-256 of its file."""

    model_config = _Shaped

    id: Text
    version: Text
    sha256: Text


class Answer(BaseModel):
    """The whole answer object. `level`, `closest` and `related` (the quotes of `closest`) are of an abstention.
    `spelling`: words of the question that looked misspelt, and what they were read as. `followed`: the question was made whole from
    what was asked before."""

    model_config = _Shaped

    question: Text
    answer: Text
    status: Status
    level: Level
    intent: Text
    action: Text
    verified: Vouched | None
    reason: Text
    spelling: dict[str, str]
    followed: bool
    citations: tuple[Citation, ...]
    related: tuple[Citation, ...]
    closest: tuple[Near, ...]
    verdicts: tuple[Verdict, ...]
    policy: Policy
    model: Text
    timings_ms: dict[str, Annotated[float, _rounded(1)]]
    audit_id: Text


class PublicAnswer(BaseModel):
    """An answer for visitors: its words, sources, level and reason."""

    model_config = _Shaped

    question: Text
    answer: Text
    status: Status
    level: Level
    intent: Text
    action: Text
    verified: PublicVouched | None
    reason: Text
    spelling: dict[str, str]
    followed: bool
    citations: tuple[PublicCitation, ...]
    related: tuple[PublicCitation, ...]
    closest: tuple[Near, ...]
    audit_id: Text


def shown(shape: type[BaseModel], value: object) -> dict[str, object]:
    """A value's attributes as JSON values in the order of the shape."""
    return shape.model_validate(value).model_dump(mode="json")
