"""Identifiers found and replaced by the redactor of the privacy part.

On answers there is a second look: words of the answer that are the original of a pseudonym in the vault, whoever's it is.
A model must not say them even where no recognizer would have found them.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.policy.tools import Tools
from assistant.privacy.leak import leaks
from assistant.protocols import Outcome, Subject
from assistant.types import Span, Stage

Entity = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
Label = Annotated[str, Field(min_length=1, max_length=64)]

ALL: Final[Literal["all"]] = "all"


class Params(BaseModel):
    """What to look for and what to do with it.

    `entities` to look for ("all" or none given: all that the redactor knows) and the `operator` that replaces them.
    `labels`: where given, only texts with one of these labels are redacted (public guidelines stay verbatim); a question
    has no labels and is always redacted. `min_score`: findings below it are left alone.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    entities: frozenset[Entity] | Literal["all"] = ALL
    operator: str = "pseudonym"
    labels: frozenset[Label] | None = None
    min_score: float = Field(default=0.0, ge=0.0, le=1.0)

    @property
    def wanted(self) -> frozenset[str] | None:
        """The entities to look for; None for all."""
        return None if isinstance(self.entities, str) or not self.entities else self.entities


def check(params: Params, subject: Subject, tools: Tools) -> Outcome:
    """Fails where an identifier is found, and offers the text without it."""
    spans: list[Span] = []
    if _concerned(params, subject):
        redactor = tools.redactor
        spans = [s for s in redactor.find(subject.text, params.wanted) if s.score >= params.min_score]
        if subject.document is not None and subject.document.fields:
            spans += redactor.find_known(subject.text, subject.document.fields, params.wanted)
        if subject.stage is Stage.ANSWER:
            # Stand-ins that this conversation gave out itself are no identifiers.
            spans = [s for s in spans if not redactor.is_surrogate(subject.text[s.start : s.end], subject.scope)]
    leaked = leaks(subject.text, tools.vault) if subject.stage is Stage.ANSWER else []
    if not spans and not leaked:
        return Outcome(True, "no identifiers")
    kept = subject.stage is Stage.INGEST
    text, findings = tools.redactor.apply(subject.text, [*spans, *leaked], params.operator, subject.scope, kept=kept)
    reason = f"{len(findings)} identifiers replaced" + (f", {len(leaked)} of them from the vault" if leaked else "")
    return Outcome(False, reason, text=text, findings=tuple(findings))


def _concerned(params: Params, subject: Subject) -> bool:
    if params.labels is None or subject.stage is Stage.QUERY:
        return True
    labels = set(subject.labels)
    if subject.passage is not None:
        labels |= subject.passage.labels
    if subject.document is not None:
        labels |= subject.document.labels
    for item in subject.evidence:
        labels |= item.passage.labels
    return bool(labels & params.labels)
