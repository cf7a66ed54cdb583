"""A chart as the summary that is written: rows of plain values, each with the resource that says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from assistant.charts.gaps import gaps, pack_range
from assistant.charts.marks import marked
from assistant.charts.narrative import Sentence, condensed, narrate
from assistant.charts.rules import Rules
from assistant.charts.trends import series
from assistant.charts.veil import Veil
from assistant.records.amounts import same_unit
from assistant.records.model import (
    ACTIVE_MEDICATION,
    ACTIVE_PROBLEM,
    SECTIONS,
    Allergy,
    Chart,
    Encounter,
    Gap,
    Immunization,
    Medication,
    Note,
    Problem,
    Procedure,
    Result,
    Source,
    Term,
    day,
    silent,
)

SCHEMA: Final = 1


@dataclass(frozen=True, slots=True)
class Summary:
    """The veiled chart, its gaps and its narrative; `as_json` is the file that is written."""

    chart: Chart
    gaps: tuple[Gap, ...]
    narrative: tuple[Sentence, ...]
    as_of: date
    origin: Mapping[str, object]

    def as_json(self) -> dict[str, Any]:
        """The contract of `batch summarize`, and what else the record says."""
        chart, person = self.chart, self.chart.person
        return {
            "schema": SCHEMA,
            "patient_id": chart.patient_id,
            "patient": _full(
                name=person.name, sex=person.sex, born=person.birth, died=person.died, resource=person.resource
            ),
            "problems": [_problem(p) for p in chart.problems],
            "medications": [_medication(m) for m in chart.medications],
            "allergies": [_allergy(a) for a in chart.allergies],
            "results": _results(chart.results),
            "encounters": [_encounter(e) for e in chart.encounters],
            "procedures": [_dated(p) for p in chart.procedures],
            "immunizations": [_dated(i) for i in chart.immunizations],
            "notes": [_note(n) for n in chart.notes],
            "gaps": [_gap(g) for g in self.gaps],
            "narrative": [{"text": s.text, "resources": list(s.resources), "by": s.by} for s in self.narrative],
            "absent": absent(chart),
            "conflicts": conflicts(chart),
            "denials": [{"section": d.section, "text": d.term.text, "resource": d.resource} for d in chart.denials],
            "unread": [_full(text=u.what, section=u.section, resource=u.resource) for u in chart.unread],
            "excluded": [{"resource": e.resource, "reason": e.reason} for e in chart.excluded],
            "withheld": dict(chart.withheld),
            "hidden": sorted(chart.hidden),
            "silent": list(silent(chart, SECTIONS)),
            "as_of": self.as_of.isoformat(),
            **self.origin,
        }


def summarize(chart: Chart, rules: Rules, veil: Veil, as_of: date, origin: Mapping[str, object]) -> Summary:
    """The summary of a chart under a policy's veil; marks and gaps are judged on the whole dates first."""
    find = pack_range(chart, rules, as_of)
    whole = replace(chart, results=tuple(marked(result, find) for result in chart.results))
    open_gaps = tuple(replace(gap, last=veil.date(gap.last)) for gap in gaps(whole, rules, as_of))
    seen = veil.chart(condensed(whole))
    return Summary(seen, open_gaps, narrate(seen), as_of, origin)


def absent(chart: Chart) -> list[str]:
    """Sections that the record says nothing about, which is not the same as that there is nothing."""
    return list(silent(chart, ("problems", "medications", "allergies", "results")))


def conflicts(chart: Chart) -> list[dict[str, object]]:
    """Statements of the record that cannot both hold."""
    sides = [("allergies", *_allergies_said(chart))]
    for section, statuses in (("problems", ACTIVE_PROBLEM), ("medications", ACTIVE_MEDICATION)):
        denied: list[object] = [d for d in chart.denials if d.section == section]
        sides.append((section, denied, [fact for fact in getattr(chart, section) if fact.status in statuses]))
    return [_conflict(section, denied, named) for section, denied, named in sides if denied and named]


