"""A double question in its halves, so that each is answered or said to be unanswered: no one sentence answers both."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from assistant.asking.followup import resolve
from assistant.language.naming import runs
from assistant.language.sentences import sentences
from assistant.language.words import content_stems
from assistant.types import Turn

_MOST: Final = 3
_LEAST_WORDS: Final = 3
_WH: Final = r"(?:what|which|who|whom|whose|when|where|why|how)\b"
# A verb that begins a question has its subject behind it; "and is not answered" goes on with the clause before.
_VERB: Final = (
    r"(?:is|are|was|were|do|does|did|can|could|should|shall|will|would|may|must|has|have)\s+"
    r"(?:i|you|we|they|he|she|it|one|there|the|an?|my|our|your|their|his|her|its|this|that|these|those|any|all)\b"
)
_AND: Final = re.compile(rf",?\s+and\s+(?:also\s+)?(?=(?:(?:in|for|at|by|to|from) )?(?:{_WH}|{_VERB}))", re.I)
_STOP: Final = re.compile(r"(?<=[.!])\s+")
_ASKS: Final = re.compile(rf"(?:and\s+|but\s+|so\s+)?(?:(?:in|for|at|by|to|from) )?(?:{_WH}|{_VERB})", re.I)


def decompose(question: str) -> tuple[str, ...]:
    """The questions in a question, each on its own feet; one for all that are not double.

    What is told before the questions ("The handle is broken.") goes with each. A half that points back is made whole from the
    one before it.
    """
    told: list[str] = []
    asked: list[str] = []
    # In a hurry nobody types the mark nor a capital: without any mark, what begins as a question is one.
    marked = "?" in question
    for sentence in (one.text for one in sentences(question)) if marked else _STOP.split(question.strip()):
        if sentence.endswith("?") or (not marked and _ASKS.match(sentence)):
            asked += _parted(sentence)
        else:
            told.append(sentence)
    if not 1 < len(asked) <= _MOST or not all(map(_stands, asked)):
        return (question,)
    whole: list[str] = []
    for half in asked:
        before = (Turn(whole[-1], ""),) if whole else ()
        resolved = resolve(half, before)
        # "For how many days at least?" names nothing: it is asked of what the half before it names.
        whole.append(resolved if not whole or runs(resolved) else f"{whole[-1]} {resolved}")
    return tuple(" ".join([*told, half]) for half in whole)


def halves(question: str) -> tuple[tuple[str, str], ...]:
    """The questions in a double question, each behind the one before it ("" for the first); none for a question that is not double."""
    parts = decompose(question)
    return tuple(pairwise(("", *parts))) if len(parts) > 1 else ()


def _parted(question: str) -> list[str]:
    parts = _AND.split(question.rstrip("?. "))
    if len(parts) == 1 or not all(_stands(part) for part in parts):
        return [question]
    return [f"{part[0].upper()}{part[1:].rstrip(' ,')}?" for part in parts]


def _stands(part: str) -> bool:
    """Whether a part asks something of its own: a question word or a verb, and something to ask of."""
    return bool(_ASKS.match(part)) and len(part.split()) >= _LEAST_WORDS and bool(content_stems(part))
