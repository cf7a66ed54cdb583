"""A passage by its best sentence: what a question asks seldom is what its whole passage is about.

The vector of a passage is a mean over all that it says; a question in lay words comes near one sentence of it and far from
the mean. So a candidate's cosine is that of the passage beside that of its nearest sentence, read under its heading.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from assistant.language.sentences import sentences

if TYPE_CHECKING:
    from assistant.protocols import Embedder

Vectors = npt.NDArray[np.float32]

VERSION: Final = 1
"""Changed with what gets a vector: a vault's documents are then taken in again."""
# Share of the nearest sentence (or the passage, where that is nearer) in a candidate's cosine. Chosen on written questions of documents
# that the reader is trained on, beside 0.5 and 1 (`bench/sentence_vectors.py`); on documents held apart the answering passage comes first
# for 0.63 instead of 0.52 of the questions, and among eight for 0.87 instead of 0.77.
SENTENCE_SHARE: Final = 0.7


def sentences_of(title: str, heading: str, text: str) -> list[str]:
    """What is embedded for the sentences of a passage: each under its heading (else the title), which seldom is said again."""
    above = heading.strip() or title.strip()
    return [f"{above}: {sentence.text}" if above else sentence.text for sentence in sentences(text)]


def grouped(split: Sequence[Sequence[str]], embedder: Embedder) -> list[Vectors]:
    """The unit vectors (n x d) of each group of sentences, embedded together; an empty group has none."""
    flat = [sentence for group in split for sentence in group]
    if not flat:
        return [np.zeros((0, 0), np.float32) for _ in split]
    ends = np.cumsum([len(group) for group in split], dtype=np.int64)
    return list(np.split(embedder.passages(flat), ends[:-1]))


def blended(cosine: float, nearest: float) -> float:
    """The cosine of a candidate from those of the passage and of its nearest sentence."""
    return (1 - SENTENCE_SHARE) * cosine + SENTENCE_SHARE * max(cosine, nearest)


def nearest(vector: Vectors, groups: Sequence[Vectors]) -> list[float]:
    """The best cosine of a unit vector to the unit vectors (n x d) of each group; -1 for an empty group."""
    return [float((group @ vector).max()) if len(group) else -1.0 for group in groups]