def _allergies_said(chart: Chart) -> tuple[list[object], list[object]]:
    """The entries that hold now: those that deny allergies, and those that name one."""
    active = [a for a in chart.allergies if a.status not in ("inactive", "resolved")]
    return [a for a in active if a.negated], [a for a in active if not a.negated]


def _conflict(section: str, denied: Sequence[Any], named: Sequence[object]) -> dict[str, object]:
    resources = [fact.resource for fact in (*denied, *named)]
    return {"text": f"The record denies {section} and names some.", "resources": resources}


# ---------------------------------------------------------------- rows


def _full(**values: object) -> dict[str, object]:
    return {key: value for key, value in values.items() if value}


def _codes(term: Term) -> list[str]:
    return [f"{c.system}|{c.code}" for c in term.codes if c.code]


def _problem(p: Problem) -> dict[str, object]:
    row = {"text": p.term.text, "status": p.status, "onset": day(p.onset), "resource": p.resource}
    return row | _full(ended=day(p.ended), verification=p.verification, severity=p.severity, codes=_codes(p.term))


def _medication(m: Medication) -> dict[str, object]:
    row = {"text": m.term.text, "status": m.status, "dose": m.dose, "start": day(m.start), "resource": m.resource}
    return row | _full(end=day(m.end), kind=m.kind, intent=m.intent, reason=m.reason, codes=_codes(m.term))


def _allergy(a: Allergy) -> dict[str, object]:
    row: dict[str, object] = {"text": a.term.text, "status": a.status, "resource": a.resource}
    if a.negated:
        row["negated"] = True
    return row | _full(
        reaction=a.reaction,
        criticality=a.criticality,
        recorded=day(a.recorded),
        verification=a.verification,
        codes=_codes(a.term),
    )


def _results(results: Sequence[Result]) -> list[dict[str, object]]:
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


def _result(r: Result) -> dict[str, object]:
    row: dict[str, object] = {
        "text": r.term.text,
        "value": _number(r.number) if r.number and not r.comparator else r.value,
        "unit": r.unit,
        "date": day(r.date),
        "flag": r.flag,
        "resource": r.resource,
    }
    limits = _full(low=r.limits.low, high=r.limits.high, text=r.limits.text)
    if limits and r.limits.unit and not same_unit(r.limits.unit, r.unit):
        limits["unit"] = r.limits.unit
    row |= _full(time=r.date if len(r.date) > len(day(r.date)) else "", range=limits, flag_by=r.flag_by)
    if r.flag_source is not None:
        row["flag_source"] = source_row(r.flag_source)
    return row | _full(status=r.status if r.status != "final" else "", codes=_codes(r.term))


def _number(text: str) -> float | int:
    """The record's digits as a JSON number."""
    return float(text) if any(c in text for c in ".eE") else int(text)


def _encounter(e: Encounter) -> dict[str, object]:
    row = {"text": e.term.text, "status": e.status, "start": day(e.start), "end": day(e.end), "resource": e.resource}
    return row | _full(kind=e.kind, reason=e.reason)


def _dated(fact: Procedure | Immunization) -> dict[str, object]:
    row = {"text": fact.term.text, "status": fact.status, "date": day(fact.date), "resource": fact.resource}
    return row | _full(codes=_codes(fact.term))


def _note(n: Note) -> dict[str, object]:
    return {"text": n.term.text, "date": day(n.date), "resource": n.resource} | _full(status=n.status)


def _gap(g: Gap) -> dict[str, object]:
    shown = f"last on {day(g.last)}" if g.last else "none in this record"
    return {
        "text": f"{g.text}: {shown}",
        "rule": g.rule,
        "last": day(g.last),
        "resource": g.resource,
        "resources": list(g.resources),
        "source": source_row(g.source),
    }


def source_row(source: Source) -> dict[str, str]:
    """Where something of the pack stands."""
    return {"document": source.document, "place": source.place, "quote": source.quote}
