"""The narrative of a chart in fixed sentences: the record's own words and numbers between ours, each sentence with the
resources that it rests on. `verify` holds every sentence, a model's too, to the resources it cites.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final, TypeVar

import regex

from assistant.charts.marks import OUTSIDE, gravity
from assistant.charts.trends import Series, series
from assistant.language.sentences import sentences
from assistant.records.amounts import same_unit
from assistant.records.model import (
    ACTIVE_ALLERGY,
    ACTIVE_MEDICATION,
    ACTIVE_PROBLEM,
    SECTIONS,
    Chart,
    Denial,
    Encounter,
    Fact,
    Immunization,
    Medication,
    Note,
    Person,
    Procedure,
    Result,
    day,
    facts,
)

Behind = Fact | Denial | Person
Stated = TypeVar("Stated", bound=Fact | Denial)

_STATED: Final = frozenset({"unknown", "recorded", "noted"})
_NOT_TAKEN: Final = frozenset({"proposal", "plan", "option"})
_DONE: Final = frozenset({"completed", "recorded", "noted", "unknown", "final", "finished", "partially-administered"})
# FHIR encounter-status: nobody was seen yet, or ever.
_TO_COME: Final = frozenset({"planned", "cancelled"})
# FHIR observation-status.
_UNSETTLED: Final = frozenset({"registered", "preliminary", "amended", "corrected", "appended"})
_DATES: Final = frozenset({"onset", "start", "end", "date", "recorded", "birth", "died"})
_PER_SENTENCE: Final = 4
_LATEST: Final = 3
_MOST_RESULTS: Final = 10
_NUMBER: Final = regex.compile(r"(?<![\p{L}\d.])\d+(?:[.,]\d+)*")
_NOTE_HEADINGS: Final = (
    "assessment",
    "impression",
    "plan",
    "conclusion",
    "summary",
    "diagnosis",
    "findings",
    "impressions",
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence and the resources behind it. `topic`: what it is about; `by`: "template" or "model"."""

    text: str
    resources: tuple[str, ...]
    topic: str
    by: str = "template"


@dataclass(frozen=True, slots=True)
class _Item:
    """One entry of an enumeration, with all resources that say the same."""

    text: str
    resources: tuple[str, ...]


def narrate(chart: Chart) -> tuple[Sentence, ...]:
    """The sentences of a (veiled) chart. One that does not hold against its resources is left out."""
    return tuple(s for s in _sentences(chart) if verify(s.text, facts_behind(chart, s.resources)))


def _sentences(chart: Chart) -> Iterator[Sentence]:
    yield from _person(chart)
    yield from _lists("problems", "Active problems", _problems(chart, ACTIVE_PROBLEM))
    yield from _lists("problems", "Problems, status not given", _problems(chart, _STATED))
    yield from _lists("medications", "Active medicines", _medicines(chart, ACTIVE_MEDICATION - {"on-hold"}))
    yield from _lists("medications", "Medicines on hold", _medicines(chart, frozenset({"on-hold"})))
    yield from _lists("medications", "Medicines, status not given", _medicines(chart, _STATED))
    yield from _lists("allergies", "Allergies", _allergies(chart, negated=False))
    yield from _lists("allergies", "The record states", _allergies(chart, negated=True))
    for section in ("problems", "medications", "procedures", "immunizations"):
        denied = [d for d in chart.denials if d.section == section]
        yield from _lists(section, "The record states", _items(denied, lambda d: d.term.text.rstrip(".")))
    yield from _results(chart)
    yield from _latest("encounters", "Last contacts", ((e.start, e) for e in chart.encounters))
    yield from _latest("procedures", "Last procedures", ((p.date, p) for p in chart.procedures))
    yield from _latest("immunizations", "Last immunizations", ((i.date, i) for i in chart.immunizations))
    yield from _notes(chart)


