"""What a question is about, and whether a passage is of a document on that: another disease's leaflet is not an answer.

Overview questions ("What are the symptoms of anaemia?", "How is asthma treated?", "What is a stent?") name one subject and ask
a broad aspect of it. Leaflets on other subjects mention it too, in sentences that read like answers; so for these the
subject must stand in the title or the heading, not only in the text. `bench/calibrate_topic.py` has the figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from assistant.language.naming import naming_words
from assistant.language.words import content_stems
from assistant.types import Passage

_BROAD: Final = (
    r"(?:(?:common|early|main|possible|typical|usual|known|available|different|long-term|major|first|genetic|risk)\s+)*"
    r"(?:symptoms?|signs?(?: and symptoms)?|treatments?|therap(?:y|ies)|causes?|outlook|prognosis|complications?|risks?|risk factors?|"
    r"factors|stages?|types?|kinds?|changes?|diagnosis|prevention|definition|meaning|purpose|tests?|exams? and tests?|benefits?|"
    r"side effects?)"
)
_OVERVIEW: Final = tuple(
    re.compile(pattern + r"\W*$", re.I)
    for pattern in (
        rf"(?:what|which) (?:is|are|were|was) (?:the )?{_BROAD}(?: related)? (?:of|for|in|to) (?P<subject>.+)",
        r"what (?:causes|triggers|is known about|can help with) (?P<subject>.+)",
        r"who (?:is|are) at risk (?:for|of) (?P<subject>.+)",
        r"who (?:gets|develops|suffers from) (?P<subject>.+)",
        r"how (?:to|do (?:you|i|doctors)|can (?:you|i|one|doctors)) (?:diagnose|prevent|treat|recognize|recognise|manage) (?P<subject>.+)",
        r"how (?:is|are) (?P<subject>.+?) (?:diagnosed|treated|prevented|inherited|caused|managed|transmitted|recognized|recognised)",
        r"(?:is|are) (?P<subject>.+?) (?:inherited|contagious|hereditary|curable)",
        r"how (?:many people are affected by|common is|common are) (?P<subject>.+)",
        r"what (?:to do for|research (?:\(.*?\) )?is being done (?:for|on)|should i know about) (?P<subject>.+)",
        r"(?:do you have (?:any )?)?(?:information|anything) (?:about|on) (?P<subject>.+)",
        # A bare definition names one thing; with a preposition it asks for a detail ("What is the fee for late returns?").
        r"what (?:is|are) (?:an? |the )?(?P<subject>(?:(?!\b(?:of|for|in|on|at|with|after|before|during|when|if|to|by|from|per)\b).)+)",
    )
)


def topic_of(question: str) -> str:
    """The one subject of an overview question; empty for questions that ask a detail."""
    asked = " ".join(question.split())
    for pattern in _OVERVIEW:
        if match := pattern.match(asked):
            return match["subject"] if naming_words(match["subject"]) else ""
    return ""


def topic_share(subject: str, passage: Passage, rarity: Mapping[str, float], others: Iterable[str] = ()) -> float:
    """The share, 0 to 1, of the subject's naming words that stand in the passage's title or heading.

    Each word counts by its rarity (1 where unknown), so that "syndrome" alone names no syndrome. `others` are other names of
    the subject: one that stands there whole is as good as the subject itself.
    """
    held = set(content_stems(f"{passage.title} {passage.heading}"))
    if any(stems and held.issuperset(stems) for stems in map(content_stems, others)):
        return 1.0
    wanted = set(content_stems(" ".join(naming_words(subject))))
    weights = {stem: rarity.get(stem, 1.0) for stem in wanted}
    total = sum(weights.values())
    return sum(weights[stem] for stem in wanted & held) / total if total else 1.0
