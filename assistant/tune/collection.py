"""Passages that are searched as a vault is, in memory: what a question would find among them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from assistant.protocols import Embedder
from assistant.retrieval.expand import match_expression
from assistant.retrieval.search import FIELD_WEIGHTS, fuse
from assistant.retrieval.sentence_vectors import Vectors, blended, grouped, nearest, sentences_of

FOUND: Final = 8
_DEPTH: Final = 100


class Collection:
    """Passages with their titles, searched as a vault searches."""

    def __init__(self, titles: Mapping[str, str], embedder: Embedder) -> None:
        self.texts, self.titles, self._embedder = list(titles), dict(titles), embedder
        self._vectors = embedder.passages([f"{titles[text]}\n{text}" for text in self.texts])
        self._sentences = grouped([sentences_of("", _last(titles[text]), text) for text in self.texts], embedder)
        self._db = sqlite3.connect(":memory:")
        self._db.execute("CREATE VIRTUAL TABLE f USING fts5(title, text, tokenize='porter unicode61')")
        rows = ((number, titles[text], text) for number, text in enumerate(self.texts))
        self._db.executemany("INSERT INTO f(rowid, title, text) VALUES (?, ?, ?)", rows)

    def lexical(self, match: str) -> dict[int, float]:
        """BM25 of the passages that a full-text expression finds, by number."""
        weights = FIELD_WEIGHTS[0], FIELD_WEIGHTS[2]
        query = "SELECT rowid, -bm25(f, ?, ?) AS b FROM f WHERE f MATCH ? ORDER BY b DESC LIMIT ?"
        return dict(self._db.execute(query, (*weights, match, _DEPTH)).fetchall())

    def cosines(self, vector: Vectors) -> Vectors:
        """The cosine of a unit vector to every passage."""
        found: Vectors = self._vectors @ vector
        return found

    def nearest(self, vector: Vectors, numbers: Iterable[int]) -> list[float]:
        """The cosine of a unit vector to the nearest sentence of each of some passages."""
        return nearest(vector, [self._sentences[number] for number in numbers])

    def search(self, question: str, without: str = "") -> list[tuple[str, float]]:
        """The best passages with their fused scores, the one `without` left out."""
        match = match_expression(question)
        lexical = self.lexical(match) if match else {}
        vector = self._embedder.query([question])[0]
        cosines = self.cosines(vector)
        wanted = sorted({*np.argsort(-cosines)[:_DEPTH].tolist(), *lexical})
        best = self.nearest(vector, wanted)
        near = {i: blended(float(cosines[i]), one) for i, one in zip(wanted, best, strict=True)}
        ranked = [item for item in fuse(lexical, near) if self.texts[item.id] != without]
        return [(self.texts[item.id], item.score) for item in ranked[:FOUND]]


def _last(above: str) -> str:
    """The heading of what stands above a passage, else its title."""
    return above.rpartition(" — ")[2]
