"""What goes between the gate and those who write: a judged sentence, a judged evidence, and what an answer is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from assistant.errors import SealError
from assistant.language.lists import laid_out
from assistant.policy.citing import stands
from assistant.protocols import Engine
from assistant.reading.judgement import UNREAD, Judgement
from assistant.types import Action, Citation, Evidence, Query, Verdict

if TYPE_CHECKING:
    from assistant.policy.sections import AnswerLimits


@dataclass(frozen=True, slots=True)
class SentenceResult:
    """One sentence after the answer checks. `released` False: it must not be shown, and `action` says what follows.

    `extracted` says that the words are the source's own. Built by the gate only, for one query.
    """

    released: bool
    text: str
    citations: tuple[Citation, ...]
    verdicts: tuple[Verdict, ...]
    action: Action
    extracted: bool
    query: Query = field(repr=False, compare=False)
    seal: object = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        # A query carries the gate's seal, or it could not have been built.
        if self.seal is None or self.seal is not self.query.seal:
            raise SealError("a SentenceResult is built by the gate only", remedy="call Gate.sentence or Gate.quote")

    @property
    def speaks(self) -> bool:
        """Whether it decides about the whole answer though it is not released: a check blocked, or had no time."""
        return self.action is Action.BLOCK or any(verdict.late for verdict in self.verdicts)

    @property
    def marked(self) -> str:
        """The sentence followed by its citation numbers."""
        numbers = "".join(f"[{n}]" for n in dict.fromkeys(c.n for c in self.citations))
        return f"{self.text} {numbers}".rstrip()


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether to go on to the model; otherwise what to do (abstain or block), and why. `judgement` is what reading found."""

    proceed: bool
    action: Action
    reason: str
    verdicts: tuple[Verdict, ...]
    judgement: Judgement = UNREAD


@dataclass(frozen=True, slots=True)
class Course:
    """What happened on the way to an answer and is recorded with it.

    `verdicts` are those of the earlier stages, `timings` milliseconds by stage, `engine` the one that wrote (None where the
    sources are quoted).
    """

    verdicts: tuple[Verdict, ...] = ()
    model: str = ""
    timings: Mapping[str, float] = field(default_factory=dict)
    engine: Engine | None = None

    def adding(self, verdicts: Iterable[Verdict]) -> Course:
        """The same with further verdicts."""
        return replace(self, verdicts=(*self.verdicts, *verdicts))

    @property
    def blocks(self) -> bool:
        """Whether one of the verdicts blocks the answer."""
        return any(verdict.action is Action.BLOCK for verdict in self.verdicts)


START: Final = Course()


@dataclass(frozen=True, slots=True)
class Approved:
    """A text that somebody approved for a kind of small talk or request (`intent`), and what the host may offer beside it."""

    intent: str
    text: str
    action: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """What an answer is to be made of.

    `sentences` after their checks, over the `evidence`; `fallback` are extracted sentences, taken where a check on the
    whole says `extract`; `reason` is told where it becomes an abstention.
    """

    sentences: Sequence[SentenceResult]
    evidence: Sequence[Evidence]
    course: Course = START
    fallback: Sequence[SentenceResult] = ()
    reason: str = ""

    def quoted(self, course: Course) -> Release:
        """The same made of the extracted sentences, in no engine's words."""
        return replace(self, sentences=self.fallback, fallback=(), course=replace(course, engine=None))


def fitting(query: Query, made: Release, limits: AnswerLimits) -> list[SentenceResult]:
    """Released sentences of this query whose citations stand in the evidence, within the policy's length."""
    chosen: list[SentenceResult] = []
    words = 0
    for result in made.sentences:
        if not result.released or result.query is not query:
            continue
        if not result.citations or not all(stands(citation, made.evidence) for citation in result.citations):
            continue
        words += len(result.text.split())
        if chosen and (len(chosen) >= limits.max_sentences or words > limits.max_words):
            break
        chosen.append(result)
    return chosen


def marked(results: Iterable[SentenceResult]) -> str:
    """Sentences as one text, each with its citation numbers."""
    return laid_out(result.marked for result in results)