def _person(chart: Chart) -> Iterator[Sentence]:
    person = chart.person
    said = [person.sex, f"born {day(person.birth)}" if person.birth else ""]
    said.append("has died" if person.died == "yes" else f"died {day(person.died)}" if person.died else "")
    parts = ", ".join(filter(None, said))
    if parts and person.resource:
        yield Sentence(f"{person.name or 'The patient'}: {parts}.", (person.resource,), "person")


def _lists(topic: str, title: str, items: Sequence[_Item]) -> Iterator[Sentence]:
    for at in range(0, len(items), _PER_SENTENCE):
        some = items[at : at + _PER_SENTENCE]
        resources = tuple(dict.fromkeys(r for item in some for r in item.resources))
        yield Sentence(f"{title}: {'; '.join(item.text for item in some)}.", resources, topic)


def _items(said: Iterable[Stated], text: Callable[[Stated], str]) -> list[_Item]:
    found: dict[str, list[str]] = {}
    for fact in said:
        if fact.term.text:
            found.setdefault(text(fact), []).append(fact.resource)
    return [_Item(text, tuple(dict.fromkeys(resources))) for text, resources in found.items()]


def _since(value: str) -> str:
    return f"since {day(value)}" if value else ""


def _with(text: str, *more: str) -> str:
    said = ", ".join(filter(None, more))
    return f"{text.rstrip('.')} ({said})" if said else text.rstrip(".")


def _problems(chart: Chart, statuses: frozenset[str]) -> list[_Item]:
    given = [p for p in chart.problems if p.status in statuses]
    doubt = frozenset({"", "confirmed"})
    return _items(
        given, lambda p: _with(p.term.text, p.verification if p.verification not in doubt else "", _since(p.onset))
    )


def _medicines(chart: Chart, statuses: frozenset[str]) -> list[_Item]:
    given = [m for m in chart.medications if m.status in statuses and m.intent not in _NOT_TAKEN and m.kind != "given"]
    given.sort(key=lambda m: m.start)
    found: dict[tuple[str, str], list[Medication]] = {}
    for m in given:
        if m.term.text:
            found.setdefault((m.term.text, m.dose), []).append(m)
    return [
        _Item(
            _with(f"{name}, {dose}" if dose else name, _since(same[0].start)),
            tuple(dict.fromkeys(m.resource for m in same)),
        )
        for (name, dose), same in found.items()
    ]


def _allergies(chart: Chart, *, negated: bool) -> list[_Item]:
    given = [a for a in chart.allergies if a.status in ACTIVE_ALLERGY | _STATED and a.negated is negated]
    doubt = frozenset({"", "confirmed"})
    return _items(
        given,
        lambda a: _with(
            a.term.text,
            a.verification if a.verification not in doubt else "",
            f"reaction: {a.reaction}" if a.reaction else "",
            gravity(a.criticality),
        ),
    )


def _results(chart: Chart) -> Iterator[Sentence]:
    flagged = [s for s in series(chart.results) if s.latest.flag in OUTSIDE]
    flagged.sort(key=lambda s: s.latest.date, reverse=True)
    for found in flagged[:_MOST_RESULTS]:
        yield _result(found)


def _result(found: Series) -> Sentence:
    latest, before = found.latest, found.before
    limits = latest.limits
    span = "" if latest.flag_by == "pack" else _range_words(limits.low, limits.high)
    if span and limits.unit and not same_unit(limits.unit, latest.unit):
        span = f"{span} {limits.unit}"
    mark = latest.flag.replace("-", ", ") + {"pack": " by the range of the house", "record": "", "": ""}.get(
        latest.flag_by, ""
    )
    # What may still change, and what has been, says so.
    standing = f", {latest.status}" if latest.status in _UNSETTLED else ""
    when = f" on {day(latest.date)}" if latest.date else ""
    text = f"{latest.term.text}: {_amount(latest)}{when} ({mark}{standing}{span})"
    resources: tuple[str, ...] = (latest.resource,)
    if before is not None:
        word = {"rising": "up from", "falling": "down from"}.get(found.direction or "", "unchanged since")
        text += f", {word} {_amount(before)} on {day(before.date)}"
        resources = tuple(dict.fromkeys((latest.resource, before.resource)))
    return Sentence(f"{text}.", resources, "results")


