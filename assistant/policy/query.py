"""The question as the gate keeps it on its way, and the subject that checks see of it.

It is searched and read for as it was typed: that never leaves the machine, and what redaction takes for an identifier may be
what the question turns on (a serial number, a date, "the handle is wobbly"). What is kept, recorded, or given to a model
holds stand-ins instead.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from assistant.language.questions import asking_clause, without_anybody
from assistant.language.shorthand import written_out
from assistant.language.spelling import respelt
from assistant.protocols import Subject
from assistant.types import Action, Answer, Query, Stage, Turn, Verdict

if TYPE_CHECKING:
    from assistant.policy.ruling import Ruling

# Who somebody is, and nothing of what is asked: a search for them finds whatever notes hold others of their kind.
_OF_SOMEBODY: Final = frozenset(
    "PERSON MRN DATE_OF_BIRTH HEALTH_INSURANCE_ID ENCOUNTER_ID US_SSN NHS_NUMBER NATIONAL_ID PASSPORT DRIVER_LICENSE "
    "SPECIMEN_NUMBER PRESCRIPTION_NUMBER EMAIL_ADDRESS PHONE_NUMBER ADDRESS CREDIT_CARD IBAN_CODE BANK_ACCOUNT_NUMBER "
    "SECRET".split()
)


@dataclass(frozen=True, slots=True)
class AdmittedQuery(Query):
    """A query with its pseudonym scope, its history, and the rulings on quoted texts that were judged before.

    `memo` lives and dies with the query, so that no text outlives the answer. Where the policy has the question asked without
    attributes that no source speaks of, `reading` is that question as typed and `writing` the same with stand-ins; `text` stays
    as admitted.
    """

    scope: str = ""
    history: tuple[Turn, ...] = ()
    memo: dict[tuple[str, str, tuple[int, ...]], Ruling] = field(default_factory=dict, repr=False, compare=False)
    keep: Callable[[Answer], None] | None = field(default=None, repr=False, compare=False)
    """What is done with the answer in the transaction that records it; where it fails, there is no answer."""
    reading: str = ""
    writing: str = ""
    spelling: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """What misspelt words of the question were meant to be, by the words of the documents that the asker may see."""
    half_before: str = field(default="", repr=False, compare=False)
    """Of a double question the half that stands before this one."""

    @property
    def typed(self) -> str:
        """The whole question as it was typed."""
        return typed(self.question)

    @property
    def asked(self) -> str:
        """What to search and read for: as typed, without the clauses that only say who somebody is, shorthand and slips."""
        whole = self.typed
        hidden = [whole[f.start : f.end] for f in self.findings if f.entity in _OF_SOMEBODY]
        return respelt(written_out(without_anybody(asking_clause(self.reading or whole, hidden))), self.spelling)

    @property
    def before(self) -> str:
        """The question that this one follows, for the search only; empty where it is the first."""
        return self.half_before or (self.history[-1].question if self.history else "")

    @property
    def prompted(self) -> str:
        """The question as a model may see it."""
        hidden = [finding.replacement for finding in self.findings]
        return without_anybody(asking_clause(self.writing or self.text, hidden))

    @property
    def identifiers(self) -> tuple[str, ...]:
        """The identifiers that were typed."""
        whole = self.typed
        return tuple(whole[finding.start : finding.end] for finding in self.findings)


def typed(question: str) -> str:
    """A question in composed characters, without white space around it."""
    return unicodedata.normalize("NFC", question).strip()


def unfit(text: str, labels: frozenset[str], limit: int) -> Verdict | None:
    """Why a question cannot be asked at all: nothing in it, over `limit` characters, or nothing that its asker may read."""
    if not text:
        reason = "the question is empty"
    elif len(text) > limit:
        reason = f"the question is longer than {limit} characters"
    elif not labels:
        reason = "no role of yours may read anything here"
    else:
        return None
    return Verdict("gate", Stage.QUERY, Action.BLOCK, reason, 0.0)


def subject_of(query: Query, stage: Stage, text: str, **more: Any) -> Subject:
    """What a check sees at a later stage."""
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
        typed=query.typed if isinstance(query, AdmittedQuery) else query.question,
        persons=persons,
        **more,
    )
