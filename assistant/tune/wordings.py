"""How people put a question: with lay words, in fragments, politely, and of another group of people.

Applied alike to questions that the sources answer and to those that they do not, so that the form says nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final

from assistant.fairness.attributes import AttributeWords, compiled
from assistant.packs.lexicon import Lexicon
from assistant.packs.pack import Pack
from assistant.tune.fairness import Example, twins
from assistant.tune.reader_words import fragment, wrapped
from assistant.tune.rows import Style

# How many of the questions get a second wording of each style: enough to be learned, not so many that they outweigh the plain.
LAY_SHARE: Final = 0.5
FRAGMENT_SHARE: Final = 0.25


class Wordings:
    """The other wordings of a pack's questions; the same seed gives the same ones."""

    def __init__(self, pack: Pack, seed: int) -> None:
        self._lexicon: Lexicon = pack.lexicon
        self._attributes: AttributeWords = compiled(pack.lexicon)
        self._seed = seed

    def of(self, question: str, answer: str) -> Iterator[tuple[Style, str]]:
        """Style and question, none twice, the plain one not among them."""
        rng = random.Random(f"{self._seed}:{question}")  # noqa: S311 - a choice of words, no secret
        seen = {question}
        made = [
            (Style.LAY, self._lay(question, rng)),
            (Style.FRAGMENT, fragment(question, rng) if rng.random() < FRAGMENT_SHARE else question),
            *((Style.COUNTERFACTUAL, twin.second) for twin in twins(self._attributes, [Example(question, answer)])),
        ]
        for style, text in made:
            if text not in seen and len(text.split()) > 1:
                seen.add(text)
                yield style, text

    def _lay(self, question: str, rng: random.Random) -> str:
        """One term under its other name ("hypertension", "high blood pressure"), or a polite phrase round it."""
        if rng.random() >= LAY_SHARE:
            return question
        found = [
            (start, end, other)
            for term, start, end in self._lexicon.terms_in(question)
            for other in self._lexicon.expand(term)[:1]
        ]
        if not found:
            return wrapped(question, rng) if rng.random() < 0.4 else question
        start, end, other = rng.choice(found)
        return question[:start] + other + question[end:]
