"""What the gate hands back between the model and the answer: a judged sentence, and a judgement of the evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.errors import SealError
from assistant.types import Action, Citation, Evidence, Query, Verdict


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
    def marked(self) -> str:
        """The sentence followed by its citation numbers."""
        numbers = "".join(f"[{n}]" for n in dict.fromkeys(c.n for c in self.citations))
        return f"{self.text} {numbers}".rstrip()


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether to go on to the model; otherwise what to do (abstain or block), and why. `details` come from the checks."""

    proceed: bool
    action: Action
    reason: str
    verdicts: tuple[Verdict, ...]
    details: Mapping[str, Any] = field(default_factory=dict)

    def usable(self, evidence: Sequence[Evidence]) -> list[Evidence]:
        """The evidence that bears on the question: where a check named it, that alone, without the quotes it set apart."""
        about, apart = self.details.get("about"), self.details.get("apart", frozenset())
        kept = [item for item in evidence if about is None or item.n in about]
        trimmed = [
            replace(item, quotes=tuple(quote for quote in item.quotes if (item.n, quote.text) not in apart))
            for item in kept
        ]
        return [item for item in trimmed if item.quotes]
