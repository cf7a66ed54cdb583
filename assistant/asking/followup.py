"""A follow-up question made whole from the question before it, by rules: "and in children?" says what it asks only there.

Everything after this step (checks, search, reader, writer) sees the whole question, so nothing is admitted that no check
has seen. Where no rule is sure, the question stays as typed. `bench/followups.py` measures what it does for retrieval.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from assistant.language.naming import ASPECTS, QUESTION_WORD, Run, runs
from assistant.language.shorthand import written_out
from assistant.language.words import words
from assistant.types import Turn

# The longest remainder of "and ...?" that is read as a phrase instead of as a question of its own, in words.
_PHRASE_WORDS: Final = 9
_OPENING: Final = re.compile(
    r"(?:and|but|or|also|so|then|ok(?:ay)?|what about|how about|same for|the same for|what of)\b[\s,:]*", re.I
)
_LINK: Final = re.compile(
    r"(?:in|for|with|without|during|after|before|on|at|by|under|over|from|if|when|while|as)\b", re.I
)
_BARE: Final = re.compile(
    r"(?:and |but )?(why|when|where|how|how long|how often|how much|how many)(?: so| then| not)?\s*\??$", re.I
)
_YES_NO: Final = re.compile(
    r"(?:is|are|was|were|do|does|did|can|could|should|shall|will|would|may|must|has|have)\b", re.I
)
_WH_AND_SUBJECT: Final = re.compile(
    r"(?:how|when|where|why|how (?:long|often|soon))\s+(?=(?:do|does|did|can|could|should|must|may|will|would)\s+(?:i|you|we|they|one|it|"
    r"the|an?|my|your|our)\b)",
    re.I,
)
# After these comes a verb.
_ASKED_OF_US: Final = re.compile(
    r"\b(?:do|does|did|can|could|should|must|may|will|would)\s+(?:i|you|we|they|one)\s+$", re.I
)
# "It" that stands for what was asked to be done: "Do you ship abroad?", "how much is it?"
_OF_DOING: Final = re.compile(
    r"\b(?:how much (?:is|does|will|would) it(?: cost| be)?|how long (?:does|will|would) it take|what does it cost|is it free)\s*\??$",
    re.I,
)
_DOING: Final = re.compile(
    r"\b(?:do|does|did|can|could|should|must|may|will|would)\s+(?:i|you|we|they|one)\s+(?P<done>[a-z]+(?:\s.*)?)$", re.I
)
# So many questions back a pointing word may reach, and so many things it may be taken to mean.
_TURNS_BACK: Final = 3
_MOST_CANDIDATES: Final = 5
# "It" that stands for nothing: "is it safe to", "does it matter", "it takes ... to".
_DUMMY: Final = re.compile(
    r"\bit (?:safe|possible|necessary|better|best|normal|common|true|ok|okay|advisable|important|dangerous|allowed|enough|"
    r"matter|mean|take|cost)\b.*\b(?:to|that|if|whether)\b|\bif it (?:is|were) (?:not )?(?:possible|necessary)",
    re.I,
)
_POINTS: Final = re.compile(
    r"\b(?:(?P<noun>(?:this|that|these|those|the same|such an?) (?:drug|medicine|medication|tablet|pill|disease|condition|"
    r"illness|disorder|syndrome|infection|symptom|treatment|therapy|test|procedure|vaccine|plan|order|product|device|item|"
    r"service|policy|account|subscription|one)s?)|(?P<own>its|their)|(?P<bare>it|they|them|this|these|those|that)"
    r"(?= (?:be|is|are|was|were|do|does|did|can|could|should|will|would|may|must|has|have|had|work|cost|take|last|help|cause|"
    r"mean|safe|dangerous|treated|used|taken|given|diagnosed|caused|prevented|called|with|in|for|during|after|before|to|and|"
    r"from|by|at|on|if|when|together|daily|twice|once|again|back|too)\b|\s*[?.,]|$))",
    re.I,
)
# Any word that points to a thing: what it means is then weighed by more than rules.
_BACK: Final = re.compile(r"\b(?:(?P<own>its|their)|it|they|them)\b", re.I)
# These stand for people: they are replaced by a name only. "Her" before a word owns it.
_PERSON: Final = re.compile(r"\b(?:(?P<owner>his|her)(?= [a-z])|he|she|him|her)\b", re.I)


_LINK_ANYWHERE: Final = re.compile(rf"\b{_LINK.pattern}", re.I)
_LINK_KINDS: Final = (
    frozenset({"in", "at", "on", "from", "under"}),
    frozenset({"during", "after", "before", "when", "while"}),
    frozenset({"with", "without"}),
)
# What stands before a phrase that only adds to the question, and before a noun that looks like a verb ("an order placed").
_ADJUNCT: Final = re.compile(
    r"\b(?:by|at|on|in|with|without|from|during|after|before|under)\s+(?:(?:an?|the|my|your)\s+)?$", re.I
)
_NOUN_BEFORE: Final = re.compile(
    r"\b(?:an?|the|my|your)\s+(?:\w+\s+)?(?:order|store|test|use|help|work|cause|return|cost|need)s?\s+$", re.I
)
_PARTICIPLE: Final = re.compile(r"\w+(?:ed|ing)")
_SAID: Final = re.compile(r"\w{2,}ed", re.I)
_SUBJECT: Final = re.compile(r"(?:who|what|which)\s+", re.I)
_ARTICLE: Final = re.compile(r"\b(?:an?|the|my|your|this|that)\s+$", re.I)
_DETERMINED: Final = re.compile(r"(?:an?|the|my|your|our|this|that|these|those|any|all|some|two|three|\d+)\s", re.I)
_AGREES: Final = re.compile(r"\b(?:is|are|was|were|does|do|has|have)\s+$", re.I)
_PLURAL_OF: Final = {"is": "are", "was": "were", "does": "do", "has": "have"}
_SINGULAR_OF: Final = {plural: singular for singular, plural in _PLURAL_OF.items()}


def resolve(question: str, history: Sequence[Turn]) -> str:
    """The question as it would be asked on its own; as typed where it needs nothing or no rule is sure.

    Only the latest turn is looked at: its question was made whole itself when it was asked.
    """
    return candidates(question, history[-1:])[0]


def candidates(question: str, history: Sequence[Turn]) -> tuple[str, ...]:
    """What a question may have been meant as, the likeliest by the rules first; one where there is no doubt.

    A word that points back ("it") may mean anything that the last few questions name: after "Is the kettle covered?" and "Do I need
    the receipt?", "how do I descale it" speaks of the kettle. Which of them the documents speak of is not for rules to say; see
    `asking.antecedent`.
    """
    typed = question.strip()
    asked = [written_out(turn.question.strip()).rstrip(" ?.!") for turn in reversed(history[-_TURNS_BACK:])]
    if not typed or not asked or not asked[0]:
        return (question,)
    if match := _BARE.match(typed):
        return (_asked_about(match.group(1), asked[0]) or question,)
    if phrase := _phrase(typed):
        return (_completed(phrase, asked[0]) or question,)
    return _meant(question, asked)


def _meant(question: str, asked: Sequence[str]) -> tuple[str, ...]:
    """The readings of a word that points back to something that the questions asked before, the latest first, name."""
    typed = question.strip()
    named = [_determined(before, run) for before in asked for run in _things(before)]
    # The latest question's topic is what the rules choose; what else was named is offered beside it.
    pointed = [_pointed(question, thing) for thing in named] or [question]
    if _OF_DOING.search(typed) and (done := _DOING.search(asked[0])):
        pointed.append(f"{typed.rstrip(' ?.!')} to {done['done']}?")
    # What stands before the pointing word in its own sentence is its likeliest meaning; not its only one ("the postage if I send it").
    pointed += [_pointed(question, thing, past_own=True) for thing in named]
    return tuple(dict.fromkeys(pointed))[:_MOST_CANDIDATES]


def _phrase(typed: str) -> str:
    """What a follow-up adds where it is a phrase only ("and in children?", "for adults?"); "" where it asks by itself."""
    if opening := _OPENING.match(typed):
        rest = typed[opening.end() :].rstrip(" ?.!")
        return rest if len(rest.split()) <= _PHRASE_WORDS and not QUESTION_WORD.match(rest) else ""
    links = _LINK.match(typed) and typed.endswith("?") and not _has_clause(typed)
    return typed.rstrip(" ?.!") if links else ""


def _things(before: str) -> list[Run]:
    """The things that a question names, without the verb of "do you ship to ..." that looks like one; `runs` leaves out one that has its
    thing behind it."""
    return [run for run in runs(before) if not _ASKED_OF_US.search(before[: run.start])]


def _determined(before: str, run: Run) -> str:
    """A thing as it is spoken of again: "the kettle" where it was "a kettle" or "my kettle"."""
    thing = _thing(before[run.start : run.end])
    return f"the {thing}" if _ARTICLE.search(before[: run.start]) else thing


def topic(question: str) -> str:
    """What a question is about: its first run of words that are neither function words, verbs nor asked aspects."""
    return _topic_text(question.strip().rstrip(" ?.!"))


def _has_clause(typed: str) -> bool:
    """Whether a phrase that begins like "for ..." goes on to ask something of its own."""
    return any(QUESTION_WORD.fullmatch(word.text) for word in words(typed)[1:]) or len(typed.split()) > _PHRASE_WORDS


def _asked_about(word: str, before: str) -> str:
    """ "Why?" after a question of yes or no asks why of the same, "how often?" after "how do I ..." how often of that; else ""."""
    begun = f"{word[0].upper()}{word[1:]}"
    if _YES_NO.match(before):
        return f"{begun} {before[0].lower()}{before[1:]}?"
    # "How do I descale it?", "how often?": another question word before the same verb and its subject.
    exchanged = _WH_AND_SUBJECT.match(before)
    return f"{begun} {before[exchanged.end() :]}?" if exchanged else ""


def _completed(rest: str, before: str) -> str:
    """The question before with the new phrase: in the place of its last phrase of that kind, of its topic, or added to it; ""
    where nothing is sure."""
    link = _LINK.match(rest)
    if link:
        return f"{before[: _same_kind(link.group().lower(), before)].rstrip()} {rest}?"
    named_runs = runs(before)
    about = before[named_runs[0].start : named_runs[0].end] if named_runs else ""
    named = [word.text.casefold() for word in words(rest)]
    if about and not runs(rest) and any(word in ASPECTS for word in named):
        aspect = re.sub(r"^(?:the|its|their|any)\s+", "", rest, flags=re.I)
        return f"What {'are' if aspect.endswith('s') else 'is'} the {aspect} of {about}?"
    return _exchanged(rest, before, named_runs[0]) if named_runs else f"{before} {rest}?"


def _same_kind(link: str, before: str) -> int:
    """Where the last phrase begins that the new one takes the place of; the end where none is of its kind."""
    kind = next((kind for kind in _LINK_KINDS if link in kind), frozenset({link}))
    last = max(_LINK_ANYWHERE.finditer(before), key=lambda match: match.start(), default=None)
    # "At risk" and "in charge" near the beginning are no places: only the last phrase is exchanged.
    if last is None or last.group().lower() not in kind or last.start() == 0:
        return len(before)
    return last.start() if len(before[last.end() :].split()) <= _PHRASE_WORDS else len(before)


def _exchanged(rest: str, before: str, run: Run) -> str:
    """The question with another thing for its topic, article and verb agreeing; "" where it is not sure what the topic is."""
    head = before[: run.start]
    article = _ARTICLE.search(head)
    if not _is_topic(head, before[run.start : run.end], has_article=article is not None):
        return ""
    thing = _thing(before[run.start : run.end])
    tail = before[run.start + len(thing) :]
    many = _is_many(rest)
    if article:
        head = head[: article.start()]
        rest = rest if many else _with_article(rest, article.group().strip().lower())
    if many != _is_many(thing):
        head = _AGREES.sub(lambda m: _as_written(m.group(), _PLURAL_OF if many else _SINGULAR_OF), head)
    return f"{head}{rest}{tail}?"


def _is_topic(head: str, run: str, *, has_article: bool) -> bool:
    """Whether a run of naming words is what the question is about, by what stands before it."""
    if _SUBJECT.fullmatch(head):  # "Who pays ...": what follows is a verb
        return False
    participle = _PARTICIPLE.fullmatch(words(run)[0].text.casefold()) and not has_article
    return not (_ADJUNCT.search(head) or _NOUN_BEFORE.search(head) or participle)


def _thing(run: str) -> str:
    """ "A laptop covered by ...": the thing ends where what is said of it begins."""
    said = next((word for word in words(run)[1:] if _SAID.fullmatch(word.text)), None)
    return run[: said.start if said is not None else len(run)].rstrip()


def _with_article(rest: str, article: str) -> str:
    if _DETERMINED.match(rest):
        return rest
    if article in ("a", "an"):
        article = "an" if rest[0].lower() in "aeiou" else "a"
    return f"{article} {rest}"


def _is_many(phrase: str) -> bool:
    last = phrase.split()[-1].casefold() if phrase.split() else ""
    return (
        last.endswith("s")
        and not last.endswith(("ss", "us", "is", "'s", "’s"))
        and not re.match(r"an?\s", phrase, re.I)
    )


def _as_written(word: str, table: Mapping[str, str]) -> str:
    other = table.get(word.strip().lower(), word.strip())
    return (other.capitalize() if word[:1].isupper() else other) + word[len(word.rstrip()) :]


def _pointed(question: str, about: str, *, past_own: bool = False) -> str:
    """The first pointing word that has nothing before it to point at, replaced by the topic; with `past_own` any."""
    if _DUMMY.search(question) or about.casefold().removeprefix("the ") in question.casefold():
        return question
    points = _BACK if past_own else _POINTS
    patterns = (points, _PERSON) if about[0].isupper() else (points,)
    for pattern in patterns:
        for match in pattern.finditer(question):
            if not past_own and any(run.end <= match.start() for run in runs(question)):
                return question
            owns = match.groupdict().get("own") or match.groupdict().get("owner")
            put = f"{about}'s" if owns else about
            return question[: match.start()] + put + question[match.end() :]
    return question


def _topic_text(question: str) -> str:
    found = runs(question)
    return question[found[0].start : found[0].end] if found else ""
