"""Hashed features of a text: words, word pairs and letter groups, and for a sentence how it stands in its document."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from assistant.language.words import STOPWORDS, fold

BUCKETS: Final = 1 << 15
_TOKEN: Final = re.compile(r"[a-z']+|\d|[^\sa-z\d]")
_WORD: Final = re.compile(r"[a-z]{2,}")
# Longer texts are judged by their beginning and end: an instruction stands at a border more often than not.
_HEAD, _TAIL = 3000, 1500
_QUESTION: Final = frozenset(
    "what who whom whose which when where why how is are was were can could do does did will would should may shall".split()
)


def question_features(text: str) -> frozenset[int]:
    """The buckets that a whole question touches."""
    folded = fold(text)
    if len(folded) > _HEAD + _TAIL:
        folded = f"{folded[:_HEAD]} {folded[-_TAIL:]}"
    return frozenset(_hashed(_lexical(folded)))


def sentence_features(sentence: str, around: frozenset[str]) -> frozenset[int]:
    """The buckets that one sentence of a document touches; `around` are the content words of its neighbours."""
    folded = fold(sentence[:_HEAD])
    tokens = _TOKEN.findall(folded)
    first = tokens[0] if tokens else ""
    content = set(_WORD.findall(folded)) - STOPWORDS
    foreign = len(content - around) / len(content) if content else 0.0
    level = "most" if foreign >= 0.75 else "half" if foreign >= 0.4 else "few"
    form = "ask" if folded.rstrip().endswith("?") else "wh" if first in _QUESTION else "tell"
    frame = [
        f"F:{first}",
        f"F:{level}",
        f"F:{form}",
        f"F:{form}:{level}",
        f"F:{first}:{level}",
        f"F:n{min(len(tokens) // 6, 6)}",
    ]
    return frozenset(_hashed([*_lexical(folded), *frame]))


def content_words(text: str) -> set[str]:
    """The words of a text that carry meaning, folded."""
    return set(_WORD.findall(fold(text))) - STOPWORDS


def _lexical(folded: str) -> Iterable[str]:
    tokens = _TOKEN.findall(folded)
    yield from (f"1:{token}" for token in tokens)
    yield from (f"2:{one} {two}" for one, two in pairwise(tokens))
    yield from (f"s:{one} {three}" for one, three in zip(tokens, tokens[2:], strict=False))
    for word in set(_WORD.findall(folded)):
        padded = f"<{word}>"
        yield from (f"c:{padded[i : i + 4]}" for i in range(len(padded) - 3))


def _hashed(features: Iterable[str]) -> Iterable[int]:
    return (zlib.crc32(feature.encode("utf-8", "surrogatepass")) % BUCKETS for feature in features)
