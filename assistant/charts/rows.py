"""The rows of a summary: what the written file holds of each fact, named and typed. Values that say nothing are left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict, Unpack

from assistant.charts.trends import series
from assistant.records.amounts import same_unit
from assistant.records.model import (
    Allergy,
    Encounter,
    Gap,
    Immunization,
    Medication,
    Note,
    Person,
    Problem,
    Procedure,
    Result,
    Source,
    Term,
    Unread,
    day,
)

ListSection = Literal[
    "problems", "medications", "allergies", "results", "encounters", "procedures", "immunizations", "notes"
]


class SourceRow(TypedDict):
    """Where something of the pack stands."""

    document: str
    place: str
    quote: str


class RangeRow(TypedDict, total=False):
    """A reference range; `unit` only where it is not the value's."""

    low: str
    high: str
    text: str
    unit: str


TrendRow = TypedDict("TrendRow", {"direction": str | None, "from": float | int, "date": str, "resource": str})


class Row(TypedDict, total=False):
    """A fact of any section, or the person: each has some of these."""

    text: str
    resource: str
    status: str
    codes: list[str]
    name: str
    sex: str
    born: str
    died: str
    onset: str
    ended: str
    verification: str
    severity: str
    dose: str
    start: str
    end: str
    kind: str
    intent: str
    reason: str
    negated: bool
    reaction: str
    criticality: str
    recorded: str
    value: float | int | str
    unit: str
    date: str
    time: str
    flag: str
    flag_by: str
    flag_source: SourceRow
    range: RangeRow
    trend: TrendRow
    section: str


class GapRow(TypedDict):
    """A care gap with the rule that asks for it."""

    text: str
    rule: str
    last: str
    resource: str
    resources: list[str]
    source: SourceRow


class SentenceRow(TypedDict):
    """A sentence of the narrative; `by`: "template" or "model"."""

    text: str
    resources: list[str]
    by: str


class ConflictRow(TypedDict):
    """Two statements of the record that cannot both hold."""

    text: str
    resources: list[str]


class DenialRow(TypedDict):
    """What the record says that there is none of."""

    section: str
    text: str
    resource: str


class ExcludedRow(TypedDict):
    """An entry that states nothing, and why."""

    resource: str
    reason: str


class PolicyRow(TypedDict):
    """The policy that a summary was made under."""

    id: str
    version: str
    sha256: str


class Origin(TypedDict, total=False):
    """What a summary was made of: the policy, and the digests of the files."""

    policy: PolicyRow
    sources: list[str]


class SummaryJson(Origin):
    """The file of a summary: the contract of `batch summarize`, and what else the record says."""

    schema: int
    patient_id: str
    patient: Row
    problems: list[Row]
    medications: list[Row]
    allergies: list[Row]
    results: list[Row]
    encounters: list[Row]
    procedures: list[Row]
    immunizations: list[Row]
    notes: list[Row]
    gaps: list[GapRow]
    narrative: list[SentenceRow]
    absent: list[str]
    conflicts: list[ConflictRow]
    denials: list[DenialRow]
    unread: list[Row]
    excluded: list[ExcludedRow]
    withheld: dict[str, int]
    hidden: list[str]
    silent: list[str]
    as_of: str


def _full(**values: Unpack[Row]) -> Row:
    """The values that say something."""
    return {key: value for key, value in values.items() if value}  # type: ignore[return-value]  # a part of a Row


def person_row(person: Person) -> Row:
    """Who the summary is about."""
    return _full(name=person.name, sex=person.sex, born=person.birth, died=person.died, resource=person.resource)


def unread_row(unread: Unread) -> Row:
    """What of the record nobody read."""
    return _full(text=unread.what, section=unread.section, resource=unread.resource)


def _codes(term: Term) -> list[str]:
    return [f"{c.system}|{c.code}" for c in term.codes if c.code]


