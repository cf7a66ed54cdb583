"""Identifiers found and replaced by the redactor of the privacy part."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from assistant.protocols import Outcome, Subject, Tools

Entity = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]


class Params(BaseModel):
    """`entities` to look for (none given: all that the redactor knows) and the `operator` that replaces them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    entities: frozenset[Entity] = frozenset()
    operator: str = "pseudonym"


def check(params: Params, subject: Subject, tools: Tools) -> Outcome:
    """Fails where an identifier is found, and offers the text without it."""
    spans = tools.redactor.find(subject.text, params.entities or None)
    if not spans:
        return Outcome(True, "no identifiers")
    text, findings = tools.redactor.apply(subject.text, spans, params.operator, subject.scope)
    return Outcome(False, f"{len(findings)} identifiers replaced", text=text, findings=tuple(findings))
