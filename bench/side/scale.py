"""Collections of many passages: how fast they go in, what they take, how soon they open, how long a search is."""

from __future__ import annotations

import resource
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.types import Chunk, Document
from bench.side import texts
from bench.side.parts import Ready

_BATCH = 50  # documents of twenty passages in one transaction


@dataclass(frozen=True)
class Size:
    """One size. Embedding is left out: vectors are seeded ones; `peak_mb` is of the whole process."""

    passages: int
    stored_per_s: float
    vault_mb: float
    open_s: float
    index_s: float
    snapshot_s: float
    add_one_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    peak_mb: float


def measured(count: int, questions: int = 200) -> Size:
    """Fill a vault, index it, close it, open it, search it, and add one document."""
    from assistant.retrieval.search import Retriever
    from assistant.vault.keys import Secret
    from assistant.vault.store import Vault

    words = "a passphrase of the measurement alone"
    vectors = texts.unit_vectors(count)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "vault"
        with Vault.create(folder, Secret.passphrase(words)) as vault:
            stored_s = _fill(vault, count, vectors)
            index_s = _timed(Retriever(vault, Ready(4096)).refresh)
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        began = time.perf_counter()
        with Vault.open(folder, Secret.passphrase(words)) as vault:
            open_s = time.perf_counter() - began
            retriever = Retriever(vault, Ready(4096))
            snapshot_s = _timed(retriever.refresh)
            asked = texts.synthetic_questions(questions)
            times = [1000 * _timed(lambda q=q: retriever.search(q, allowed=None)) for q in asked]  # type: ignore[misc]
            text = "one more passage " + " ".join(f"w{n}" for n in range(40))
            more = Document("one more", text, "more.txt", labels=frozenset({"public"}))

            def add() -> None:
                vault.put_document(more, [Chunk(text, 0, len(text))], texts.unit_vectors(1), content_hmac="")
                retriever.refresh()

            add_s = _timed(add)
    p50, p95, p99 = (float(np.percentile(times, share)) for share in (50, 95, 99))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Size(count, count / stored_s, size / 1e6, open_s, index_s, snapshot_s, add_s, p50, p95, p99, peak)


def _fill(vault: Any, count: int, vectors: np.ndarray) -> float:
    at, seconds = 0, 0.0
    batch: list[tuple[Document, list[Chunk]]] = []
    for number, made in enumerate(texts.synthetic(count), 1):
        batch.append(made)
        if len(batch) < _BATCH and number * 20 < count:
            continue
        # The making of the texts is not the vault's work.
        began = time.perf_counter()
        with vault.transaction():
            for document, chunks in batch:
                vault.put_document(document, chunks, vectors[at : at + len(chunks)], content_hmac="")
                at += len(chunks)
        seconds += time.perf_counter() - began
        batch = []
    return seconds


def _timed(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
