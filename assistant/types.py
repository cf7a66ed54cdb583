"""The nouns that every part shares: frozen, slotted, without behaviour that could surprise.

Offsets are character offsets into `Document.text`, end exclusive. Times are milliseconds unless a name says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from assistant.errors import SealError
from assistant.language.questions import asking_clause
from assistant.outcomes import Action as Action
from assistant.outcomes import Level as Level
from assistant.outcomes import Stage as Stage
from assistant.outcomes import Status as Status

# Held by the gate alone (an invariant test reads the imports): a Query or an Answer without it cannot be built,
# so a text that no check has seen cannot be passed off as admitted or released.
GATE_SEAL: Final = object()


class LossKind(StrEnum):
    """What of a file did not come into the text, or not surely."""

    IMAGE = "image without text"
    UNREAD = "unread part"
    STRUCK = "struck text"
    HIDDEN = "hidden text"
    UNSURE_ORDER = "uncertain reading order"
    UNSURE_CHARACTERS = "low recognition confidence"
    RECOGNIZED = "text recognized from a picture"
    UNRESOLVED = "value without a stored result"
    CHANGED = "text changed by an ingest check"


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing that a reader left out of a document or is not sure of, or that a check changed before it was stored.

    `place` is a locator as sections have it ("page 3", "Sheet1, B7", "ZPI-2"); `detail` says what and how much in words of
    ours. Neither holds text of the document, so that a report of losses may be shown and logged.
    """

    kind: LossKind
    place: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a document with one heading and one locator ("page 3", "row 12", "Patient/abc").

    `sure` is False where the reader cannot vouch for the text (the order of its blocks, characters read from a picture):
    nothing of it may be released as an answer, at most it is shown as one of the closest passages.
    """

    start: int
    end: int
    heading: str = ""
    locator: str = ""
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Document:
    """One readable unit: a file, or one record of a file that holds many.

    `source` is the path as the user gave it (relative names stay relative); `id` is empty until the vault assigns one.
    `fields` are structured identifiers a reader knows by field (entity -> values), so that redaction need not guess.
    `losses` is what the reader left out or is unsure of.
    """

    title: str
    text: str
    source: str
    media_type: str = "text/plain"
    sections: tuple[Section, ...] = ()
    labels: frozenset[str] = frozenset()
    metadata: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    id: str = ""
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage before it has an identity: about 200 tokens on sentence borders, `text == document.text[start:end]`."""

    text: str
    start: int
    end: int
    heading: str = ""
    locator: str = ""
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Passage:
    """A stored chunk with its identity, its access labels and, after a search, its score.

    What is not `sure` (see Section) is never released as an answer.
    """

    id: int
    document_id: str
    title: str
    text: str
    start: int
    end: int
    heading: str = ""
    locator: str = ""
    labels: frozenset[str] = frozenset()
    score: float = 0.0
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Quote:
    """One sentence of a passage; `start` and `end` are offsets into the document, `score` its bearing on the question."""

    text: str
    start: int
    end: int
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a citation number stands for: a passage and the sentences of it that were given to the model."""

    n: int
    passage: Passage
    quotes: tuple[Quote, ...]

    @property
    def text(self) -> str:
        """The quoted sentences, joined by a space."""
        return " ".join(quote.text for quote in self.quotes)


@dataclass(frozen=True, slots=True)
class Span:
    """An identifier's place in a text, without the text."""

    entity: str
    start: int
    end: int
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Finding:
    """A span and what now stands in its place."""

    entity: str
    start: int
    end: int
    score: float
    replacement: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check said at one stage. `reason` is a sentence for people and holds no user or document text."""

    check: str
    stage: Stage
    action: Action
    reason: str
    ms: float
    score: float | None = None
    """What the check measured, 0 to 1, where it measures: for evaluation and calibration."""
    late: bool = False
    """The check had no time to say anything: what it looked at is not shown, and asking again may help."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote with its place: `document.text[start:end] == quote` for stored text that no context check rewrote.

    `heading` is the one that the quote stands under, `locator` the page, line or record as its reader counts them.
    """

    n: int
    document_id: str
    title: str
    locator: str
    quote: str
    start: int
    end: int
    score: float
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Near:
    """A passage shown beside an abstention: its text as it may be shown, and the sentence in it that is likeliest to answer."""

    citation: Citation
    text: str


@dataclass(frozen=True, slots=True)
class Vouched:
    """Who vouches for an answer, under which number, and until which day ("2027-01-31")."""

    id: str
    author: str
    until: str


@dataclass(frozen=True, slots=True)
class PolicyRef:
    """Which policy was in force: its id, version and the SHA-256 of its file."""

    id: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. Without roles nothing is permitted; `groups` are those that access lists of documents name."""

    name: str
    roles: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier question of a conversation and the answer that was released."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Query:
    """An admitted question. `question` is what was asked, `text` what the later parts may see (redacted).

    `blocked` says that the gate refused it; such a query goes straight to `Gate.refuse`.
    """

    question: str
    text: str
    principal: Principal
    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...] = ()
    labels: frozenset[str] = frozenset()
    blocked: bool = False
    seal: object = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.seal is not GATE_SEAL:
            raise SealError("a Query is built by the gate only", remedy="call Gate.admit")

    @property
    def asked(self) -> str:
        """What to search and read for: `text` without the clauses that only hold identifiers."""
        return asking_clause(self.text, [finding.replacement for finding in self.findings])

    @property
    def prompted(self) -> str:
        """What a model may see of it: never what was typed where that holds identifiers."""
        return asking_clause(self.text, [finding.replacement for finding in self.findings])


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """One sentence as the engine wrote it, with the citation numbers it claims."""

    text: str
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A released answer; only the gate builds one.

    `question` is without the identifiers that were typed, since it is kept. `level` and `closest` are of an abstention: the
    closest passages are never the answer itself. `intent` names the kind of small talk or request that an approved text of
    the pack answers, without sources; `action` is what the host may offer then ("handover"). `verified` says whose words it is
    where somebody vouches for it. `spelling` tells which words of the question were read as others, for they looked misspelt;
    never a name or number that was typed. `followed`: it was made whole from what was asked before.
    """

    question: str
    answer: str
    status: Status
    citations: tuple[Citation, ...]
    verdicts: tuple[Verdict, ...]
    policy: PolicyRef
    model: str
    timings_ms: Mapping[str, float]
    audit_id: str
    reason: str = ""
    level: Level = Level.NONE
    closest: tuple[Near, ...] = ()
    intent: str = ""
    action: str = ""
    spelling: Mapping[str, str] = field(default_factory=dict)
    followed: bool = False
    verified: Vouched | None = None
    seal: object = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.seal is not GATE_SEAL:
            raise SealError("an Answer is built by the gate only", remedy="call Gate.release")

    @property
    def related(self) -> tuple[Citation, ...]:
        """The quotes in the closest passages."""
        return tuple(near.citation for near in self.closest)

    def as_json(self) -> dict[str, object]:
        """The contract of `ask --json`: plain values, stable key order. The shape is `assistant.shapes.Answer`."""
        from assistant import shapes

        return shapes.shown(shapes.Answer, self)
