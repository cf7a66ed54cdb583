"""Questions as people put them: fragments, a situation before the question, typing errors, no capitals, polite wrapping.

Rules of our own; applied alike to answerable and not answerable rows, so that the form of a question says nothing.
"""

from __future__ import annotations

import random
import re
from typing import Final

from assistant.tune.reader_synonyms import reworded as other_words
from assistant.tune.reader_synonyms import synonyms

_OPENING: Final = re.compile(
    r"^(?:(?:in|at|on|for|to|by|with|from)\s+)?(what|which|who|whom|whose|when|where|why|how)\b\s*"
    r"(?:(is|are|was|were|do|does|did|can|could|should|will|would|has|have|had)\b\s*)?(?:(the|a|an|there|you|i)\b\s*)?",
    re.IGNORECASE,
)
_YES_NO: Final = re.compile(
    r"^(?:is|are|was|were|do|does|did|can|could|should|will|would|has|have)\s+(?:the\s+|there\s+|i\s+|you\s+|we\s+)?",
    re.IGNORECASE,
)
_KEPT: Final = {"when": ("when", "time", ""), "where": ("where", ""), "who": ("who", ""), "why": ("why", "reason"),
                "how": ("how", "how"), "what": ("", "", "what")}  # fmt: skip
_WHO: Final = (
    "My mother", "My father", "My neighbour", "A colleague", "Our new trainee", "A patient of ours", "My daughter",
    "The customer", "My wife", "My husband", "An older man", "A visitor", "My grandson", "The lady at bed 4",
)  # fmt: skip
_STATE: Final = (
    "is {n} years old", "weighs {n} kg", "was discharged on Tuesday", "has had this since last week", "takes two tablets a day",
    "ordered it {n} days ago", "came in this morning", "lives alone", "is new here", "has asthma", "lost the receipt",
    "moved in {n} weeks ago", "is pregnant", "has kidney trouble", "paid by card", "is not sure about this", "read about it",
    "called twice already", "started on Monday", "feels fine otherwise",
)  # fmt: skip
_SELF: Final = (
    "I am {n} and on holiday.", "I bought it {n} days ago.", "I am new on this ward.", "We have a visitor today.",
    "I could not find it in the handbook.", "I only have a few minutes.", "It broke after {n} weeks.",
    "I have been waiting for {n} days.", "My order number is A{n}7.", "I asked the front desk already.",
    "Sorry if this was asked before.", "It is late and nobody answers the phone.", "I am asking for a friend.",
)  # fmt: skip
_WRAPS: Final = (
    "Can you tell me {q}", "Hi, {q}", "Hello! {Q}", "please tell me {q}", "quick question: {q}", "{Q} Thanks!",
    "I would like to know {q}", "do you know {q}", "{Q} Please answer soon.", "I was wondering {q}",
)  # fmt: skip


_SHORT: Final = tuple(
    (re.compile(rf"\b{long}\b", re.IGNORECASE), short)
    for long, short in (
        ("you", "u"), ("are", "r"), ("please", "pls"), ("your", "ur"), ("because", "cos"), ("before", "b4"), ("without", "w/o"),
        ("with", "w/"), ("do not", "dont"), ("does not", "doesnt"), ("did not", "didnt"), ("can not|cannot", "cant"),
        ("i am", "im"), ("i have", "ive"), ("what is", "whats"), ("where is", "wheres"), ("when is", "whens"), ("want to", "wanna"),
        ("going to", "gonna"), ("have to", "gotta"), ("and", "n"), ("people", "ppl"), ("minutes", "mins"), ("hours", "hrs"),
        ("years", "yrs"), ("weeks", "wks"), ("should", "shud"), ("patient", "pt"), ("number", "no."), ("information", "info"),
    )
)  # fmt: skip
_CALLS: Final = ("hey", "hi", "so", "um", "ok so", "hello,", "hiya", "question:", "sorry but", "just wondering")


def fragment(question: str, rng: random.Random) -> str:
    """The question without its asking words: "dose adrenaline adult?"."""
    bare = question.strip().rstrip("?. ")
    match = _OPENING.match(bare)
    if match:
        kept = rng.choice(_KEPT.get(match.group(1).lower(), ("",)))
        rest = bare[match.end() :]
        bare = f"{kept} {rest}".strip() if len(rest.split()) > 1 else bare
    else:
        bare = _YES_NO.sub("", bare)
    if rng.random() < 0.4:
        bare = re.sub(r"\b(?:the|a|an|of|is|are|was|were|to|did|does)\s+", "", bare)
    return bare + rng.choice(("?", "", "??", ""))


def typo(question: str, rng: random.Random) -> str:
    """One or two typing errors in longer words."""
    for _ in range(rng.choice((1, 1, 2))):
        spots = list(re.finditer(r"[A-Za-z]{5,}", question))
        if not spots:
            break
        spot = rng.choice(spots)
        word = spot.group()
        at = rng.randint(1, len(word) - 2)
        new = rng.choice(
            (
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                word[:at] + word[at + 1 :],
                word[:at] + word[at] + word[at:],
                word[:at] + rng.choice("aeiorstn") + word[at + 1 :],
            )
        )
        question = question[: spot.start()] + new + question[spot.end() :]
    return question


def situation(rng: random.Random) -> str:
    """A sentence that a question may come with."""
    number = str(rng.choice((3, 5, 7, 12, 19, 24, 34, 45, 58, 67, 71, 83)))
    if rng.random() < 0.5:
        return rng.choice(_SELF).format(n=number)
    return f"{rng.choice(_WHO)} {rng.choice(_STATE)}.".format(n=number)


def wrapped(question: str, rng: random.Random) -> str:
    """The question with a polite phrase round it."""
    lower = question[:1].lower() + question[1:]
    return rng.choice(_WRAPS).format(q=lower, Q=question)


def texted(question: str, rng: random.Random) -> str:
    """The question as typed on a telephone: "can u pls tell me whats the dose"."""
    for pattern, short in _SHORT:
        if rng.random() < 0.7:
            question = pattern.sub(short, question)
    if rng.random() < 0.3:
        question = f"{rng.choice(_CALLS)} {question}"
    if rng.random() < 0.2:
        question = question.rstrip("? ") + rng.choice((" asap", " pls", " thx", "???", " ??", " please?"))
    return question


def joined(question: str, rng: random.Random) -> str:
    """A situation and the question in one breath: "i bought it 5 days ago, can it go back"."""
    said = situation(rng).rstrip(".")
    lower = question[:1].lower() + question[1:]
    return rng.choice(
        (f"{said}, {lower}", f"{said} - {lower}", f"{said} so {lower}", f"{question.rstrip('? ')}, {said}")
    )


def reworded(question: str, rng: random.Random, share: float = 0.5) -> str:
    """The question in another form for a `share` of calls, else as it is."""
    if rng.random() >= share:
        return question
    if rng.random() < 0.45:
        question = other_words(question, rng, synonyms())
    kind = rng.random()
    if kind < 0.25:
        question = fragment(question, rng)
    elif kind < 0.36:
        question = joined(question, rng)
    elif kind < 0.50:
        question = f"{situation(rng)} {question}"
    elif kind < 0.62:
        question = wrapped(question, rng)
    elif kind < 0.72:
        question = f"{question} {situation(rng)}"
    if rng.random() < 0.2:
        question = texted(question, rng)
    if rng.random() < 0.25:
        question = typo(question, rng)
    if rng.random() < 0.45:
        question = question.lower()
    if rng.random() < 0.3:
        question = question.rstrip("?").rstrip()
    return question
