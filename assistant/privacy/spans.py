"""Spans that overlap become spans that do not: nothing that any of them hid comes back into view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from assistant.types import Span

# Where two recognizers claim the same stretch with like scores, the more telling entity names it.
_WEAK_NAMES: Final = {
    "ID": 2,
    "PHONE_NUMBER": 1,
    "BANK_ACCOUNT_NUMBER": 1,
    "USERNAME": 1,
    "LICENSE_PLATE": 1,
    "PASSPORT": 1,
}
_JOINED: Final = " \t"

# The score of what the tagger alone found; a rule that found the same stretch names it.
TAGGED_SCORE: Final = 0.55


def resolve(text: str, spans: Sequence[Span]) -> list[Span]:
    """Sorted spans without overlap. Overlapping ones become their union, named by the best that covers most of it."""
    ordered = sorted(spans, key=lambda s: (s.start, -s.end))
    done: list[Span] = []
    cluster: list[Span] = []
    end = -1
    for span in ordered:
        if cluster and span.start >= end and not _continues(text, cluster, end, span):
            done.append(_union(cluster))
            cluster, end = [], -1
        cluster.append(span)
        end = max(end, span.end)
    if cluster:
        done.append(_union(cluster))
    return done


def _continues(text: str, cluster: Sequence[Span], end: int, span: Span) -> bool:
    """Two stretches of a person's name with a space between are one name."""
    between = text[end : span.start]
    return (
        span.entity == "PERSON"
        and cluster[-1].entity == "PERSON"
        and 0 < len(between) <= 2
        and not between.strip(_JOINED)
    )


def _union(cluster: Sequence[Span]) -> Span:
    start = cluster[0].start
    end = max(s.end for s in cluster)
    wide = [s for s in cluster if s.end - s.start >= 0.6 * (end - start)] or [
        max(cluster, key=lambda s: s.end - s.start)
    ]
    best = max(wide, key=lambda s: (round(s.score, 2) - 0.2 * _WEAK_NAMES.get(s.entity, 0), s.end - s.start))
    return Span(best.entity, start, end, max(s.score for s in wide))
