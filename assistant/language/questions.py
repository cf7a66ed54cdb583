"""Which part of a question asks, and what of it says nothing."""

from __future__ import annotations

import re
from collections.abc import Collection

from assistant.language.words import content_stems

_CLAUSE = re.compile(r"(?<=[:;.!?])\s+")


def asking_clause(text: str, hidden: Collection[str]) -> str:
    """The part of a question that asks, where identifiers stand only in the rest; else the whole.

    "My patient NAME, MRN 123: what is the target?" asks "what is the target?". Identifiers would pull the search towards
    whatever notes hold others of their kind. Where the part that asks points back to the rest ("... was damaged. When must it
    be reported?"), the rest stays without its identifiers.
    """
    if not hidden:
        return text
    clauses = [c for c in _CLAUSE.split(text) if "?" in c and not any(word and word in c for word in hidden)]
    asking = " ".join(clauses)
    if len(content_stems(asking)) < 2:
        return text
    return _without(text, hidden) if _BACK.search(asking) else asking


_BACK = re.compile(r"\b(?:it|its|they|them|their|this|these|those)\b", re.I)
_EMPTY = re.compile(r"^[\s,;:.]+|\([\s,;:]*\)|[\s,;:]+(?=[,;:.?!)])")


def _without(text: str, hidden: Collection[str]) -> str:
    """The clauses without some of the words and the punctuation around them; those of which little is left are left out."""
    kept = []
    for clause in _CLAUSE.split(text):
        bare = clause
        for word in sorted(filter(None, hidden), key=len, reverse=True):
            bare = bare.replace(word, "")
        if bare != clause:
            bare = _EMPTY.sub("", _EMPTY.sub("", bare))
        if bare == clause or len(set(content_stems(bare)) - _ANYBODYS_STEMS) >= 2:
            kept.append(" ".join(bare.split()))
    return " ".join(kept)


_ANYBODYS_STEMS = frozenset(content_stems("customer patient person client user visitor"))
_ANYBODY = re.compile(
    r"(?:\s+(?:of|for|to|by)|(?P<verb>\s+(?:costs?|gives?|charged?|pays?)))"
    r"\s+(?:(?:an?|any|every|each) (?:customer|patient|person|client|user|visitor)|someone|somebody|anyone|anybody|people)\b"
    r"(?!'|’|\s+(?:with|without|who|whose|whom|that|which|on|in|aged|over|under|at|after|before|from|taking|having|to|and|or)\b)",
    re.I,
)


def without_anybody(text: str) -> str:
    """The question without a phrase for a person of whom nothing is said ("for a patient"): it bears on no passage and pulls
    search and reader towards sentences about people. The text as it is where too little would be left to ask."""
    left = _ANYBODY.sub(lambda match: match["verb"] or "", text)
    return left if len(content_stems(left)) >= 2 else text


_INVERTED = re.compile(
    r"\b(?:is|are|was|were|do|does|did|can|could|should|shall|will|would|may|must|has|have)(?:n't)?\s+"
    r"(?:i|you|we|they|he|she|it|one|there|the|an?|any|my|our|your|their|his|her|this|that|these|those)\b",
    re.I,
)
_ASKS_WHAT = re.compile(r"\b(?:what|which|who|whom|whose|when|where|why|how)\b", re.I)


def asks_whether(text: str) -> bool:
    """Whether a question asks if something is so, by the verb before its subject ("can the cuff go there"), and not what is."""
    return bool(_INVERTED.search(text)) and not _ASKS_WHAT.search(text)
