"""Abuse, threats, sexual harassment and incitement to self-harm in the words that would be shown.

Patterns, not single words: a clinical text speaks of suicide, rape, drugs and body parts without being abusive. Single
words count only where they have no clinical or everyday sense. Quoted sources pass through here too.
"""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from assistant.language.words import fold
from assistant.policy.tools import Tools
from assistant.protocols import Outcome, Subject

Term = Annotated[str, Field(min_length=2, max_length=80)]

_INSULT = (
    r"(?:idiots?|morons?|imbeciles?|scumbags?|losers?|dumbass(?:es)?|jackass(?:es)?|assholes?|arseholes?|bastards?|"
    r"bitch(?:es)?|cunts?|twats?|wankers?|dickheads?|pricks?|retards?|freaks?|pigs?|trash|garbage|worthless|pathetic|"
    r"stupid|disgusting|crazy|insane|fat|ugly|lazy)"
)
# Family -> pattern. Each is bounded, so that matching time grows with the length of the text only.
_PATTERNS: Final[dict[str, re.Pattern[str]]] = {
    "insult": re.compile(
        rf"\b(?:you(?:'re| are)|u r|they(?:'re| are) all|(?:those|these|such) people are)\s+"
        rf"(?:\w+\s+){{0,3}}?(?:an?\s+|all\s+|such an?\s+|nothing but an?\s+)?(?:\w+\s+){{0,1}}?{_INSULT}\b"
        rf"|\byou\s+(?:\w+\s+)?{_INSULT}\b(?=\s*(?:[.!?,]|$))|\b(?:what an?|such an?)\s+(?:idiot|moron|imbecile|loser)\b"
    ),
    "profanity": re.compile(
        r"\b(?:f+u+c+k+(?:ing|ed|er|ers|s|off)?|motherf\w+|bullshit|shit(?:ty|head)?|asshole|arsehole|cunt|wanker|dickhead)\b"
    ),
    "threat": re.compile(
        r"\b(?:i(?:'ll| will| am going to|'m going to)|we(?:'ll| will| are going to))\s+(?:\w+\s+){0,2}?"
        r"(?:kill|hurt|beat|stab|shoot|rape|strangle|murder|destroy|find and hurt)\s+(?:you|them|him|her|your)\b"
        r"|\byou(?:'ll| will| are going to)?\s+(?:deserve to|should|must|will)\s+(?:die|suffer|burn in hell)\b"
    ),
    "self-harm": re.compile(
        r"\b(?:go (?:and )?)?(?:kill|hang|cut|drown) yourself\b|\byou (?:should|could|might as well|ought to) "
        r"(?:just )?(?:kill yourself|end (?:it all|your life)|commit suicide)\b|\bthe world (?:would be|is) better without you\b"
        r"|\bno ?body (?:would|will) miss you\b"
    ),
    "sexual": re.compile(
        r"\b(?:suck my|send (?:me )?nudes|show me your (?:tits|breasts|body|naked)|i want to (?:fuck|screw|bang) (?:you|her|him))\b"
    ),
    "dehumanizing": re.compile(
        r"\b(?:exterminate|wipe out|get rid of|gas) (?:all )?(?:of )?(?:them|those people|these people|the \w+s)\b"
        r"|\b(?:subhumans?|vermin|parasites on society)\b"
    ),
}
# "Get rid of the mites", "vermin control": what follows is a thing, and the family is about people.
_HARMLESS: Final = re.compile(
    r"\bget rid of (?:them|the \w+s)\b(?=[^.]{0,80}\b(?:bacteria|germs|lice|mites|worms|pests|toxins|cells|warts|stones|"
    r"symptoms|items|boxes|stains|bugs|fleas|ticks|hiccups|products|parts|returns|duplicates|cookies|files)\b)"
    r"|\bget rid of the (?:bacteria|germs|lice|mites|worms|pests|toxins|cells|warts|stones|symptoms|items|boxes|stains|bugs|"
    r"fleas|ticks|hiccups|products|viruses|infections|wastes?|cookies|files|duplicates|tumou?rs|cancers|scars|hairs|spots|"
    r"rashes|parasites|blemishes|fats|odou?rs)\b|\bvermin (?:control|infestation|bites?)\b|\bgas (?:the )?(?:tanks?|cars?)\b"
)
_DISGUISE: Final = str.maketrans({"@": "a", "$": "s", "1": "i", "!": "i", "0": "o", "3": "e", "*": ""})


class Params(BaseModel):
    """`allow` switches families off, `extra` adds words or phrases of the house that must never be shown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    allow: frozenset[str] = frozenset()
    extra: tuple[Term, ...] = ()


def check(params: Params, subject: Subject, tools: Tools) -> Outcome:  # noqa: ARG001 - one signature for all checks
    """Fails where a family of abusive language matches; the reason names the family, never the words."""
    plain = " ".join(fold(subject.text).split())
    text = _HARMLESS.sub(" ", plain)
    # Letters are often swapped for signs to slip past a list; a clinical text has such words only as codes and amounts.
    spellings = (text, re.sub(r"(?<=[a-z])[@$1!03*]+(?=[a-z])", lambda m: m.group().translate(_DISGUISE), text))
    for family, pattern in _PATTERNS.items():
        if family not in params.allow and any(pattern.search(spelling) for spelling in spellings):
            return Outcome(False, f"abusive language ({family})", score=1.0)
    if any(re.search(rf"(?<!\w){re.escape(fold(term))}(?!\w)", text) for term in params.extra):
        return Outcome(False, "a phrase that the policy forbids", score=1.0)
    return Outcome(True, "no abusive language", score=0.0)
