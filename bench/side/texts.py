"""What the comparisons work on: the shipped sample collections and seeded texts; nothing needs a download."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np

from assistant.packs.pack import load_pack
from assistant.retrieval.chunk import chunk, embedded
from assistant.types import Chunk, Document

NAMES = ("Grace Whitcombe", "Tomas Lindgren", "Amara Osei", "Yusuf Demir", "Ingrid Halvorsen", "Pedro Alvarado")
QUESTIONS = (
    "When should warfarin be stopped before an operation?",
    "What is the maximum daily dose of paracetamol in adults?",
    "What is the target blood pressure in diabetes?",
    "How is hyperkalaemia treated?",
)


@cache
def documents() -> tuple[Document, ...]:
    """The healthcare pack's own documents, as they are read."""
    from assistant.readers import read_file

    return tuple(document for own in load_pack("healthcare").documents for document in read_file(own.path))


@cache
def passages() -> tuple[str, ...]:
    """Their passages as they are embedded."""
    return tuple(
        embedded(document.title, part.heading, part.text) for document in documents() for part in chunk(document)
    )


def notes(count: int) -> list[str]:
    """Passages with people, numbers and dates put in, as a ward writes them."""
    found = []
    for number, text in enumerate(passages()[:count]):
        name = NAMES[number % len(NAMES)]
        head = f"Patient {name}, MRN {48_213_000 + 7 * number}, born {1 + number % 28:02}/04/1961, phone 555-01{number % 90 + 10}. "
        found.append(head + text)
    return found


def unit_vectors(count: int, seed: int = 2) -> np.ndarray:
    """Vectors clustered about as the embedder's are: topics of some forty passages."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((max(8, count // 40), 384), np.float32)
    points = centres[rng.integers(0, len(centres), count)]
    points += np.float32(0.8) * rng.standard_normal((count, 384), np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    return points


def synthetic(count: int, seed: int = 3) -> Iterator[tuple[Document, list[Chunk]]]:
    """Documents of twenty passages of 130 words whose frequencies fall as those of a language do (Zipf, 1.3)."""
    rng = np.random.default_rng(seed)
    for first in range(0, count, 20):
        size = min(20, count - first)
        parts = [" ".join(f"w{n}" for n in rng.zipf(1.3, 130) % 50_000) for _ in range(size)]
        starts = np.cumsum([0, *(len(part) + 2 for part in parts[:-1])]).tolist()
        chunks = [Chunk(part, start, start + len(part)) for part, start in zip(parts, starts, strict=True)]
        yield Document(f"w{first}", "\n\n".join(parts), f"{first}.txt", labels=frozenset({"public"})), chunks


def synthetic_questions(count: int, seed: int = 4) -> list[str]:
    """Questions of eight such words."""
    rng = np.random.default_rng(seed)
    return ["what is the rate of " + " ".join(f"w{n}" for n in rng.zipf(1.3, 8) % 50_000) for _ in range(count)]