def _range_words(low: str, high: str) -> str:
    if low and high:
        return f"; range {low} to {high}"
    return f"; range from {low}" if low else f"; range to {high}" if high else ""


def _amount(result: Result) -> str:
    return f"{result.value} {result.unit}".strip()


def _latest(
    topic: str, title: str, given: Iterable[tuple[str, Encounter | Procedure | Immunization]]
) -> Iterator[Sentence]:
    """The last of what was done, each given with its date."""
    done = [
        (when, f)
        for when, f in given
        if f.term.text and (f.status in _DONE or (topic == "encounters" and f.status not in _TO_COME))
    ]
    done.sort(key=lambda pair: pair[0], reverse=True)
    items = [_Item(_with(f.term.text, f"on {day(when)}" if when else ""), (f.resource,)) for when, f in done[:_LATEST]]
    yield from _lists(topic, title, items)


def condensed(chart: Chart) -> Chart:
    """The chart with each note cut to the sentence that the narrative may quote: of the last few notes, where the record is
    notes and nothing else. The rest of a note is not for the summary, and what is not kept need not be veiled.
    """
    written = {note.resource for note in chart.notes}
    coded = any(fact.resource not in written for fact in facts(chart))
    latest = () if coded else sorted(chart.notes, key=lambda n: n.date, reverse=True)[:_LATEST]
    quoted = {id(note) for note in latest}
    return replace(chart, notes=tuple(replace(n, text=_judging(n) if id(n) in quoted else "") for n in chart.notes))


def _notes(chart: Chart) -> Iterator[Sentence]:
    """The first sentence under the headings that judge, word for word."""
    for note in sorted(chart.notes, key=lambda n: n.date, reverse=True):
        if note.text:
            title = f"{note.term.text[:1].upper()}{note.term.text[1:]}"
            yield Sentence(f"{title}: {note.text}", (note.resource,), "notes")


def _judging(note: Note) -> str:
    lines = note.text.splitlines()
    for at, line in enumerate(lines):
        heading, _, rest = line.strip(" #*").partition(":")
        if heading.strip(" *").lower() in _NOTE_HEADINGS:
            body = rest.strip() or next((later.strip(" -*") for later in lines[at + 1 :] if later.strip()), "")
            first = next(iter(sentences(body)), None)
            if first is not None:
                return first.text if first.text.endswith((".", "!", "?")) else f"{first.text}."
    return ""


# ---------------------------------------------------------------- verification


def facts_behind(chart: Chart, resources: Iterable[str]) -> list[Behind]:
    """The facts that the resources state, the person among them."""
    wanted = set(resources)
    found: list[Behind] = [chart.person] if chart.person.resource in wanted else []
    for section in (*SECTIONS, "denials"):
        found += [fact for fact in getattr(chart, section) if fact.resource in wanted]
    return found


def verify(text: str, behind: Sequence[Behind]) -> bool:
    """Whether every number of a sentence stands, digit for digit, in the facts that it cites, and it cites any."""
    said = " ".join(_spellings(behind))
    there = set(_NUMBER.findall(said)) | set(regex.findall(r"\d+(?:[.,]\d+)*", said))
    return bool(behind) and all(number in there for number in _NUMBER.findall(text))


def _spellings(behind: Iterable[Behind]) -> Iterator[str]:
    for fact in behind:
        for place in fields(fact):
            value = getattr(fact, place.name)
            if isinstance(value, str):
                yield day(value) if place.name in _DATES else value
        if not isinstance(fact, Person):
            yield fact.term.text
        if isinstance(fact, Result):
            yield f"{fact.limits.low} {fact.limits.high}"
