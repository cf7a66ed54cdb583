"""A patient's chart as facts: what the record says, each with the resource that says it. Nothing here is inferred.

Texts, numbers and units are the record's own spelling; dates are ISO 8601 as far as the record gives them (a year, a day or
an instant). `resource` is "Type/id" for FHIR, and the like for the other formats ("OBX/MSG7-3").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a terminology, by the URI of its system."""

    system: str
    code: str
    display: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """How the record names something. `coded`: the words are a terminology's own, so they cannot hold an identifier."""

    text: str
    codes: tuple[Code, ...] = ()
    coded: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule or range of the pack stands: file of the pack, the record or row in it, and its words."""

    document: str
    place: str
    quote: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who the chart is about. `identifiers`: entity -> values that the record knows by field."""

    resource: str = ""
    name: str = ""
    sex: str = ""
    birth: str = ""
    died: str = ""
    identifiers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """A condition. `status` as recorded ("active", "resolved"), "unknown" where the record gives none."""

    resource: str
    term: Term
    status: str
    onset: str = ""
    ended: str = ""
    verification: str = ""
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Medication:
    """A medicine as ordered, taken, given or dispensed (`kind`)."""

    resource: str
    term: Term
    status: str
    dose: str = ""
    start: str = ""
    end: str = ""
    kind: str = "ordered"
    intent: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Allergy:
    """An allergy or intolerance; `negated` where the entry says that there is none ("no known allergy")."""

    resource: str
    term: Term
    status: str
    reaction: str = ""
    criticality: str = ""
    recorded: str = ""
    verification: str = ""
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """A reference range as decimal strings; '' is an open end. `text` where it is only words.

    `unit`: its own unit where the record gives one; '' means that of its result.
    """

    low: str = ""
    high: str = ""
    text: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One measured or observed value. `value` is the record's spelling, `number` the same where it is a plain decimal.

    `flag`: high, low, high-critical, low-critical, abnormal, normal or ''; `flag_by`: "record" (its interpretation),
    "record range" or "pack"; `flag_source` for the last.
    """

    resource: str
    term: Term
    value: str
    number: str = ""
    comparator: str = ""
    unit: str = ""
    date: str = ""
    status: str = "final"
    flag: str = ""
    flag_by: str = ""
    flag_source: Source | None = None
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class Encounter:
    """A contact with the service."""

    resource: str
    term: Term
    status: str
    kind: str = ""
    start: str = ""
    end: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Procedure:
    """Something done to the patient."""

    resource: str
    term: Term
    status: str
    date: str = ""


@dataclass(frozen=True, slots=True)
class Immunization:
    """A vaccine given, or not given (`status` "not-done")."""

    resource: str
    term: Term
    status: str
    date: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A text about the patient: its kind and date, and its words where the record carries them.

    `status`: "preliminary", "amended" and the like, '' for what is final.
    """

    resource: str
    term: Term
    date: str = ""
    text: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """Care that a rule of the pack asks for and the record does not show. `last`: date of the last one, '' for never.

    `resource` is what brings the patient under the rule, `resources` all that the statement rests on.
    """

    resource: str
    rule: str
    text: str
    last: str
    resources: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Excluded:
    """An entry of the record that is no fact about the patient, and why ("entered-in-error", "refuted").

    `section`: the section of the chart that it would stand in, '' where that is not known.
    """

    resource: str
    reason: str
    section: str = ""


@dataclass(frozen=True, slots=True)
class Denial:
    """A statement that there is nothing of a kind: "no known problems" (`section` problems). Allergies have `negated`."""

    resource: str
    section: str
    term: Term


ELSEWHERE: Final = "elsewhere"
"""The section of an unread entry that concerns none of the sections of a chart: a care plan, an order of a test."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Something of the record that was not read: `what` it is (a segment's name, a resource type, a section's title).

    `section`: the section of the chart that it may concern, '' where it may concern any.
    """

    what: str
    section: str = ""
    resource: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that one patient's record says. `withheld`: label -> how many resources the policy holds back.

    `hidden`: sections of what is held back. `unread`: what nobody read. Where one of them or a denial concerns a section, the
    record is not silent about it. `labels`: the access labels that the document as a whole asks for beside that of records.
    """

    patient_id: str
    person: Person = Person()
    problems: tuple[Problem, ...] = ()
    medications: tuple[Medication, ...] = ()
    allergies: tuple[Allergy, ...] = ()
    results: tuple[Result, ...] = ()
    encounters: tuple[Encounter, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    immunizations: tuple[Immunization, ...] = ()
    notes: tuple[Note, ...] = ()
    denials: tuple[Denial, ...] = ()
    unread: tuple[Unread, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    withheld: Mapping[str, int] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()


# An instant begins with a whole day.
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]|$)")

Fact = Problem | Medication | Allergy | Result | Encounter | Procedure | Immunization | Note
SECTIONS: Final = (
    "problems",
    "medications",
    "allergies",
    "results",
    "encounters",
    "procedures",
    "immunizations",
    "notes",
)

# Statuses under which something concerns the patient now. FHIR R4: condition-clinical, medicationrequest-status,
# medication-statement-status, allergyintolerance-clinical.
ACTIVE_PROBLEM: Final = frozenset({"active", "recurrence", "relapse"})
ACTIVE_MEDICATION: Final = frozenset({"active", "on-hold", "intended", "in-progress"})
ACTIVE_ALLERGY: Final = frozenset({"active"})


def facts(chart: Chart) -> Iterator[Fact]:
    """All facts of a chart, section by section."""
    for section in SECTIONS:
        yield from getattr(chart, section)


def silent(chart: Chart, sections: Iterable[str]) -> tuple[str, ...]:
    """Those of the sections that the record says nothing about: no fact, no denial, nothing left out, unread or held back."""
    spoken = {d.section for d in chart.denials} | chart.hidden
    spoken |= {e.section for e in chart.excluded} | {u.section for u in chart.unread}
    if "" in {u.section for u in chart.unread}:
        return ()
    return tuple(name for name in sections if not getattr(chart, name) and name not in spoken)


def partial(chart: Chart) -> frozenset[str]:
    """Sections of which something is held back or unread: what they do not show may still be in the record."""
    known = chart.hidden | {unread.section for unread in chart.unread}
    return frozenset(SECTIONS) if "" in known else known


def day(moment: str) -> str:
    """The day of an ISO date or instant, as far as it is known; words in its place ("last spring") stand as they are."""
    return moment[:10] if _INSTANT.match(moment) else moment
