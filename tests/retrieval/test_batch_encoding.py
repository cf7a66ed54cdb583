"""Lanes: batches keep their budget and order, and the vectors are those of plain sentence-transformers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.retrieval import embed
from assistant.retrieval.batch_encoding import batches
from assistant.retrieval.embed import MiniLM


def test_batches_hold_every_text_once_within_the_budget() -> None:
    lengths = [(i * 37) % 250 + 2 for i in range(400)] + [5000]
    found = batches(lengths, 2048)
    assert sorted(i for batch in found for i in batch) == list(range(401))
    assert found[0] == [400]
    assert all(len(batch) * lengths[batch[0]] <= 2048 for batch in found[1:])
    assert [lengths[b[0]] for b in found] == sorted((lengths[b[0]] for b in found), reverse=True)
    assert batches([]) == []


@pytest.mark.weights
def test_vectors_are_those_of_plain_sentence_transformers(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sentence_transformers import SentenceTransformer

    folder = models / "all-MiniLM-L6-v2"
    texts = [f"Dose {i} of this medicine. " + "Take it with water and food. " * (i % 45) for i in range(60)]
    plain = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    plain.max_seq_length = embed.MAX_TOKENS
    wanted = np.asarray(plain.encode(texts, normalize_embeddings=True, show_progress_bar=False))
    monkeypatch.setattr(embed, "HEAVY_FROM", 0)
    given = MiniLM(folder).passages(texts)
    assert ((given * wanted).sum(axis=1) >= 0.9999).all()
    assert np.allclose(np.linalg.norm(given, axis=1), 1.0, atol=1e-5)
