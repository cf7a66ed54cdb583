"""A follow-up question made whole from the question before it, by rules: "and in children?" says what it asks only there.

Everything after this step (checks, search, reader, writer) sees the whole question, so nothing is admitted that no check
has seen. Where no rule is sure, the question stays as typed. `bench/followups.py` measures what it does for retrieval.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from assistant.language.words import STOPWORDS, words
from assistant.types import Turn

# The longest remainder of "and ...?" that is read as a phrase instead of as a question of its own, in words.
_PHRASE_WORDS: Final = 9
_OPENING: Final = re.compile(
    r"(?:and|but|or|also|so|then|ok(?:ay)?|what about|how about|same for|the same for|what of)\b[\s,:]*", re.I
)
_LINK: Final = re.compile(
    r"(?:in|for|with|without|during|after|before|on|at|by|under|over|from|if|when|while|as)\b", re.I
)
_QUESTION: Final = re.compile(
    r"(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|could|should|shall|will|would|may|"
    r"must|has|have|had|am)\b",
    re.I,
)
_BARE: Final = re.compile(
    r"(?:and |but )?(why|when|where|how|how long|how often|how much|how many)(?: so| then| not)?\s*\??$", re.I
)
_YES_NO: Final = re.compile(
    r"(?:is|are|was|were|do|does|did|can|could|should|shall|will|would|may|must|has|have)\b", re.I
)
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
# These stand for people: they are replaced by a name only. "Her" before a word owns it.
_PERSON: Final = re.compile(r"\b(?:(?P<owner>his|her)(?= [a-z])|he|she|him|her)\b", re.I)
# What is asked of a topic, never the topic itself.
_ASPECTS: Final = frozenset(
    "dose dosage amount side effect effects symptom symptoms sign signs treatment treatments cause causes risk risks price cost "
    "fee limit deadline difference use uses benefit benefits interaction interactions contraindication contraindications "
    "diagnosis prevention outlook prognosis complication complications frequency duration maximum minimum recommended usual "
    "normal daily type types kind kinds name meaning definition reason reasons steps step way ways information rule rules "
    "policy procedure process number time day days week weeks month months year years hour hours people patient patients "
    "person adult adults long much many often high low soon early late first best main common long-term starting range "
    "warranty period test tests exam exams stage stages rate chance starting target level levels".split()
)
_VERBS: Final = frozenset(
    "work works take takes taken taking use used using treat treats treated treating cause caused causing happen happens get "
    "gets getting need needs needed help helps give given giving apply applies return returned returning cancel cancelled "
    "cancelling canceled pay paid paying cost costs contact affect affects prevent prevented preventing start started stop "
    "stopped last lasts mean means know tell call called make made making show diagnose diagnosed inherit inherited find found "
    "see look like feel feels go goes come comes increase increases reduce reduces lower lowers raise check checked measure "
    "measured change changes changed become becomes avoid recommend eat drink live born go done become send sent bought buy "
    "order ordered store stored keep kept replace replaced begin began say said safe allowed "
    "differ differs compare bring leave happened wait".split()
)
_NUMBERED: Final = frozenset("type stage grade level class phase group".split())
_PRONOUNS: Final = frozenset(
    "it its they them their this that these those he she him her his hers one ones there here same both".split()
)


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring words that name something, with their place in the question."""

    start: int
    end: int


def resolve(question: str, history: Sequence[Turn]) -> str:
    """The question as it would be asked on its own; as typed where it needs nothing or no rule is sure.

    Only the latest turn is looked at: its question was made whole itself when it was asked.
    """
    typed = question.strip()
    if not history or not typed:
        return question
    before = history[-1].question.strip()
    bare = before.rstrip(" ?.!")
    if not bare:
        return question
    if match := _BARE.match(typed):
        return _asked_about(match.group(1), bare) or question
    opening = _OPENING.match(typed)
    rest = typed[opening.end() :].rstrip(" ?.!") if opening else ""
    if opening and rest and not _QUESTION.match(rest) and len(rest.split()) <= _PHRASE_WORDS:
        return _completed(rest, bare)
    if not opening and _LINK.match(typed) and typed.endswith("?") and not _has_clause(typed):
        return _completed(typed.rstrip(" ?.!"), bare)
    topic = _topic_text(bare)
    return _pointed(question, topic) if topic else question


