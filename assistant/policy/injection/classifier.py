"""Two logistic models over hashed features: one for whole questions, one for sentences of documents.

Trained by `assistant/tune/injection_recipe.py` on public and self-written examples; the weights are 130 KB and pinned.
"""

from __future__ import annotations

import hashlib
import io
import math
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from assistant.errors import IntegrityError
from assistant.policy.injection.features import BUCKETS

WEIGHTS: Final = Path(__file__).with_name("weights.npz")
SHA256: Final = "d3b1fbe558276ecbe9fe442b195945003daa20c18a1d98a05c7220a9ec08ab34"


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights and bias; a text's features are scaled by the square root of their number."""

    weights: npt.NDArray[np.float32]
    bias: float

    def probability(self, features: Collection[int]) -> float:
        """The probability that this is an instruction to the assistant."""
        if not features:
            return 0.0
        z = float(self.weights[list(features)].sum()) / math.sqrt(len(features)) + self.bias
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))


@lru_cache(maxsize=1)
def load() -> tuple[Linear, Linear]:
    """The model for questions and the one for sentences.

    Raises IntegrityError where the file is missing or is not the one that is pinned.
    """
    try:
        data = WEIGHTS.read_bytes()
    except OSError:
        data = b""
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise IntegrityError(
            "the weights of the injection detector are missing or changed", path=WEIGHTS, remedy="install again"
        )
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        models = tuple(
            Linear(arrays[f"{name}_weights"].astype(np.float32), float(arrays[f"{name}_bias"]))
            for name in ("question", "sentence")
        )
    if any(model.weights.shape != (BUCKETS,) for model in models):
        raise IntegrityError(
            "the weights of the injection detector have another shape", path=WEIGHTS, remedy="install again"
        )
    return models[0], models[1]
