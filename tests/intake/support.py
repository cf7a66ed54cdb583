"""A vault, an embedder without weights, and a gate that says what it is told, for the tests of taking things in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from assistant.policy.model import load_policy
from assistant.types import Action, Document, Principal, Stage, Verdict

READER = Principal("ann", frozenset({"clinician"}))


class Hashing:
    """Bags of words: these tests are about storing, not about meaning."""

    name, dimension = "hashing-8", 8

    def query(self, texts: Sequence[str]) -> Any:
        found = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(found, texts, strict=True):
            for word in text.split():
                row[sum(word.encode()) % self.dimension] += 1
        return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)

    passages = query


class Gate:
    """Lets in what `keeps` does not name, with one word replaced where `changes` says so."""

    def __init__(self, *, keeps: str = "", changes: tuple[str, str] = ("", ""), original: bool = False) -> None:
        self.policy = load_policy("base")
        self._keeps, self._changes, self._original = keeps, changes, original

    def ingest(
        self, document: Document, principal: Principal, *, scope: str = ""
    ) -> tuple[Document | None, tuple[Verdict, ...]]:
        if self._keeps and self._keeps in document.text:
            return None, (Verdict("inject", Stage.INGEST, Action.BLOCK, "planted", 1.0),)
        old, new = self._changes
        if old and old in document.text:
            verdict = Verdict("phi", Stage.INGEST, Action.REDACT, "one name", 1.0)
            return replace(document, text=document.text.replace(old, new)), (verdict,)
        return document, (Verdict("phi", Stage.INGEST, Action.PASS, "", 1.0),)

    def original(self, document: Document) -> Document | None:
        return replace(document, labels=frozenset({"original"})) if self._original else None


Step = Callable[[int, int, str], None]
