"""The short prompt: the reader found the answer, the model only says it in a sentence.

A 135M-parameter model given source and question writes something right in half of the cases; given question and short
answer it does in most, in a third of the time, because the prompt is a tenth as long (bench/prompts.py has the figures).
It is asked only where the short answer is of the kind that the question wants, and its sentence may then say
nothing that the source does not: on 400 dev questions of SQuAD 2.0 that were released, sentences phrased from any
span were right in 47% where the quotes were in 66%, because the span was the wrong part of the right sentence. The quotes
follow the sentence in any case, so that what it rests on is read with it. Whether it is true is still grounding's to say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from assistant.language.quantities import quantities
from assistant.language.words import content_stems
from assistant.protocols import Prompt

_SYSTEM: Final = "You write one full sentence."
_TEMPLATE: Final = "Question: {question}\nShort answer: {answer}\nFull sentence:"
_EXAMPLES: Final = (
    ("How long does a parcel take?", "three to five days", "A parcel takes three to five days."),
    ("Who leads the eye clinic?", "Dr Jane Poole", "Dr Jane Poole leads the eye clinic."),
    ("When was the old bridge closed?", "in March 2011", "The old bridge was closed in March 2011."),
    (
        "What should staff do after a fall?",
        "check for head injury",
        "After a fall, staff should check for head injury.",
    ),
    (
        "Why is the lamp sold without a plug?",
        "local rules differ",
        "The lamp is sold without a plug because local rules differ.",
    ),
    ("How much ibuprofen may an adult take a day?", "1,200 mg", "An adult may take 1,200 mg of ibuprofen a day."),
)
# Longer spans are sentences already: they are quoted, not phrased.
MAX_WORDS: Final = 12
# The least share of its content words that must come in the source's order.
MIN_ORDER: Final = 0.6

_TIME: Final = re.compile(
    r"\b(?:1\d|20)\d\d\b|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|monday|"
    r"tuesday|wednesday|thursday|friday|saturday|sunday|century|seconds?|minutes?|hours?|days?|weeks?|months?|years?|daily|weekly|"
    r"monthly|noon|midnight|today|tomorrow)\b|\b\d{1,2}(?::\d\d)?\s?[ap]\.?m\b",
    re.I,
)
_SPAN_OF_TIME: Final = re.compile(
    r"\b(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centur(?:y|ies))\b", re.I
)
_NAME: Final = re.compile(r"(?:(?:the|a|an|of|and|de|van|von|di|dr\.?|mrs?\.?|ms\.?)\s+|[A-Z][\w'’.-]*\s*,?\s*){1,6}")
_AT: Final = re.compile(r"(?:in|at|on|near|from|by|between|behind|under|to|inside|outside)\s", re.I)
_QUANTITY: Final = re.compile(
    r"\bhow (?:much|many)\b|\b(?:what|which) (?:is |was |are )?(?:the )?(?:\w+ ){0,3}(?:dose|dosage|percentage|price|cost|fee|number|"
    r"amount|temperature|population|limit)\b",
    re.I,
)


def _kinds_fit(question: str, answer: str) -> bool:
    """Whether the answer is of the kind that the question's words ask for; no where they name no kind."""
    if re.search(r"\bhow (?:long|often)\b", question, re.I):
        return bool(_SPAN_OF_TIME.search(answer)) and not re.search(r"\b(?:1\d|20)\d\d\b", answer)
    if re.search(r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|time)\b", question, re.I):
        return bool(_TIME.search(answer))
    if _QUANTITY.search(question):
        return bool(quantities(answer))
    if re.search(r"\bwhom?\b", question, re.I):
        return bool(_NAME.fullmatch(answer)) and any(c.isupper() for c in answer)
    if re.search(r"\bwhere\b", question, re.I):
        return bool(_AT.match(answer))
    return False


def phrasing(question: str, answer: str) -> Prompt | None:
    """The prompt that turns a question and its short answer into a sentence; None where the answer is not short or not of
    the kind that is asked for."""
    flat = " ".join(answer.split())
    if not flat or len(flat.split()) > MAX_WORDS or not _kinds_fit(question, flat):
        return None
    examples = tuple((_TEMPLATE.format(question=q, answer=a), sentence) for q, a, sentence in _EXAMPLES)
    # Plain replacement, once each: braces in a question are never read as places.
    user = _TEMPLATE.replace("{question}", " ".join(question.split()), 1).replace("{answer}", flat, 1)
    return Prompt(_SYSTEM, user, examples)


def faithful(sentence: str, answer: str, source: str, around: str = "") -> bool:
    """Whether a phrased sentence holds the short answer and otherwise says only what one source sentence says.

    All its content words stand there or in the title and heading `around` it: a question's false premise is not repeated.
    Most of them come in the source's order, so that who did what to whom is not turned about. A number keeps the word that
    bounds it ("over two million" must not become "two million").
    """
    said, there = content_stems(sentence), content_stems(source)
    if not said or not set(content_stems(answer)) <= set(said):
        return False
    if not set(said) <= {*there, *content_stems(around)} or set(said) <= set(content_stems(around)):
        return False
    if _common(said, there) < MIN_ORDER * len(said):
        return False
    place = source.casefold().find(" ".join(answer.split()).casefold())
    before = source[max(0, place - 24) : place].casefold() if place >= 0 else ""
    bound = _BOUND.search(before)
    return bound is None or bound.group(1) in sentence.casefold()


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Length of the longest common subsequence (Hirschberg 1975)."""
    row = [0] * (len(other) + 1)
    for left in one:
        above, row = row, [0]
        for place, right in enumerate(other):
            row.append(above[place] + 1 if left == right else max(above[place + 1], row[-1]))
    return row[-1]


_BOUND: Final = re.compile(
    r"\b(over|under|about|around|nearly|almost|up to|at least|at most|more than|less than|fewer than|only|not|below|above|until|"
    r"before|after|from|since|between)\s+(?:the\s+|a\s+)?$"
)