def problem_row(p: Problem) -> Row:
    """A condition."""
    row: Row = {"text": p.term.text, "status": p.status, "onset": day(p.onset), "resource": p.resource}
    return row | _full(ended=day(p.ended), verification=p.verification, severity=p.severity, codes=_codes(p.term))


def medication_row(m: Medication) -> Row:
    """A medicine."""
    row: Row = {"text": m.term.text, "status": m.status, "dose": m.dose, "start": day(m.start), "resource": m.resource}
    return row | _full(end=day(m.end), kind=m.kind, intent=m.intent, reason=m.reason, codes=_codes(m.term))


def allergy_row(a: Allergy) -> Row:
    """An allergy, or its denial."""
    row: Row = {"text": a.term.text, "status": a.status, "resource": a.resource}
    if a.negated:
        row["negated"] = True
    return row | _full(
        reaction=a.reaction,
        criticality=a.criticality,
        recorded=day(a.recorded),
        verification=a.verification,
        codes=_codes(a.term),
    )


def result_rows(results: Sequence[Result]) -> list[Row]:
    """Latest first; the latest of a test carries its trend."""
    rows = []
    for found in series(results):
        for result in found.results:
            row = _result(result)
            if result is found.latest and found.before is not None:
                before = found.before
                row["trend"] = {
                    "direction": found.direction,
                    "from": _number(before.number),
                    "date": day(before.date),
                    "resource": before.resource,
                }
            rows.append((result.date, row))
    return [row for _, row in sorted(rows, key=lambda pair: pair[0], reverse=True)]


def _result(r: Result) -> Row:
    row: Row = {
        "text": r.term.text,
        "value": _number(r.number) if r.number and not r.comparator else r.value,
        "unit": r.unit,
        "date": day(r.date),
        "flag": r.flag,
        "resource": r.resource,
    }
    limits = _range(r)
    row |= _full(time=r.date if len(r.date) > len(day(r.date)) else "", range=limits, flag_by=r.flag_by)
    if r.flag_source is not None:
        row["flag_source"] = source_row(r.flag_source)
    return row | _full(status=r.status if r.status != "final" else "", codes=_codes(r.term))


def _range(r: Result) -> RangeRow:
    limits: RangeRow = {}
    if r.limits.low:
        limits["low"] = r.limits.low
    if r.limits.high:
        limits["high"] = r.limits.high
    if r.limits.text:
        limits["text"] = r.limits.text
    if limits and r.limits.unit and not same_unit(r.limits.unit, r.unit):
        limits["unit"] = r.limits.unit
    return limits


def _number(text: str) -> float | int:
    """The record's digits as a JSON number."""
    return float(text) if any(c in text for c in ".eE") else int(text)


def encounter_row(e: Encounter) -> Row:
    """A contact."""
    row: Row = {
        "text": e.term.text,
        "status": e.status,
        "start": day(e.start),
        "end": day(e.end),
        "resource": e.resource,
    }
    return row | _full(kind=e.kind, reason=e.reason)


def dated_row(fact: Procedure | Immunization) -> Row:
    """What was done on a day."""
    row: Row = {"text": fact.term.text, "status": fact.status, "date": day(fact.date), "resource": fact.resource}
    return row | _full(codes=_codes(fact.term))


def note_row(n: Note) -> Row:
    """A note, by its kind."""
    row: Row = {"text": n.term.text, "date": day(n.date), "resource": n.resource}
    return row | _full(status=n.status)


def gap_row(g: Gap) -> GapRow:
    """A care gap."""
    shown = f"last on {day(g.last)}" if g.last else "none in this record"
    return {
        "text": f"{g.text}: {shown}",
        "rule": g.rule,
        "last": day(g.last),
        "resource": g.resource,
        "resources": list(g.resources),
        "source": source_row(g.source),
    }


def source_row(source: Source) -> SourceRow:
    """Where something of the pack stands."""
    return {"document": source.document, "place": source.place, "quote": source.quote}
