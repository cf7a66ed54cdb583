"""The question as the gate keeps it on its way, and the subject that checks see of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assistant.language.questions import asking_clause, without_anybody
from assistant.protocols import Subject
from assistant.types import Answer, Query, Stage, Turn

if TYPE_CHECKING:
    from assistant.policy.ruling import Ruling


@dataclass(frozen=True, slots=True)
class AdmittedQuery(Query):
    """A query with its pseudonym scope, its history, and the rulings on quoted texts that were judged before.

    `memo` lives and dies with the query, so that no text outlives the answer.
    """

    scope: str = ""
    history: tuple[Turn, ...] = ()
    memo: dict[tuple[str, str, tuple[int, ...]], Ruling] = field(default_factory=dict, repr=False, compare=False)
    keep: Callable[[Answer], None] | None = field(default=None, repr=False, compare=False)
    """What is done with the answer in the transaction that records it; where it fails, there is no answer."""
    reading: str = ""
    """The question without attributes that no source speaks of, where the policy has it asked so; `text` stays as admitted."""

    @property
    def asked(self) -> str:
        """What to search and read for; see `Query.asked`."""
        asking = asking_clause(self.reading or self.text, [finding.replacement for finding in self.findings])
        return without_anybody(asking)


def subject_of(query: Query, stage: Stage, text: str, **more: Any) -> Subject:
    """What a check sees at a later stage: the admitted question, never the one that was typed."""
    scope, history = (query.scope, query.history) if isinstance(query, AdmittedQuery) else ("", ())
    # As admitted: a neutral reading may have left the name out, and the question is about that person all the same.
    named = asking_clause(query.text, [finding.replacement for finding in query.findings])
    persons = tuple(
        f.replacement for f in query.findings if f.entity == "PERSON" and f.replacement and f.replacement in named
    )
    return Subject(
        stage,
        text,
        query.principal,
        query.asked,
        scope=scope,
        history=history,
        admitted=query.text,
        persons=persons,
        **more,
    )
