"""Which words of a question name something: neither function words, nor verbs, nor what is usually asked of a topic."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from assistant.language.words import STOPWORDS, Word, words

QUESTION_WORD: Final = re.compile(
    r"(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|could|should|shall|will|would|may|"
    r"must|has|have|had|am)\b",
    re.I,
)
# What is asked of a topic, never the topic itself.
ASPECTS: Final = frozenset(
    "dose dosage amount side effect effects symptom symptoms sign signs treatment treatments cause causes risk risks price cost "
    "fee limit deadline difference use uses benefit benefits interaction interactions contraindication contraindications "
    "diagnosis prevention outlook prognosis complication complications frequency duration maximum minimum recommended usual "
    "normal daily type types kind kinds name meaning definition reason reasons steps step way ways information rule rules "
    "policy procedure process number time day days week weeks month months year years hour hours people patient patients "
    "person adult adults long much many often high low soon early late first best main common long-term starting range "
    "least most fast quick quickly exactly actually usually "
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
    "spend spent differ differs compare bring leave happened wait".split()
)
_NUMBERED: Final = frozenset("type stage grade level class phase group".split())
_NUMBER_AFTER: Final = re.compile(r"\s+(?:\d|[IVX]+\b|[A-Z]\d?\b)")
_PRONOUNS: Final = frozenset(
    "it its they them their this that these those he she him her his hers one ones there here same both".split()
)
# What follows whoever does something is what they do: "do you sell", "how do you first notice".
_DOER: Final = re.compile(
    r"\b(?:i|you|we|they|he|she|one|someone|anyone|people)\s+(?:(?:first|usually|also|ever|still|actually)\s+)?$", re.I
)


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring words that name something, with their place in the question."""

    start: int
    end: int


def naming_words(text: str) -> list[str]:
    """The runs of words that name something: neither function words nor verbs nor what is usually asked of a topic."""
    return [text[run.start : run.end] for run in runs(text)]


def runs(text: str) -> list[Run]:
    """Runs of naming words; numbers and words that are only part of a run ("type 2 diabetes") stay in it."""
    found: list[Run] = []
    last = None
    for word in words(text):
        names = _names(text, word)
        if names and last is not None and not text[last.end : word.start].strip(" -/'’"):
            found[-1] = Run(found[-1].start, word.end)
        elif names:
            found.append(Run(word.start, word.end))
        last = word if names else None
    return [_without_deed(text, run) for run in found if any(c.isalpha() for c in text[run.start : run.end])]


def _without_deed(text: str, run: Run) -> Run:
    """The run without the verb before what is done something to: "how do you first notice ataxia" names ataxia."""
    inside = words(text[run.start : run.end])
    deed = len(inside) > 1 and _DOER.search(text, 0, run.start)
    return Run(run.start + inside[1].start, run.end) if deed else run


def _names(text: str, word: Word) -> bool:
    """Whether a word names something. "Type" is asked of a topic, "type 2" is part of one."""
    plain = word.text.casefold()
    if plain in _NUMBERED and _NUMBER_AFTER.match(text, word.end):
        return True
    asks = plain in STOPWORDS or plain in ASPECTS or plain in _VERBS or plain in _PRONOUNS
    return not asks and not QUESTION_WORD.fullmatch(plain)
