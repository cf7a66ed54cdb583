"""What every embedder must do; add yours to EMBEDDERS and it is held to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from assistant.protocols import Embedder
from assistant.retrieval.embed import MiniLM

EMBEDDERS: dict[str, Callable[[Path], Embedder]] = {"minilm": lambda store: MiniLM(store / "all-MiniLM-L6-v2")}

TEXTS = [
    "Amoxicillin is given by mouth three times a day.",
    "Return the shoes within thirty days for a full refund.",
    "The patient should not take ibuprofen.",
    "",
    "Ж 药 \u0000 \ud800 😀",
    "word " * 900,
]


@pytest.mark.weights
@pytest.mark.parametrize("name", EMBEDDERS)
class TestEmbedder:
    @pytest.fixture
    def embedder(self, name: str, models: Path) -> Embedder:
        return EMBEDDERS[name](models)

    def test_keeps_the_protocol(self, embedder: Embedder) -> None:
        assert isinstance(embedder, Embedder)
        assert embedder.name
        assert embedder.dimension > 0

    def test_unit_rows_in_order(self, embedder: Embedder) -> None:
        vectors = embedder.query(TEXTS)
        assert vectors.shape == (len(TEXTS), embedder.dimension)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3)
        for text, vector in zip(TEXTS, vectors, strict=True):
            assert embedder.query([text])[0] @ vector > 0.9999

    def test_query_and_passages_agree(self, embedder: Embedder) -> None:
        assert ((embedder.query(TEXTS) * embedder.passages(TEXTS)).sum(axis=1) > 0.999).all()

    def test_nothing_in_nothing_out(self, embedder: Embedder) -> None:
        assert embedder.query([]).shape == (0, embedder.dimension)
        assert embedder.passages([]).shape == (0, embedder.dimension)

    def test_near_texts_are_near(self, embedder: Embedder) -> None:
        question, *texts = embedder.query(["How often is amoxicillin taken?", *TEXTS[:3]])
        assert np.argmax([question @ text for text in texts]) == 0

    def test_repeats_exactly(self, embedder: Embedder) -> None:
        assert (embedder.query(TEXTS) == embedder.query(TEXTS)).all()
