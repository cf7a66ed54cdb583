"""Care gaps: what a rule of the pack asks for and the record does not show, as of a day. Nothing is claimed where the record
does not show that the rule applies: no age, no gap by age; died, no gap at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from assistant.charts.rules import CareRule, LeastResult, Named, Need, Rules
from assistant.records.model import (
    ACTIVE_MEDICATION,
    ACTIVE_PROBLEM,
    Chart,
    Fact,
    Gap,
    Limits,
    Result,
    Source,
    day,
    partial,
)

_NOW = frozenset({"unknown", "recorded", "noted"})
_UNSURE = frozenset({"unconfirmed", "provisional", "differential"})
_VOID = frozenset({"not-done", "entered-in-error", "cancelled", "preparation", "in-progress"})


def age_on(birth: str, when: date) -> int | None:
    """Whole years, or None where the birth date is not known to the day (to the year: None too)."""
    try:
        born = date.fromisoformat(day(birth))
    except ValueError:
        return None
    return when.year - born.year - ((when.month, when.day) < (born.month, born.day))


def pack_range(chart: Chart, rules: Rules, as_of: date) -> Callable[[Result], tuple[Limits, Source] | None]:
    """The pack's range for a result of this patient: by code, unit, sex, and age at the time of the result."""

    def found(result: Result) -> tuple[Limits, Source] | None:
        age = age_on(chart.person.birth, _date(result.date) or as_of)
        if age is None or age < rules.range_age:
            return None
        codes = {code.code for code in result.term.codes}
        for entry in rules.ranges:
            row = entry.row
            if codes & set(row.codes) and result.unit in row.units and row.sex in ("", chart.person.sex):
                return entry.limits, entry.source
        return None

    return found


def gaps(chart: Chart, rules: Rules, as_of: date) -> tuple[Gap, ...]:
    """The gaps of a chart as of a day, in the order of the rules."""
    if chart.person.died:
        return ()
    age = age_on(chart.person.birth, as_of)
    return tuple(gap for rule in rules.care if (gap := _gap(rule, chart, age, as_of)) is not None)


def _gap(care: CareRule, chart: Chart, age: int | None, as_of: date) -> Gap | None:
    rule = care.rule
    if rule.min_age is not None and (age is None or age < rule.min_age):
        return None
    grounds = _grounds(care, chart)
    # What was done may stand in what is held back or was not read.
    unseen = partial(chart) & {need.section for need in rule.needs}
    if not grounds or unseen or _excused(care, chart):
        return None
    last = _last(rule.needs, chart)
    if last is not None and _recent(last[0], _months(care, age), as_of):
        return None
    when, resource = last or ("", "")
    resources = tuple(dict.fromkeys(filter(None, (*grounds, resource))))
    return Gap(grounds[0], rule.id, care.title, when, resources, care.source)


def _months(care: CareRule, age: int | None) -> int:
    older = care.rule.older
    return older.months if older is not None and age is not None and age >= older.age else care.months


def _grounds(care: CareRule, chart: Chart) -> tuple[str, ...]:
    """The resources that bring the patient under the rule; none where one of its conditions is not shown."""
    rule = care.rule
    shown: list[str | None] = []
    if rule.problem is not None:
        shown.append(_first(chart.problems, rule.problem, ACTIVE_PROBLEM))
    if rule.medication is not None:
        shown.append(_first(chart.medications, rule.medication, ACTIVE_MEDICATION))
    if rule.result is not None:
        shown.append(_scored(chart.results, rule.result))
    if not shown:
        return (chart.person.resource,) if chart.person.resource and rule.min_age is not None else ()
    return tuple(filter(None, shown)) if all(shown) else ()


def _first(facts: Iterable[Fact], named: Named, active: frozenset[str]) -> str | None:
    return next((fact.resource for fact in facts if _concerns(fact, named, active)), None)


def _scored(results: Iterable[Result], least: LeastResult) -> str | None:
    """The latest result of the name, where it is at or above the number."""
    named = Named(words=least.words)
    scores = [r for r in results if r.number and not r.comparator and named.fits(r.term)]
    latest = max(scores, key=lambda r: r.date, default=None)
    return latest.resource if latest is not None and Decimal(latest.number) >= Decimal(least.at_least) else None


def _concerns(fact: Fact, named: Named, active: frozenset[str]) -> bool:
    current = fact.status in active or fact.status in _NOW
    # FHIR condition-ver-status: what is only thought of asks for no care yet.
    sure = getattr(fact, "verification", "") not in _UNSURE
    return (current or named.any_status) and sure and named.fits(fact.term)


def _excused(care: CareRule, chart: Chart) -> bool:
    named = Named(words=care.rule.unless_allergy)
    return bool(care.rule.unless_allergy) and any(named.fits(a.term) for a in chart.allergies if not a.negated)


def _last(needs: Iterable[Need], chart: Chart) -> tuple[str, str] | None:
    """When and where the record shows it last; a current medication counts as now."""
    found: list[tuple[str, str]] = []
    for need in needs:
        for fact in getattr(chart, need.section):
            reason = getattr(fact, "reason", "")
            fits = need.fits(fact.term) or (
                need.section == "encounters" and any(w in reason.lower() for w in need.words)
            )
            if not fits or fact.status in _VOID:
                continue
            if need.section == "medications":
                if fact.status in ACTIVE_MEDICATION or fact.status in _NOW:
                    found.append(("9999", fact.resource))
                continue
            found.append((getattr(fact, "date", "") or getattr(fact, "start", ""), fact.resource))
    return max(found, default=None)


def _recent(last: str, months: int, as_of: date) -> bool:
    """Within so many months before the day; once is enough where there is no interval. An unknown date counts as recent."""
    if last == "9999" or not months:
        return True
    done = _date(last)
    if done is None:
        return True
    years, month = divmod(done.year * 12 + done.month - 1 + months, 12)
    due = date(years, month + 1, min(done.day, 28))
    return due >= as_of


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(day(text))
    except ValueError:
        return None