def topic(question: str) -> str:
    """What a question is about: its first run of words that are neither function words, verbs nor asked aspects."""
    return _topic_text(question.strip().rstrip(" ?.!"))


def naming_words(text: str) -> list[str]:
    """The runs of words that name something: neither function words nor verbs nor what is usually asked of a topic."""
    return [text[run.start : run.end] for run in _runs(text)]


def _has_clause(typed: str) -> bool:
    """Whether a phrase that begins like "for ..." goes on to ask something of its own."""
    return any(_QUESTION.fullmatch(word.text) for word in words(typed)[1:]) or len(typed.split()) > _PHRASE_WORDS


def _asked_about(word: str, before: str) -> str:
    """ "Why?" after a question of yes or no asks why of the same; after others nothing is sure."""
    return f"{word[0].upper()}{word[1:]} {before[0].lower()}{before[1:]}?" if _YES_NO.match(before) else ""


def _completed(rest: str, before: str) -> str:
    """The question before with the new phrase: in the place of one that begins alike, of the topic, or added to it."""
    link = _LINK.match(rest)
    if link:
        same = list(re.finditer(rf"\b{re.escape(link.group())}\b", before, re.I))
        if same and same[-1].start() > 0 and len(before[same[-1].end() :].split()) <= _PHRASE_WORDS:
            return f"{before[: same[-1].start()]}{rest}?"
        return f"{before} {rest}?"
    about = _topic_text(before)
    named = [word.text.casefold() for word in words(rest)]
    if about and not _runs(rest) and any(word in _ASPECTS for word in named):
        aspect = re.sub(r"^(?:the|its|their|any)\s+", "", rest, flags=re.I)
        return f"What {'are' if aspect.endswith('s') else 'is'} the {aspect} of {about}?"
    if not about:
        return f"{before} {rest}?"
    article = re.search(rf"\b(?:an?|the)\s+{re.escape(about)}", before, re.I)
    if article and re.match(r"(?:an?|the|my|your|our)\s", rest, re.I):
        about = article.group()
    return f"{before.replace(about, rest, 1)}?"


def _pointed(question: str, about: str) -> str:
    """The first pointing word that has nothing before it to point at, replaced by the topic."""
    if _DUMMY.search(question) or about.casefold() in question.casefold():
        return question
    patterns = (_POINTS, _PERSON) if about[0].isupper() else (_POINTS,)
    for pattern in patterns:
        for match in pattern.finditer(question):
            if any(run.end <= match.start() for run in _runs(question)):
                return question
            owns = match.groupdict().get("own") or match.groupdict().get("owner")
            put = f"{about}'s" if owns else about
            return question[: match.start()] + put + question[match.end() :]
    return question


def _topic_text(question: str) -> str:
    runs = _runs(question)
    return question[runs[0].start : runs[0].end] if runs else ""


def _runs(text: str) -> list[_Run]:
    """Runs of naming words; numbers and words that are only part of a run ("type 2 diabetes") stay in it."""
    runs: list[_Run] = []
    last = None
    for word in words(text):
        plain = word.text.casefold()
        # "Type" is asked of a topic, "type 2" is part of one.
        numbered = plain in _NUMBERED and re.match(r"\s+(?:\d|[IVX]+\b|[A-Z]\d?\b)", text[word.end :]) is not None
        names = numbered or not (
            plain in STOPWORDS
            or plain in _ASPECTS
            or plain in _VERBS
            or plain in _PRONOUNS
            or _QUESTION.fullmatch(plain)
        )
        if names and last is not None and not text[last.end : word.start].strip(" -/'’"):
            runs[-1] = _Run(runs[-1].start, word.end)
        elif names:
            runs.append(_Run(word.start, word.end))
        last = word if names else None
    return [run for run in runs if any(c.isalpha() for c in text[run.start : run.end])]
