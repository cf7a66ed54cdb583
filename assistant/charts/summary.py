"""A chart as the summary that is written: rows of plain values, each with the resource that says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from assistant.charts.gaps import gaps, pack_range
from assistant.charts.marks import marked
from assistant.charts.narrative import Sentence, condensed, narrate
from assistant.charts.rows import (
    ConflictRow,
    Origin,
    SummaryJson,
    allergy_row,
    dated_row,
    encounter_row,
    gap_row,
    medication_row,
    note_row,
    person_row,
    problem_row,
    result_rows,
    unread_row,
)
from assistant.charts.rules import Rules
from assistant.charts.veil import Veil
from assistant.records.model import (
    ACTIVE_MEDICATION,
    ACTIVE_PROBLEM,
    SECTIONS,
    Allergy,
    Chart,
    Denial,
    Fact,
    Gap,
    silent,
)
from assistant.records.negatives import denies_another_kind

Stated = Fact | Denial
SCHEMA: Final = 1


@dataclass(frozen=True, slots=True)
class Summary:
    """The veiled chart, its gaps and its narrative; `as_json` is the file that is written."""

    chart: Chart
    gaps: tuple[Gap, ...]
    narrative: tuple[Sentence, ...]
    as_of: date
    origin: Origin

    def as_json(self) -> SummaryJson:
        """The contract of `batch summarize`, and what else the record says."""
        chart = self.chart
        return {
            "schema": SCHEMA,
            "patient_id": chart.patient_id,
            "patient": person_row(chart.person),
            "problems": [problem_row(p) for p in chart.problems],
            "medications": [medication_row(m) for m in chart.medications],
            "allergies": [allergy_row(a) for a in chart.allergies],
            "results": result_rows(chart.results),
            "encounters": [encounter_row(e) for e in chart.encounters],
            "procedures": [dated_row(p) for p in chart.procedures],
            "immunizations": [dated_row(i) for i in chart.immunizations],
            "notes": [note_row(n) for n in chart.notes],
            "gaps": [gap_row(g) for g in self.gaps],
            "narrative": [{"text": s.text, "resources": list(s.resources), "by": s.by} for s in self.narrative],
            "absent": absent(chart),
            "conflicts": conflicts(chart),
            "denials": [{"section": d.section, "text": d.term.text, "resource": d.resource} for d in chart.denials],
            "unread": [unread_row(u) for u in chart.unread],
            "excluded": [{"resource": e.resource, "reason": e.reason} for e in chart.excluded],
            "withheld": dict(chart.withheld),
            "hidden": sorted(chart.hidden),
            "silent": list(silent(chart, SECTIONS)),
            "as_of": self.as_of.isoformat(),
            **self.origin,
        }


def summarize(chart: Chart, rules: Rules, veil: Veil, as_of: date, origin: Origin) -> Summary:
    """The summary of a chart under a policy's veil; marks and gaps are judged on the whole dates first."""
    find = pack_range(chart, rules, as_of)
    whole = replace(chart, results=tuple(marked(result, find) for result in chart.results))
    open_gaps = tuple(replace(gap, last=veil.date(gap.last)) for gap in gaps(whole, rules, as_of))
    seen = veil.chart(condensed(whole))
    return Summary(seen, open_gaps, narrate(seen), as_of, origin)


def absent(chart: Chart) -> list[str]:
    """Sections that the record says nothing about, which is not the same as that there is nothing."""
    return list(silent(chart, ("problems", "medications", "allergies", "results")))


def conflicts(chart: Chart) -> list[ConflictRow]:
    """Statements of the record that cannot both hold."""
    sides: list[tuple[str, Sequence[Stated], Sequence[Stated]]] = [("allergies", *_allergies_said(chart))]
    for section, statuses in (("problems", ACTIVE_PROBLEM), ("medications", ACTIVE_MEDICATION)):
        denied = [d for d in chart.denials if d.section == section]
        sides.append((section, denied, [fact for fact in getattr(chart, section) if fact.status in statuses]))
    return [_conflict(section, denied, named) for section, denied, named in sides if denied and named]


def _allergies_said(chart: Chart) -> tuple[list[Allergy], list[Allergy]]:
    """The entries that hold now: those that deny allergies, and those that name one."""
    active = [a for a in chart.allergies if a.status not in ("inactive", "resolved")]
    return [a for a in active if a.negated and not denies_another_kind(a.term)], [a for a in active if not a.negated]


def _conflict(section: str, denied: Sequence[Stated], named: Sequence[Stated]) -> ConflictRow:
    resources = [fact.resource for fact in (*denied, *named)]
    return {"text": f"The record denies {section} and names some.", "resources": resources}
