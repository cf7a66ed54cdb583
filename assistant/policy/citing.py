"""Citations: which quoted sentences stand behind a released one, and that each of them really stands in its source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.policy.edits import VeiledPassage
from assistant.text import content_stems
from assistant.types import Citation, Evidence, Quote

# Besides the best quote of an evidence, another is cited when it alone holds this many of the sentence's content words.
_SECOND_QUOTE = 2


def cite(evidence: Evidence, quote: Quote, score: float | None = None) -> Citation:
    """The citation of one quote, its offsets led back to the stored document where a context check rewrote the text."""
    passage = evidence.passage
    start, end = quote.start, quote.end
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
        cite(item, quote).start == citation.start and quote.text == citation.quote and _verbatim(item, quote)
        for item in evidence
        if item.n == citation.n and item.passage.document_id == citation.document_id
        for quote in item.quotes
    )


def _verbatim(evidence: Evidence, quote: Quote) -> bool:
    passage = evidence.passage
    return passage.text[quote.start - passage.start : quote.end - passage.start] == quote.text


def merged(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """Each citation once, in the order of their first use."""
    return tuple(dict.fromkeys(citations))
