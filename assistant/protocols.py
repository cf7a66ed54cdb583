"""The seams between parts. Each is small enough to implement in one file; the conformance tests hold all who do to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from assistant.types import Document, Evidence, Finding, Passage, Principal, Span, Stage, Turn

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]


# ---------------------------------------------------------------- engines


@dataclass(frozen=True, slots=True)
class Prompt:
    """What an engine is asked to continue: chat messages, never a template (the engine knows its model's template)."""

    system: str
    user: str
    examples: tuple[tuple[str, str], ...] = ()
    citations: tuple[int, ...] = ()
    """Citation numbers that exist; engines with grammars hold the output to them."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How to decode. `temperature` 0 is greedy; `max_tokens` bounds the output; `seed` makes a run repeatable."""

    max_tokens: int = 96
    temperature: float = 0.0
    seed: int = 7
    stop: tuple[str, ...] = ()
    grammar: str = ""
    timeout_s: float = 30.0


@runtime_checkable
class Engine(Protocol):
    """A language model, or the absence of one.

    `stream` yields pieces of text as they are written, at most one a token, and raises EngineError on failure, on time-out and
    once the engine is closed.
    """

    name: str
    model: str
    """The model that writes, "none" where there is none."""
    writes: bool
    """False for the extractive engine: there is no model, the sources are quoted."""

    def stream(self, prompt: Prompt, sampling: Sampling) -> Iterator[str]: ...

    def close(self) -> None: ...


# ---------------------------------------------------------------- embedding


@runtime_checkable
class Embedder(Protocol):
    """Texts to unit vectors. `query` is light (no torch); `passages` may load a heavy library for throughput."""

    name: str
    dimension: int

    def query(self, texts: Sequence[str]) -> Vectors: ...

    def passages(self, texts: Sequence[str]) -> Vectors: ...


# ---------------------------------------------------------------- readers


class Reader(Protocol):
    """Bytes of one file to documents; raises ReaderError and nothing else on bad input, within bounded time and memory."""

    def __call__(self, data: bytes, source: str) -> list[Document]: ...


# ---------------------------------------------------------------- privacy


@runtime_checkable
class Redactor(Protocol):
    """Finds identifiers and acts on them; finding is apart from acting."""

    def find(self, text: str, entities: frozenset[str] | None = None) -> list[Span]: ...

    def apply(
        self, text: str, spans: Sequence[Span], operator: str, scope: str = "", *, kept: bool = False
    ) -> tuple[str, list[Finding]]: ...

    def find_known(
        self, text: str, fields: Mapping[str, Sequence[str]], entities: frozenset[str] | None = None
    ) -> list[Span]: ...

    def is_surrogate(self, text: str, scope: str) -> bool: ...


# ---------------------------------------------------------------- policy checks (their tools: `policy.tools`)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a check looks at: one text at one stage, and what it needs to judge it.

    query stage: the question. context stage: one passage. answer stage: one sentence with the evidence it cites
    (`whole` False), then the whole answer with all evidence (`whole` True). ingest and training: one document text.
    """

    stage: Stage
    text: str
    principal: Principal
    question: str = ""
    evidence: tuple[Evidence, ...] = ()
    passage: Passage | None = None
    document: Document | None = None
    history: tuple[Turn, ...] = ()
    labels: frozenset[str] = frozenset()
    whole: bool = False
    scope: str = ""
    """Pseudonyms are consistent inside one scope: a patient or a conversation."""
    engine: Engine | None = None
    """Answer stage, whole: the engine that wrote, for counterfactual generation; None where quotes were taken."""
    rarity: Mapping[str, float] = field(default_factory=dict)
    """Context stage, whole: how much each content stem of the question tells among the documents that the asker may see,
    0 to 1; empty where the passages were given with the question."""
    admitted: str = ""
    """The whole question, with stand-ins for identifiers."""
    typed: str = ""
    """The whole question as typed, of which `question` is the part that asks. No check hands on or tells a word of it."""
    near: bool = False
    """Context stage: the passage is to be shown as near, to somebody whose question it need not be about."""
    persons: tuple[str, ...] = ()
    """What stands in the question for the names of people that it asks about."""
    impersonal: frozenset[str] = frozenset()
    """Labels of texts about nobody, which are stored and shown word for word."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check found. `text` is the mended text where the check can mend (redaction, neutral wording).

    `handed` is what the check hands on besides: a frozen dataclass of its own, which its reader asks for by type.
    """

    ok: bool
    reason: str
    text: str | None = None
    findings: tuple[Finding, ...] = ()
    score: float | None = None
    handed: object = None


# ---------------------------------------------------------------- progress


class Progress(Protocol):
    """Told how far long work has come; `total` may grow. Names shown are file names, never contents."""

    def __call__(self, done: int, total: int, what: str) -> None: ...


def no_progress(done: int, total: int, what: str) -> None:
    """A Progress that shows nothing."""


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A file that could not be taken in, and why."""

    path: Path
    reason: str
    remedy: str = ""
