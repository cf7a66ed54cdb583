"""What bounds a number: "up to", "at least", "under", "over", "about", before it or behind it."""

from __future__ import annotations

import re
from typing import Final

_NEAR: Final = 56  # characters before a number in which its bound is looked for
_FILL = (
    r"(?:(?:an?|the|about|of|is|are|be|total|dose|doses|daily|single|by|to|age|ages|aged|temperature|rate|value|level|"
    r"approximately|around|roughly|it|should)\s+){0,5}"
)
# In this order: "not more than" is no "more than".
_BEFORE: Final = tuple(
    (bound, re.compile(rf"(?:{words})\s*{_FILL}$", re.IGNORECASE))
    for bound, words in (
        (
            "<=",
            r"\bup to|\bat (?:the )?most|\bno (?:more|greater|higher|later|longer|older) than|"
            r"\bnot (?:to )?(?:be )?(?:more|greater|higher|longer|later|older) than|"
            r"\bn[o']t\s+(?:to\s+)?(?:exceed|take more than|give more than|be more than)|\bcannot exceed|\bnever exceed|"
            r"\bmaximum|\bmax\.?|\bwithin|≤|<\s?=|\bnot above|\bnot over|\ba limit of",
        ),
        (
            ">=",
            r"\bat (?:the )?least|\bno (?:less|fewer|lower|younger|earlier) than|"
            r"\bnot (?:to )?(?:be )?(?:less|fewer|lower|below|younger) than|"
            r"\bminimum|\bmin\.|≥|>\s?=|\bas little as|\bnot below|\bnot under",
        ),
        ("<", r"\b(?:less|fewer|lower|smaller|younger|shorter|sooner|earlier) than|\bunder|\bbelow|<"),
        (">", r"\b(?:more|greater|higher|larger|older|longer|later) than|\bover|\babove|\bexceed(?:s|ing)?|\bbeyond|>"),
        ("~", r"\babout|\bapproximately|\bapprox\.?|\baround|\broughly|\bnearly|\balmost|\bcirca|\bca\.|~|≈"),
    )
)
_AFTER: Final = tuple(
    (bound, re.compile(rf"\s*(?:of age\s+|old\s+)?(?:{words})\b", re.IGNORECASE))
    for bound, words in (
        (
            "<=",
            r"or (?:less|fewer|below|under|younger|lower|earlier|shorter)|and (?:below|under|younger|less)|"
            r"at (?:the )?most|max(?:imum)?",
        ),
        (
            ">=",
            r"or (?:more|above|over|older|higher|greater|later|longer)|and (?:above|over|older|more|upwards?|higher)|"
            r"minimum|at least",
        ),
    )
)


# Most numbers have no bound: one look for any of its words spares the others.
_ANY: Final = re.compile(
    r"than|up to|most|least|exceed|max|min|within|not|limit|little|under|below|over|above|beyond|about|approx|around|roughly|nearly|"
    r"almost|circa|ca\.|[≤≥<>~≈]",
    re.IGNORECASE,
)
_BEHIND: Final = re.compile(r"\s*(?:of age\s|old\s|or\s|and\s|at\s|m)", re.IGNORECASE)


def bound_at(text: str, start: int, end: int) -> str:
    """The bound on the number from `start` to `end`: "<=", ">=", "<", ">", "~" (about), or "" for none."""
    if _BEHIND.match(text, end):
        for bound, pattern in _AFTER:
            if pattern.match(text, end):
                return bound
    before = text[max(0, start - _NEAR) : start]
    if not _ANY.search(before):
        return ""
    return next((bound for bound, pattern in _BEFORE if pattern.search(before)), "")
