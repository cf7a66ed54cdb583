"""The sections of a policy file: access rules, check rules, limits, and what is kept of documents, records and talks."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import cached_property
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.policy.checks import CHECKS
from assistant.types import Action, Stage

Name = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$", max_length=64)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]

# What a policy may say at each stage when a check fails. `redact` and `neutralize` also need a check that can mend.
ALLOWED_ACTIONS: Final[dict[Stage, frozenset[Action]]] = {
    Stage.INGEST: frozenset({Action.FLAG, Action.REDACT, Action.DROP, Action.BLOCK}),
    Stage.QUERY: frozenset({Action.FLAG, Action.REDACT, Action.NEUTRALIZE, Action.ABSTAIN, Action.BLOCK}),
    Stage.CONTEXT: frozenset({Action.FLAG, Action.REDACT, Action.DROP, Action.ABSTAIN, Action.BLOCK}),
    Stage.ANSWER: frozenset(set(Action) - {Action.PASS}),
    Stage.TRAINING: frozenset({Action.FLAG, Action.REDACT, Action.DROP, Action.BLOCK}),
}
MENDING: Final = frozenset({Action.REDACT, Action.NEUTRALIZE})


class Strict(BaseModel):
    """A section: unknown keys are errors, nothing changes after loading, and errors hold no value."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class AccessRule(Strict):
    """A permit or a forbid for labels; no roles means everybody; `unless_roles` are exempt from the rule."""

    effect: Literal["permit", "forbid"]
    labels: Annotated[frozenset[Name], Field(min_length=1)]
    roles: frozenset[Name] = frozenset()
    unless_roles: frozenset[Name] = frozenset()


class CheckRule(Strict):
    """One check at one stage: its parameters, and what its failure does to the text. `labels` limits it to such texts."""

    id: Name
    stage: Stage
    use: str
    with_: dict[str, object] = Field(default_factory=dict, alias="with")
    on_fail: Action
    timeout_ms: Annotated[int, Field(ge=1, le=600_000)] | None = None
    labels: frozenset[Name] = frozenset()

    @cached_property
    def params(self) -> BaseModel:
        """The check's own parameters, validated."""
        return CHECKS[self.use].params.model_validate(self.with_)

    @model_validator(mode="after")
    def _possible(self) -> CheckRule:
        spec = CHECKS.get(self.use)
        if spec is None:
            raise ValueError(f"there is no check '{self.use}'{meant(self.use, CHECKS)}")
        if self.stage not in spec.grains:
            raise ValueError(f"check '{self.use}' cannot run at stage '{self.stage}'")
        if self.on_fail not in ALLOWED_ACTIONS[self.stage]:
            raise ValueError(f"'{self.on_fail}' means nothing at stage '{self.stage}'")
        if self.on_fail in MENDING and not spec.mends:
            raise ValueError(f"check '{self.use}' finds and cannot mend, so '{self.on_fail}' is impossible")
        if self.labels and self.stage is Stage.QUERY:
            raise ValueError("a question carries no labels, so a query check limited to labels would never run")
        try:
            spec.params.model_validate(self.with_)
        except ValidationError:
            raise ValueError(f"the parameters of check '{self.use}' are wrong") from None
        return self


class AnswerLimits(Strict):
    """How long an answer may be, and how many near passages an abstention shows."""

    max_sentences: Annotated[int, Field(ge=1, le=50)] = 4
    max_words: Annotated[int, Field(ge=10, le=2000)] = 120
    related: Annotated[int, Field(ge=0, le=20)] = 3


class History(Strict):
    """Whether a conversation is kept (encrypted, in the vault), and whether it ends with the session."""

    keep: bool = True
    ends_with_session: bool = False
    turns: Annotated[int, Field(ge=0, le=50)] = 6


class Ingest(Strict):
    """What is stored of a document that ingest checks redact, and the labels of one that brings none.

    `redacted` stores the redacted text only, `both` also the original under `original_labels`, `as_is` the original.
    `record_labels` are those of a record of a person (FHIR, HL7 v2, C-CDA, what the pack marks as records) that is taken in
    without a label of its own; where they are left out, records count under the labels of `records`. Under `impersonal_labels`
    stand texts about nobody (guidelines, leaflets): no redaction check changes one that has no other label.
    """

    store: Literal["redacted", "both", "as_is"] = "redacted"
    default_labels: Annotated[frozenset[Name], Field(min_length=1)] = frozenset({"internal"})
    record_labels: Annotated[frozenset[Name], Field(min_length=1)] | None = None
    original_labels: frozenset[Name] = frozenset({"identified"})
    impersonal_labels: frozenset[Name] = frozenset()


class Records(Strict):
    """Summaries of people's records: who may have them, and what stands in them.

    `labels`: the access labels that records count under. `identifiers` (names, numbers, contacts; file names too) are shown,
    or masked; `dates` are shown, cut to the year, or left out. 45 CFR 164.514(b)(2) (Safe Harbor) is mask with year.
    `narrative`: `template` puts the facts into fixed sentences, `model` lets the writer phrase them, sentence by sentence
    through the gate.
    """

    labels: Annotated[frozenset[Name], Field(min_length=1)] = frozenset({"clinical"})
    identifiers: Literal["show", "mask"] = "mask"
    dates: Literal["show", "year", "hide"] = "year"
    narrative: Literal["template", "model"] = "template"


class Limits(Strict):
    """Sizes in characters, times in milliseconds. `warm_ms` bounds the loading of a check's models, before its own limit.

    10 s ends what hangs and still lets a question through on a machine that is busy with something else: on an idle one the
    slowest shipped check takes under 100 ms.
    """

    question_chars: Annotated[int, Field(ge=50, le=100_000)] = 4000
    check_ms: Annotated[int, Field(ge=1, le=600_000)] = 10_000
    document_check_ms: Annotated[int, Field(ge=1, le=3_600_000)] = 120_000
    warm_ms: Annotated[int, Field(ge=1, le=600_000)] = 90_000


def meant(word: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown word: which known one was meant; empty where none is near."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f", did you mean '{near[0]}'?" if near else ""
