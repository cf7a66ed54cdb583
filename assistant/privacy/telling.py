"""Which originals say by themselves whose they are, so that they are looked for wherever something is shown.

What is redacted is more than that: a town, a short number, a word that only the tagger takes for a name. In their own text they
are hidden; looked for in every other text they would hide the words of people who have nothing to do with them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from assistant.privacy.name_shapes import is_ordinary, parts_of
from assistant.privacy.spans import TAGGED_SCORE
from assistant.privacy.words import looks_clinical, not_names

# Of a town there are many people, of an age and an organisation too.
_OF_MANY: Final = frozenset({"LOCATION", "ORGANIZATION", "AGE"})
# A shorter number alone is a dose, a price, a room or a year.
_LEAST_DIGITS: Final = 5


def is_telling_of(words: str, entity: str, score: float, allow: Callable[[str], bool]) -> bool:
    """Whether an original is surely somebody's. `score`: of the finding; `allow`: whether a phrase is the pack's vocabulary.

    What a rule or a field says is believed but for towns, numbers of a few digits and the pack's own terms. What the tagger
    alone says is believed where it has a capital or a digit and holds more than ordinary words and terms of the pack.
    """
    if entity in _OF_MANY or allow(words) or _is_short_number(words):
        return False
    if score > TAGGED_SCORE:
        return True
    numbered = any(c.isdigit() for c in words)
    # In a street without a number live as many as in a town ("Larch Avenue"), or it is none ("Repair centre").
    if not numbered and (words.islower() or entity == "ADDRESS"):
        return False
    return not all(_is_known(part, allow) for part in parts_of(words))


def _is_short_number(words: str) -> bool:
    letters, digits = any(c.isalpha() for c in words), sum(c.isdigit() for c in words)
    return not letters and digits < _LEAST_DIGITS


def _is_known(part: str, allow: Callable[[str], bool]) -> bool:
    bare = part.strip(".,;:'’()")
    if bare.isdigit():
        return len(bare) < _LEAST_DIGITS
    return not bare or allow(bare) or is_ordinary(bare) or looks_clinical(bare) or bare.lower() in not_names()
