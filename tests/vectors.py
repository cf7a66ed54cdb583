"""Passage vectors for documents that a test stores by hand: how near a passage is to a question counts in what is released."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from assistant.config import model_store
from assistant.retrieval.chunk import embedded
from assistant.retrieval.embed import MiniLM
from assistant.types import Chunk, Document


@lru_cache(maxsize=1)
def _encoder() -> MiniLM | None:
    folder = model_store() / "all-MiniLM-L6-v2"
    return MiniLM(folder) if (folder / "model.safetensors").is_file() else None


def vectors_of(document: Document, chunks: list[Chunk]) -> npt.NDArray[np.float32] | None:
    """As ingest makes them; None where the model store is not filled."""
    encoder = _encoder()
    texts = [embedded(document.title, chunk.heading, chunk.text) for chunk in chunks]
    return encoder.passages(texts) if encoder is not None else None
