"""What of a chart the policy lets be seen: identifiers masked, dates cut to the year or left out, before anything is written.

Everything that is made later (sentences, tables, documents) is made of the veiled chart, so that nothing can pass it by. What
a terminology calls a thing is kept word for word: it cannot hold an identifier, and a mask in it would lose the fact.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

import regex

from assistant.charts.persons import Persons
from assistant.policy.sections import Records
from assistant.protocols import Redactor
from assistant.records.model import (
    SECTIONS,
    Allergy,
    Chart,
    Encounter,
    Immunization,
    Medication,
    Note,
    Person,
    Problem,
    Procedure,
    Result,
    Term,
)
from assistant.types import Span

_TEXTS: Final[dict[type, tuple[str, ...]]] = {
    Problem: ("severity",),
    Medication: ("dose", "reason"),
    Allergy: ("reaction",),
    Result: ("value",),
    Encounter: ("reason",),
    Procedure: (),
    Immunization: (),
    Note: ("text",),
}
_DATES: Final[dict[type, tuple[str, ...]]] = {
    Problem: ("onset", "ended"),
    Medication: ("start", "end"),
    Allergy: ("recorded",),
    Result: ("date",),
    Encounter: ("start", "end"),
    Procedure: ("date",),
    Immunization: ("date",),
    Note: ("date",),
}
_DATE_ENTITIES: Final = frozenset({"DATE", "DATE_OF_BIRTH", "TIMESTAMP", "DATE_TIME"})
_YEAR: Final = regex.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_PLAIN: Final = regex.compile(r"[\d\s.,<>=/%:+-]*")


class Veil:
    """The rules of one policy, with the redactor that finds what no field names. `redactor` None: everything is shown."""

    def __init__(self, records: Records, redactor: Redactor | None) -> None:
        if redactor is None and (records.identifiers != "show" or records.dates != "show"):
            raise ValueError("this policy needs a redactor")
        self._records = records
        self._redactor = redactor
        # The same words come back in chart after chart; names of the person are taken out before, so that none is kept here.
        self._masked = lru_cache(maxsize=20_000)(self._found)

    @property
    def open(self) -> bool:
        """Whether names and dates stand as they are."""
        return self._records.identifiers == "show" and self._records.dates == "show"

    def date(self, value: str) -> str:
        """A date as far as it may be seen."""
        if self._records.dates == "show":
            return value
        years = _YEAR.findall(value[:4])
        return years[0] if years and self._records.dates == "year" else ""

    def text(self, value: str, persons: Persons) -> str:
        """Free text without what the record knows to identify the patient, and without what is found besides."""
        if self.open or not value or _PLAIN.fullmatch(value):
            return value
        if self._records.identifiers == "mask":
            value = _without(value, persons)
        return str(self._masked(value))

    def _found(self, value: str) -> str:
        if self._redactor is None:
            raise ValueError("this policy needs a redactor")
        spans = [span for span in self._redactor.find(value) if self._hides(span)]
        pieces, at = [], 0
        for span in sorted(spans, key=lambda s: s.start):
            if span.start < at:
                continue
            pieces += [value[at : span.start], self._stand_in(span, value[span.start : span.end])]
            at = span.end
        return "".join([*pieces, value[at:]])

    def _hides(self, span: Span) -> bool:
        if span.entity in _DATE_ENTITIES:
            return self._records.dates != "show"
        return self._records.identifiers == "mask"

    def _stand_in(self, span: Span, original: str) -> str:
        if span.entity in _DATE_ENTITIES and self._records.dates == "year":
            year = _YEAR.search(original)
            return str(year.group()) if year else "<DATE>"
        return f"<{span.entity}>"

    def chart(self, chart: Chart) -> Chart:
        """The chart as it may be seen."""
        if self.open:
            return chart
        persons = Persons(chart.person.identifiers)
        sections: dict[str, Any] = {s: tuple(self._fact(fact, persons) for fact in getattr(chart, s)) for s in SECTIONS}
        denials = tuple(replace(d, term=self._term(d.term, persons)) for d in chart.denials)
        unread = tuple(replace(u, what=self.text(u.what, persons)) for u in chart.unread)
        return replace(chart, person=self._person(chart.person), denials=denials, unread=unread, **sections)

    def _fact(self, fact: Any, persons: Persons) -> object:
        changed: dict[str, object] = {"term": self._term(fact.term, persons)}
        for name in _TEXTS[type(fact)]:
            changed[name] = self.text(getattr(fact, name), persons)
        for name in _DATES[type(fact)]:
            changed[name] = self.date(getattr(fact, name))
        return replace(fact, **changed)

    def _term(self, term: Term, persons: Persons) -> Term:
        if term.coded:
            return term
        # A code's own words may be the same free text.
        return Term(self.text(term.text, persons), tuple(replace(c, display="") for c in term.codes), False)

    def _person(self, person: Person) -> Person:
        shown = self._records.identifiers == "show"
        birth = person.birth if self._records.dates == "show" else self.date(person.birth)
        if not shown and self._records.dates != "show":
            # Safe Harbor: a year of birth that tells an age over 89 is an identifier; without the day it cannot be judged.
            birth = ""
        died = person.died if person.died == "yes" else self.date(person.died) or ("yes" if person.died else "")
        return replace(person, name=person.name if shown else "", birth=birth, died=died, identifiers={})


def _without(value: str, persons: Persons) -> str:
    pieces, at = [], 0
    for span in persons.spans(value):
        pieces += [value[at : span.start], f"<{span.entity}>"]
        at = span.end
    return "".join([*pieces, value[at:]])


def alias(patient_id: str, digest: str) -> str:
    """A name for a record whose own id may not be seen: of the record's content, which nobody guesses who has not got it."""
    return "record-" + hashlib.sha256(f"{digest}\0{patient_id}".encode()).hexdigest()[:12]
