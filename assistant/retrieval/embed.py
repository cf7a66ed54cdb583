"""Texts to unit vectors with all-MiniLM-L6-v2: numpy for the few texts of a question, sentence-transformers for many.

Both ways read the same weights, cut at the same 256 tokens, pool by the mean and scale to length 1, so that a query
vector and a passage vector may be compared. Loading torch and sentence-transformers costs seconds and hundreds of
megabytes; a question never pays for them.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from assistant.config import EDGE, go_offline, profile, threads
from assistant.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from assistant.models.bert import Bert

Vectors = npt.NDArray[np.float32]

MODEL: Final = "all-MiniLM-L6-v2"
# `max_seq_length` of the model's sentence_bert_config.json: what it was trained on and what its published scores use.
MAX_TOKENS: Final = 256
# Fewer texts than this are embedded by numpy even on ingest. The import of torch costs as much as some two hundred of them.
HEAVY_FROM: Final = 200
# Texts of one numpy pass: bounds the memory of the activations to some 60 MB.
_GROUP: Final = 32
# Sentence vectors kept between compaction, grounding and the next question: 8192 x 1.5 KB = 12 MB.
_CACHE: Final = 8192
# From so many tokens on two passes side by side are faster than one: a pass reads all 42 MB of weights.
_WORTH_TWO: Final = 96


class MiniLM:
    """The embedder of the product; thread-safe. Everything is loaded at first use.

    `folder` holds the verified model files; without it the model store is asked, which checks them against the catalog.
    Raises ModelError at first use where the files are missing or not what the catalog pins.
    """

    name: str = MODEL
    dimension: int = 384

    __slots__ = ("_bert", "_cache", "_folder", "_heavy", "_lock", "_tokenizer")

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._bert: Bert | None = None
        self._tokenizer: Tokenizer | None = None
        self._heavy: object = None
        self._cache: OrderedDict[bytes, Vectors] = OrderedDict()

    def query(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of a few short texts, shape (len(texts), 384), without torch. Recent texts cost nothing."""
        # Keys are digests, so that the cache holds no text.
        keys = [blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest() for text in texts]
        with self._lock:
            known = {key: self._cache[key] for key in keys if key in self._cache}
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if fresh:
            known.update(zip(fresh, self._light(list(fresh.values())), strict=True))
            with self._lock:
                for key in fresh:
                    self._cache[key] = known[key]
                while len(self._cache) > _CACHE:
                    self._cache.popitem(last=False)
        if not keys:
            return np.zeros((0, self.dimension), np.float32)
        return np.stack([known[key] for key in keys])

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of stored texts, shape (len(texts), 384): sentence-transformers from `HEAVY_FROM` texts on, and never in
        the profile `edge`.

        The cosine to the vectors of plain `SentenceTransformer.encode` in float32 is above 0.9999 (bench/embedding.py).
        """
        if not texts or profile() == EDGE or (len(texts) < HEAVY_FROM and self._heavy is None):
            return self._light(texts)
        from assistant.retrieval.batch_encoding import encode

        _, tokenizer = self._load_light()
        model = self._load_heavy()
        return encode(model, [tokenizer.encode(_whole(text)).ids for text in texts], threads())

    def _light(self, texts: Sequence[str]) -> Vectors:
        from assistant.models.bert import mean_pool

        bert, tokenizer = self._load_light()
        result = np.zeros((len(texts), self.dimension), np.float32)
        encoded = [tokenizer.encode(_whole(text)).ids for text in texts]
        # Texts of like length share a group: its score matrices are as wide as its longest text.
        order = sorted(range(len(texts)), key=lambda i: len(encoded[i]))
        size = min(_GROUP, -(-len(order) // threads())) if sum(map(len, encoded)) >= _WORTH_TWO else _GROUP
        groups = [order[first : first + size] for first in range(0, len(order), max(1, size))]

        def embed(group: list[int]) -> Vectors:
            width = max(len(encoded[i]) for i in group)
            ids = np.zeros((len(group), width), np.int64)
            mask = np.zeros((len(group), width), np.int64)
            for row, i in enumerate(group):
                ids[row, : len(encoded[i])] = encoded[i]
                mask[row, : len(encoded[i])] = 1
            return mean_pool(bert.forward(ids, mask), mask)

        done = map(embed, groups) if len(groups) < 2 else _pool().map(embed, groups)
        for group, vectors in zip(groups, done, strict=True):
            result[group] = vectors
        return result

    def _load_light(self) -> tuple[Bert, Tokenizer]:
        with self._lock:
            if self._bert is None or self._tokenizer is None:
                from tokenizers import Tokenizer

                from assistant.models.bert import Bert

                folder = self._verified()
                try:
                    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
                except Exception as error:  # tokenizers raises plain Exception for a missing or broken file
                    raise ModelError("the tokenizer of the embedder cannot be read", path=folder) from error
                tokenizer.enable_truncation(MAX_TOKENS)
                tokenizer.no_padding()
                self._bert, self._tokenizer = Bert.load(folder), tokenizer
            return self._bert, self._tokenizer

    def _load_heavy(self) -> object:
        with self._lock:
            if self._heavy is None:
                go_offline()
                from sentence_transformers import SentenceTransformer
                from transformers.utils.logging import disable_progress_bar

                disable_progress_bar()
                model = SentenceTransformer(str(self._verified()), device="cpu", local_files_only=True)
                model.max_seq_length = MAX_TOKENS
                self._heavy = model
            return self._heavy

    def _verified(self) -> Path:
        if self._folder is None:
            from assistant.models.catalog import verify

            self._folder = verify(MODEL)
        return self._folder


@cache
def _pool() -> ThreadPoolExecutor:
    """Threads for passes side by side; numpy's own stay out of it (see `config`)."""
    return ThreadPoolExecutor(threads(), "embedder")


def _whole(text: str) -> str:
    """The text with lone surrogates, which no tokenizer takes, replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")
