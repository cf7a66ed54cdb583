"""From a judgement to the quotes that are shown: for an answer, and beside an abstention."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.reading.compact import quote_at
from assistant.reading.judgement import Decided, Found, Nothing, Place
from assistant.reading.snippets import Snippet, Unit, answer_snippets, is_row, units
from assistant.types import Evidence


def answer_quotes(question: str, evidence: Sequence[Evidence], found: Found | Decided) -> list[Evidence]:
    """The evidence that answers, with the quotes to show in their order: the one that holds the answer first."""
    (item,) = (item for item in evidence if item.n == found.n)
    text, place = item.passage.text, found.place
    if isinstance(found, Decided):
        return [replace(item, quotes=(quote_at(item.passage, *place, found.sure),))]
    fits = _fitting(found, item.n)
    stretches = answer_snippets(question, text, *place, fits)
    first = text[stretches[0].start : stretches[0].end] if stretches else ""
    if is_row(first) and not fits(first):
        return []
    for other in found.beside:
        stretches += _unlike(stretches, [unit for unit in units(text) if _within(unit, other)], text, fits)
    quotes = tuple(quote_at(item.passage, *stretch, found.sure) for stretch in stretches)
    if not quotes:
        return []
    return [replace(item, quotes=quotes), *_tied(question, evidence, found)]


def _fitting(found: Found, n: int) -> Callable[[str], bool]:
    """Whether what a piece of evidence says is of the question's things and case."""
    return lambda said: (n, said) not in found.aside


def _tied(question: str, evidence: Sequence[Evidence], found: Found) -> list[Evidence]:
    """The other evidence of which the reader is as sure, each with the one stretch; not what is of another case."""
    by_number = {item.n: item for item in evidence}
    shown = []
    for n, place in found.ties:
        # A check may have taken it away since it was read.
        if (item := by_number.get(n)) is None:
            continue
        text = item.passage.text
        fits = _fitting(found, n)
        stretches = answer_snippets(question, text, *place, fits)
        if stretches and fits(text[stretches[0].start : stretches[0].end]):
            shown.append(replace(item, quotes=(quote_at(item.passage, *stretches[0], found.sure),)))
    return shown


def _unlike(shown: Sequence[Snippet], others: Sequence[Unit], text: str, fits: Callable[[str], bool]) -> list[Snippet]:
    """The sentences that are not shown yet and fit. Of rows and items one is chosen: two of them would be a choice for the asker."""
    return [
        Snippet(unit.start, unit.end)
        for unit in others
        if unit.kind == "sentence"
        and fits(text[unit.start : unit.end])
        and not any(unit.start < end and start < unit.end for start, end in shown)
    ]


def _within(unit: Unit, place: Place) -> bool:
    return unit.start < place.end and place.start < unit.end


def closest_quotes(question: str, evidence: Sequence[Evidence], nothing: Nothing) -> list[Evidence]:
    """The evidence with the one quote in each that an answer would most likely stand in; what was read comes first."""
    found = []
    for item in evidence:
        place = nothing.likely.get(item.n)
        stretches = answer_snippets(question, item.passage.text, *place) if place is not None else []
        best = max(item.quotes, key=lambda quote: quote.score)
        found.append(replace(item, quotes=(quote_at(item.passage, *stretches[0]) if stretches else best,)))
    return found
