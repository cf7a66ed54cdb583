"""From a judgement to the quotes that are shown: for an answer, and beside an abstention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.reading.compact import quote_at
from assistant.reading.judgement import Decided, Found, Nothing
from assistant.reading.snippets import answer_snippets
from assistant.types import Evidence


def answer_quotes(question: str, evidence: Sequence[Evidence], found: Found | Decided) -> list[Evidence]:
    """The evidence that answers, with the quotes to show in their order: the one that holds the answer first."""
    (item,) = (item for item in evidence if item.n == found.n)
    text, place = item.passage.text, found.place
    if isinstance(found, Decided):
        return [replace(item, quotes=(quote_at(item.passage, *place, found.sure),))]
    stretches = answer_snippets(question, text, *place, lambda said: (item.n, said) not in found.aside)
    quotes = tuple(quote_at(item.passage, *stretch, found.sure) for stretch in stretches)
    return [replace(item, quotes=quotes)] if quotes else []


def closest_quotes(question: str, evidence: Sequence[Evidence], nothing: Nothing) -> list[Evidence]:
    """The evidence with the one quote in each that an answer would most likely stand in; what was read comes first."""
    found = []
    for item in evidence:
        place = nothing.likely.get(item.n)
        stretches = answer_snippets(question, item.passage.text, *place) if place is not None else []
        best = max(item.quotes, key=lambda quote: quote.score)
        found.append(replace(item, quotes=(quote_at(item.passage, *stretches[0]) if stretches else best,)))
    return found
