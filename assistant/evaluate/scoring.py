"""The scorer of answers, apart from everything that the gate uses to judge: simple enough to audit by eye.

A released answer is *right* when one of the gold answers stands in it (after lower-casing and dropping punctuation and
articles, as the SQuAD evaluation does) and it is short enough that standing in it means something.
"""

from __future__ import annotations

import random
import re
import string
from collections.abc import Sequence
from typing import Final

MAX_WORDS: Final = 80
_ARTICLES: Final = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION: Final = str.maketrans(dict.fromkeys(string.punctuation + "–—“”‘’•", " "))
_WORD: Final = re.compile(r"[^\W_]+")
_MARK: Final = re.compile(r"\s*\[\d{1,3}\]")


def without_marks(answer: str) -> str:
    """The answer without its citation marks ("[1]"), which are neither words nor numbers of it."""
    return _MARK.sub("", answer)


def normalize(text: str) -> str:
    """Lower case, no punctuation, no articles, single spaces (SQuAD evaluation script, Rajpurkar et al. 2016)."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def decided(answer: str) -> str:
    """ "yes" or "no" where the answer opens with that word, else ""."""
    first = normalize(without_marks(answer)).partition(" ")[0]
    return first if first in ("yes", "no") else ""


def is_right(answer: str, golds: Sequence[str]) -> bool:
    """Whether a gold answer stands, at word borders, in an answer of at most 80 words.

    Where the gold answers are yes, no or maybe, the answer must open with the same decision: a "no" inside a quoted
    sentence decides nothing.
    """
    said = without_marks(answer)
    if len(said.split()) > MAX_WORDS:
        return False
    if golds and all(normalize(gold) in ("yes", "no", "maybe") for gold in golds):
        return decided(said) in {normalize(gold) for gold in golds} - {"maybe"}
    held = f" {normalize(said)} "
    return any(f" {normalize(gold)} " in held for gold in golds if normalize(gold))


def is_supported(sentence: str, quotes: Sequence[str]) -> bool:
    """Whether a sentence rests on its quotes: verbatim in one, or at least 80% of its words and all of its numbers in them."""
    plain = normalize(sentence)
    if plain and any(plain in normalize(quote) for quote in quotes):
        return True
    held = set(_WORD.findall(" ".join(quotes).lower()))
    said = _WORD.findall(sentence.lower())
    numbers = {word for word in said if any(c.isdigit() for c in word)}
    return bool(said) and numbers <= held and sum(word in held for word in said) >= 0.8 * len(said)


def interval(values: Sequence[float], *, seed: int = 0, rounds: int = 1000) -> tuple[float, float]:
    """95% percentile bootstrap interval of the mean; (0, 0) without values."""
    if not values:
        return 0.0, 0.0
    rng = random.Random(seed)  # noqa: S311 - resampling, not secrecy
    means = sorted(sum(rng.choices(values, k=len(values))) / len(values) for _ in range(rounds))
    return means[int(0.025 * rounds)], means[int(0.975 * rounds) - 1]
