"""Citations: which quoted sentences stand behind a released one, and that each of them really stands in its source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.language.words import content_stems
from assistant.policy.edits import VeiledPassage
from assistant.types import Citation, Evidence, Passage, Quote

# Besides the best quote of an evidence, another is cited when it alone holds this many of the sentence's content words.
_SECOND_QUOTE = 2


def cite(evidence: Evidence, quote: Quote, score: float | None = None) -> Citation:
    """The citation of one quote, its offsets led back to the stored document where a context check rewrote the text."""
    passage = evidence.passage
    start, end = place(passage, quote) or (quote.start, quote.end)
    if isinstance(passage, VeiledPassage):
        start, end = passage.origin(start, end)
    locator = passage.locator or passage.heading
    return Citation(
        evidence.n,
        passage.document_id,
        passage.title,
        locator,
        quote.text,
        start,
        end,
        quote.score if score is None else score,
        passage.heading,
    )


def supporting(sentence: str, evidence: Evidence, score: float | None = None) -> list[Citation]:
    """Citations of the quotes that share most content words with the sentence: the best, and one that adds to it."""
    wanted = set(content_stems(sentence))
    held = [(len(wanted & set(content_stems(quote.text))), quote) for quote in evidence.quotes]
    if not held:
        return []
    best = max(held, key=lambda pair: (pair[0], pair[1].score))[1]
    covered = set(content_stems(best.text))
    rest = [(len((wanted - covered) & set(content_stems(quote.text))), quote) for quote in evidence.quotes]
    added = max(rest, key=lambda pair: (pair[0], pair[1].score))
    chosen = [best, added[1]] if added[0] >= _SECOND_QUOTE else [best]
    return [cite(evidence, quote, score) for quote in sorted(chosen, key=lambda quote: quote.start)]


def stands(citation: Citation, evidence: Sequence[Evidence]) -> bool:
    """Whether the quote is found, letter by letter, at its place in the evidence of its number."""
    return any(
        quote.text == citation.quote
        and place(item.passage, quote) is not None
        and cite(item, quote).start == citation.start
        for item in evidence
        if item.n == citation.n and item.passage.document_id == citation.document_id
        for quote in item.quotes
    )


def place(passage: Passage, quote: Quote) -> tuple[int, int] | None:
    """Where the quote stands in the passage, counted from the passage's start; None where it does not stand there.

    Offsets are believed only where the letters are the same. In a rewritten passage a quote is looked for, since whoever
    cut it out may not have known its place.
    """
    begin = quote.start - passage.start
    if begin >= 0 and passage.text[begin : begin + len(quote.text)] == quote.text:
        found = begin
    elif isinstance(passage, VeiledPassage) and quote.text:
        found = passage.text.find(quote.text)
    else:
        found = -1
    return (passage.start + found, passage.start + found + len(quote.text)) if found >= 0 else None


def merged(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """Each citation once, in the order of their first use."""
    return tuple(dict.fromkeys(citations))
