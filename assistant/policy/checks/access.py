"""A second lock beside the access rules: who may ask at all, and which labels must not reach the context or an answer.

The access rules of a policy are applied by the gate before ranking. This check repeats the decisive part of them later on
the path, so that a mistake in a retriever or a front end alone opens nothing.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from assistant.policy.tools import Tools
from assistant.protocols import Outcome, Subject

Name = Annotated[str, Field(min_length=1, max_length=64)]


class Params(BaseModel):
    """`roles`: one of them is needed (none given: any role). `forbid_labels`: never, but for `unless_roles`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    roles: frozenset[Name] = frozenset()
    forbid_labels: frozenset[Name] = frozenset()
    unless_roles: frozenset[Name] = frozenset()


def check(params: Params, subject: Subject, tools: Tools) -> Outcome:  # noqa: ARG001 - one signature for all checks
    """Fails where the principal has no role that may ask, or the subject carries a label forbidden to him."""
    roles = subject.principal.roles
    if not roles or (params.roles and not roles & params.roles):
        return Outcome(False, "the role may not ask here")
    labels = set(subject.labels)
    if subject.passage is not None:
        labels |= subject.passage.labels
    for item in subject.evidence:
        labels |= item.passage.labels
    # The question itself has no labels: what stands there is what the principal may see.
    if subject.stage != "query" and labels & params.forbid_labels and not roles & params.unless_roles:
        return Outcome(False, "a source is not for this role")
    return Outcome(True, "the role may see this")
