"""How well each word of a question is met by a text: word-by-word cosines of MiniLM token vectors, and what is missing.

A passage that looks near and yet does not answer lacks something small that the question names. So the least supported
word of the question tells more than the mean: the same idea as the maximum-similarity operator of Khattab and Zaharia
2020 (ColBERT), with the minimum kept beside the sum.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from assistant.language.sentences import sentences
from assistant.language.words import STOPWORDS, stem
from assistant.models.bert import Bert, Floats

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Doubles = npt.NDArray[np.float64]

_NAME = re.compile(r"(?<!^)\b[A-Z][\w'-]+")
_DIGITS = re.compile(r"\d[\d,.]*\d|\d")
_MARKERS: Final = ("when", "year", "who", "where", "how many", "how", "why", "what", "n't", " not ", "which")
_SPREAD: Final = ("mean", "least", "second", "third", "weighted", "soft_least")
NAMES: Final = (
    *(f"text_{name}" for name in _SPREAD),
    *(f"sentence_{name}" for name in _SPREAD),
    *("stems_text", "stems_sentence", "stems_text_weighted", "stems_sentence_weighted"),
    *("content_words", "stems_absent_text", "stems_absent_sentence"),
    *("cosine_sentence", "cosine_best", "sentence_gap", "cosine_text", "cosine_mean", "sentence_count"),
    *("names_absent", "names", "numbers_absent", "numbers", "number_found"),
    *(f"asks_{marker.strip()}" for marker in _MARKERS),
)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text: unit vectors (words, hidden), text, character offset, rarity, and the mean unit vector.

    Rarity is the log of the highest vocabulary number among a word's pieces: the vocabulary is ordered by frequency.
    """

    vectors: Floats
    texts: tuple[str, ...]
    offsets: npt.NDArray[np.int64]
    rarity: Doubles
    pooled: Floats


def words(texts: list[str], bert: Bert, tokenizer: Tokenizer) -> list[Words]:
    """Encode texts in one batch, each by itself, and gather word pieces to words."""
    encoded = [tokenizer.encode(text) for text in texts]
    longest = max(len(e.ids) for e in encoded)
    ids, mask = np.zeros((len(texts), longest), np.int64), np.zeros((len(texts), longest), np.int64)
    for row, e in enumerate(encoded):
        ids[row, : len(e.ids)] = e.ids
        mask[row, : len(e.ids)] = 1
    hidden = bert.forward(ids, mask)
    found = []
    for row, (text, e) in enumerate(zip(texts, encoded, strict=True)):
        pieces: dict[int, list[int]] = {}
        for position, word in enumerate(e.word_ids):
            if word is not None:
                pieces.setdefault(word, []).append(position)
        groups = list(pieces.values())
        vectors = np.zeros((len(groups), hidden.shape[2]), np.float32)
        for index, group in enumerate(groups):
            vectors[index] = hidden[row, group].mean(axis=0)
        found.append(
            Words(
                vectors=unit(vectors),
                texts=tuple(text[e.offsets[group[0]][0] : e.offsets[group[-1]][1]] for group in groups),
                offsets=np.array([e.offsets[group[0]][0] for group in groups], np.int64),
                rarity=np.array([np.log(max(e.ids[p] for p in group) + 1) for group in groups], np.float64),
                pooled=unit(hidden[row, : len(e.ids)].mean(axis=0)[None])[0],
            )
        )
    return found


def alignment(question: str, text: str, asked: Words, given: Words) -> Doubles:
    """The signals, in the order of NAMES, for a question and a text whose words were encoded by `words`."""
    if not asked.texts or not given.texts:
        return np.zeros(len(NAMES), np.float64)
    kept = content(asked)
    rarity = asked.rarity[kept]
    similar = (asked.vectors[kept] @ given.vectors.T).astype(np.float64)
    stems = [stem(w.lower()) for w, keep in zip(asked.texts, kept, strict=True) if keep]
    have = [stem(w.lower()) for w in given.texts]
    here = np.array([float(s in set(have)) for s in stems])
    parts = _sentences(text, asked, given, similar, stems, have)
    _, best, there, cosine = parts[0]
    cosines = [part[3] for part in parts]
    return np.array(
        [
            *_spread(similar.max(axis=1), rarity),
            *_spread(best, rarity),
            here.mean(),
            there.mean(),
            (here * rarity).sum() / rarity.sum(),
            (there * rarity).sum() / rarity.sum(),
            len(rarity),
            (1 - here).sum(),
            (1 - there).sum(),
            cosine,
            max(cosines),
            parts[0][0] - parts[1][0] if len(parts) > 1 else 0.0,
            float(asked.pooled @ given.pooled),
            float(np.mean(cosines)),
            len(parts),
            *_absent(question, text),
            *(float(marker in question.lower()) for marker in _MARKERS),
        ]
    )


def content(asked: Words) -> npt.NDArray[np.bool_]:
    """Which words of the question carry its content; all where none does."""
    found = np.array([bool(re.search(r"\w", w)) and w.lower() not in STOPWORDS for w in asked.texts])
    return found if found.any() else np.ones(len(found), bool)


def _sentences(
    text: str, asked: Words, given: Words, similar: Doubles, stems: list[str], have: list[str]
) -> list[tuple[float, Doubles, Doubles, float]]:
    """Sentences, best first: score, best cosine a question word, stems found, cosine of the sentence's mean."""
    found = []
    for sentence in sentences(text):
        inside = np.flatnonzero((given.offsets >= sentence.start) & (given.offsets < sentence.end))
        if not inside.size:
            continue
        best = similar[:, inside].max(axis=1)
        bag = {have[i] for i in inside.tolist()}
        there = np.array([float(s in bag) for s in stems])
        pooled = unit(given.vectors[inside].mean(axis=0)[None])[0]
        found.append((float(best.mean() + 0.3 * there.mean()), best, there, float(pooled @ asked.pooled)))
    return sorted(found, key=lambda part: -part[0]) or [(0.0, similar.max(axis=1), np.zeros(len(stems)), 0.0)]


def _spread(best: Doubles, rarity: Doubles) -> list[float]:
    """Mean, least, second and third least, rarity-weighted mean and a smooth minimum of the best cosines."""
    order = np.sort(best)
    last = len(order) - 1
    soft = float(np.log(np.exp(-8.0 * best).mean()))
    weighted = float((best * rarity).sum() / rarity.sum())
    return [float(best.mean()), *(float(order[min(i, last)]) for i in range(3)), weighted, soft]


def _absent(question: str, text: str) -> list[float]:
    """Names and numbers of the question: absent from the text, in all; and whether any number is found."""
    lower = text.lower()
    names = [m.group().lower() for m in _NAME.finditer(question)]
    numbers = _DIGITS.findall(question)
    return [
        float(sum(name not in lower for name in names)),
        float(len(names)),
        float(sum(number not in text for number in numbers)),
        float(len(numbers)),
        float(any(number in text for number in numbers)),
    ]


def unit(vectors: Floats) -> Floats:
    """Rows scaled to length 1."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Floats = (vectors / np.maximum(length, 1e-9)).astype(np.float32)
    return scaled
