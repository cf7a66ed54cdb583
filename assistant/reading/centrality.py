"""The central sentences of a text: those closest to all others, without saying a thing twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assistant.language.sentences import sentences
from assistant.types import Quote

if TYPE_CHECKING:
    from assistant.protocols import Embedder

# Maximal marginal relevance (Carbonell and Goldstein, 1998): 0.7 for being central against 0.3 for not repeating.
_RELEVANCE: Final = 0.7
# Longer documents are thinned evenly before embedding; a summary of five sentences does not need the ten-thousandth.
_MOST: Final = 200
_SHORTEST_WORDS: Final = 4


def central_sentences(text: str, embedder: Embedder, *, limit: int) -> list[Quote]:
    """At most `limit` sentences in reading order, scored by their cosine to the document's mean vector.

    Headings and fragments under four words are left out. Offsets are into `text`.
    """
    found = [s for s in sentences(text) if len(s.text.split()) >= _SHORTEST_WORDS and not s.text.startswith(("#", "|"))]
    if not found:
        return []
    step = max(1, -(-len(found) // _MOST))
    pool = found[::step]
    vectors = embedder.query([s.text for s in pool])
    centre = vectors.mean(axis=0)
    relevance = vectors @ centre
    chosen: list[int] = []
    while len(chosen) < min(limit, len(pool)):
        repeats = (vectors @ vectors[chosen].T).max(axis=1) if chosen else 0.0 * relevance
        gain = _RELEVANCE * relevance - (1 - _RELEVANCE) * repeats
        gain[chosen] = -2.0
        chosen.append(int(gain.argmax()))
    return [Quote(pool[i].text, pool[i].start, pool[i].end, float(relevance[i])) for i in sorted(chosen)]
