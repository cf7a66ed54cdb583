"""An embedder without a model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.language.words import content_stems


class Bags:
    """Cosines of bags of stems, hashed: near where words are shared, without a model."""

    name, dimension = "bags", 64

    def query(self, texts: Sequence[str]) -> np.ndarray:
        rows = np.zeros((len(texts), 64), np.float32)
        for row, text in enumerate(texts):
            for stem in content_stems(text):
                rows[row, sum(stem.encode()) % 64] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)

    passages = query
