"""Words and stems with offsets, and what retrieval, reading and grounding count of them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

import Stemmer

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_MARK = re.compile(r"[^\w\s]|_")

STOPWORDS: Final = frozenset(
    "a about above after again all also am an and any are as at be because been before being below between both but by "
    "can could did do does doing down during each few for from further had has have having he her here hers him his how "
    "i if in into is it its itself just me more most my no nor not of off on once only or other our out over own per same "
    "she should so some such than that the their them then there these they this those through to too under until up very "
    "was we were what when where which while who whom whose why will with would you your yours please tell".split()
)

NEGATIONS: Final = frozenset(
    "no not never none neither nor cannot can't don't doesn't didn't isn't aren't wasn't weren't won't shouldn't mustn't "
    "without avoid avoided contraindicated stop except unless unable lack lacks lacking absence absent negative".split()
)


class Word(NamedTuple):
    """A word as written and where."""

    text: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """Words with offsets, in order; hyphenated and apostrophe words stay whole."""
    return [Word(m.group(), m.start(), m.end()) for m in _WORD.finditer(text)]


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english", 100_000)


def stem(word: str) -> str:
    """Snowball (Porter2) stem of the lower-cased, accent-free word."""
    return str(_stemmer().stemWord(fold(word)))


def fold(text: str) -> str:
    """Lower-case without accents and compatibility forms; length may change, so never use it for offsets."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).replace("’", "'")


def content_stems(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order, hyphenated words also by their parts."""
    stems: list[str] = []
    for word in words(text):
        parts = word.text.split("-") if "-" in word.text else [word.text]
        for part in parts:
            lowered = fold(part).removesuffix("'s")
            if lowered and lowered not in STOPWORDS:
                stems.append(stem(lowered))
    return stems


def is_negated(text: str) -> bool:
    """Whether the sentence denies, forbids or excludes something."""
    return any(fold(w.text) in NEGATIONS or fold(w.text).endswith("n't") for w in words(text))


def estimate_tokens(text: str) -> int:
    """Roughly how many subword tokens the text is: 1.3 a word and one per punctuation mark; exact counts need a tokenizer."""
    return int(len(_WORD.findall(text)) * 1.3 + len(_MARK.findall(text))) + 1
