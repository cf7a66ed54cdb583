"""Identifiers found and replaced by the redactor of the privacy part.

On answers there is a second look: words of the answer that are the original of a pseudonym in the vault, whoever's it is.
A model must not say them even where no recognizer would have found them. What stands word for word in an impersonal source (the
number of a reception, the name of a product) is that source's own and stays, whoever else has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final, Literal

import regex
from pydantic import BaseModel, ConfigDict, Field

from assistant.policy.tools import Tools
from assistant.privacy.leak import leaks
from assistant.privacy.spans import TAGGED_SCORE
from assistant.protocols import Outcome, Subject
from assistant.types import Evidence, Span, Stage

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
    spans = _found(params, subject, tools) if _concerned(params, subject) else []
    leaked = leaks(subject.text, tools.vault, tools.pack.lexicon.is_allowed) if subject.stage is Stage.ANSWER else []
    spans, leaked = _not_published(subject, spans), _not_published(subject, leaked)
    if not spans and not leaked:
        return Outcome(True, "no identifiers")
    kept = subject.stage is Stage.INGEST
    text, findings = tools.redactor.apply(subject.text, [*spans, *leaked], params.operator, subject.scope, kept=kept)
    reason = f"{len(findings)} identifiers replaced" + (f", {len(leaked)} of them from the vault" if leaked else "")
    return Outcome(False, reason, text=text, findings=tuple(findings))


def _found(params: Params, subject: Subject, tools: Tools) -> list[Span]:
    """What the redactor and the fields of the document say, without what is known to be no identifier here."""
    redactor = tools.redactor
    spans = [s for s in redactor.find(subject.text, params.wanted) if s.score >= params.min_score]
    if subject.document is not None and subject.document.fields:
        spans += redactor.find_known(subject.text, subject.document.fields, params.wanted)
    if subject.stage in (Stage.INGEST, Stage.TRAINING):
        return spans
    # Stand-ins that this conversation gave out itself are no identifiers, wherever they stand by chance.
    spans = [s for s in spans if not redactor.is_surrogate(subject.text[s.start : s.end], subject.scope)]
    if subject.stage is Stage.QUERY:
        return [s for s in spans if not _is_published(subject, s, tools)]
    return spans


def _is_published(subject: Subject, span: Span, tools: Tools) -> bool:
    """Whether what the tagger alone takes for an identifier of the question is a word of the impersonal documents."""
    if span.score > TAGGED_SCORE or tools.vault is None or not subject.impersonal:
        return False
    words = subject.text[span.start : span.end]
    forms = {words, words.title()} if span.entity in _PLACES else {words}
    return any(tools.vault.is_written(form, subject.impersonal) for form in forms)


# Written in small letters by askers and with a capital in documents.
_PLACES: Final = frozenset({"LOCATION", "ADDRESS"})


def _not_published(subject: Subject, spans: Sequence[Span]) -> list[Span]:
    """The spans but for those that stand word for word in an impersonal source of the answer and in no other source of it."""
    public = [_written(item) for item in subject.evidence if _is_impersonal(item.passage.labels, subject.impersonal)]
    if not public or not spans:
        return list(spans)
    others = [
        _written(item) for item in subject.evidence if not _is_impersonal(item.passage.labels, subject.impersonal)
    ]

    def stands(span: Span, texts: Sequence[str]) -> bool:
        words = r"\s+".join(map(regex.escape, subject.text[span.start : span.end].split()))
        pattern = regex.compile(rf"(?<![\p{{L}}\p{{M}}\d]){words}(?![\p{{L}}\p{{M}}\d])")
        return any(pattern.search(text) for text in texts)

    return [span for span in spans if not stands(span, public) or stands(span, others)]


def _is_impersonal(labels: frozenset[str], impersonal: frozenset[str]) -> bool:
    plain = {label for label in labels if ":" not in label}  # the others are an access list
    return bool(plain) and plain <= impersonal


def _written(item: Evidence) -> str:
    """All that is shown of a source: its text and the words of its place."""
    passage = item.passage
    return "\n".join((passage.text, passage.title, passage.heading, passage.locator))


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
