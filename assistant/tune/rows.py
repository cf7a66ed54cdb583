"""What a writer is tuned on: one question with its sources and the one right answer, and the card of a whole set.

A set is JSON Lines, one row a line, so that people can read, edit and reject rows before anything learns them. Every text in
it has passed the training checks of the policy; the card beside it says of what and how it was made, by counts and hashes.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.errors import ConfigError

NOT_IN_SOURCES: Final = "NOT IN SOURCES."
"""The answer to what the sources do not hold; `asking.drafts` knows it by these words."""


class Kind(StrEnum):
    """What a question asks for."""

    FACT = "fact"
    NUMERIC = "numeric"
    YES_NO = "yes-no"
    ROW = "table-row"
    LIST = "list"
    TWO = "two-passages"


class Style(StrEnum):
    """How a question is worded."""

    PLAIN = "plain"
    LAY = "lay"
    FRAGMENT = "fragment"
    COUNTERFACTUAL = "counterfactual"


class Answerable(StrEnum):
    """Whether the sources of a row answer its question."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Split(StrEnum):
    """Which rows are learned and which measure what was learned. All rows of a document are in the same one."""

    TRAIN = "train"
    HELD = "held"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Piece(_Strict):
    """A numbered source as the writer sees it; `heading` is where it stands."""

    n: int = Field(ge=1, le=99)
    title: str
    heading: str = ""
    text: str = Field(min_length=1)


class Row(_Strict):
    """A question, its numbered sources and the answer with its citation marks. `document` is a hash, never a name.

    `partner` is the same question without the group that it names, where the row is a counterfactual one.
    """

    kind: Kind
    style: Style = Style.PLAIN
    answerable: Answerable
    question: str = Field(min_length=1)
    evidence: tuple[Piece, ...] = Field(min_length=1)
    answer: str = Field(min_length=1)
    citations: tuple[int, ...] = ()
    document: str
    split: Split = Split.TRAIN
    partner: str = ""

    @model_validator(mode="after")
    def _cites_what_is_there(self) -> Row:
        if unknown := set(self.citations) - {piece.n for piece in self.evidence}:
            raise ValueError(f"cites source {min(unknown)}, which is not among its evidence")
        if (self.answerable is Answerable.NO) == bool(self.citations):
            raise ValueError("an answerable row cites a source, one that is not answerable cites none")
        return self


@dataclass(frozen=True, slots=True)
class Source:
    """A document that rows were made of: the SHA-256 of its text as it may be learned, its licence, and what became of it."""

    sha256: str
    licence: str
    sections: int
    stopped: int
    """Sections that a training check stopped."""
    doubles: int
    """Statements left out because another document says the same."""
    rows: int


@dataclass(frozen=True, slots=True)
class Card:
    """The data card of a set: what it was made of, how many rows of which kind, and what was left out and why."""

    schema: int
    rows: int
    sha256: str
    domain: str
    policy: str
    policy_sha256: str
    seed: int
    counts: Mapping[str, Mapping[str, int]]
    left_out: Mapping[str, int]
    licences: Mapping[str, int]
    sources: tuple[Source, ...]

    def as_json(self) -> dict[str, object]:
        """The card as plain JSON values."""
        return asdict(self)


def lines_of(rows: Iterable[Row]) -> str:
    """The rows as JSON Lines; the same rows give the same bytes."""
    return "".join(json.dumps(row.model_dump(mode="json"), ensure_ascii=False, sort_keys=True) + "\n" for row in rows)


def digest(text: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def parse_rows(text: str, path: Path | str) -> list[Row]:
    """The rows of JSON Lines. Raises ConfigError with the line of the first that is none."""
    rows: list[Row] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            rows.append(Row.model_validate_json(line))
        except ValidationError as problem:
            first = problem.errors(include_url=False, include_context=False, include_input=False)[0]
            where = ".".join(str(step) for step in first["loc"]) or "the line"
            raise ConfigError(
                f"not a row of a training set: {where}: {first['msg'].removeprefix('Value error, ')}",
                path=path,
                line=number,
                remedy="correct or remove the line; docs/tuning.md shows its keys",
            ) from None
    if not rows:
        raise ConfigError("the training set is empty", path=path, remedy="make one with `assistant tune data`")
    return rows


def read_rows(path: Path) -> list[Row]:
    """The rows of a file. Raises ConfigError where it cannot be read or a line is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        reason = getattr(problem, "strerror", None) or "not UTF-8 text"
        raise ConfigError(f"cannot be read: {reason}", path=path, remedy="make it with `assistant tune data`") from None
    return parse_rows(text, path)


def counted(rows: Sequence[Row]) -> dict[str, dict[str, int]]:
    """How many rows there are of each kind, wording, answerability and split."""
    axes: tuple[Literal["kind", "style", "answerable", "split"], ...] = ("kind", "style", "answerable", "split")
    return {axis: dict(sorted(Counter(str(getattr(row, axis)) for row in rows).items())) for axis in axes}
