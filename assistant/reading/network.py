"""The network of the reader in numpy: the encoder's layers from int8 rows, and heads for span, answerability and support.

`assistant/tune/reader_model.py` is the same network for training; `docs/evaluation-reader.md` says what it reaches. The
word vectors are those of the embedding model in the store, so the shipped file holds layers and heads only.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from assistant.errors import IntegrityError, ModelError
from assistant.models.bert import Bert, BertConfig, Floats

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# Longest input in tokens. Long words and tables may reach it.
MAX_TOKENS: Final = 256
# Of these at most so many are the question's; what a longer one says after them is not read.
MAX_QUESTION: Final = 128
# Longest answer span in tokens.
MAX_SPAN: Final = 40
# Most padded tokens of one pass, so that the matrices of a pass stay near the processor.
_PASS_TOKENS: Final = 640
_MOST_WORKERS: Final = 4
_EMBEDDINGS: Final = (
    "embeddings.word_embeddings.weight", "embeddings.position_embeddings.weight", "embeddings.token_type_embeddings.weight",
    "embeddings.LayerNorm.weight", "embeddings.LayerNorm.bias",
)  # fmt: skip
_HEADS: Final = ("span", "compare", "answer", "support")


@dataclass(frozen=True, slots=True)
class Span:
    """A span of a text: `margin` is its score over "no answer" in logits, `start` and `end` are character offsets."""

    margin: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Read:
    """What the network makes of one pair: answerability logit, support logits, and the logits of its tokens.

    `logits` (tokens, 2) are of start and end, `context` says which tokens belong to the text, `offsets` are their
    character offsets in it.
    """

    answer: float
    support: Floats
    logits: Floats
    context: npt.NDArray[np.bool_]
    offsets: npt.NDArray[np.int64]

    def span(self, start: int = 0, end: int | None = None) -> Span:
        """The best span among the characters `start` to `end` of the text."""
        allowed = self.context & (self.offsets[:, 1] > start) & (self.offsets[:, 1] > self.offsets[:, 0])
        if end is not None:
            allowed &= self.offsets[:, 0] < end
        score, first, last = best_span(self.logits, allowed)
        left, right = (int(self.offsets[first, 0]), int(self.offsets[last, 1])) if first else (start, start)
        return Span(score - float(self.logits[0].sum()), left, max(left, right))


class Network:
    """The loaded network. Thread-safe: running changes nothing."""

    __slots__ = ("_bert", "_heads", "_plain", "_sharpness", "_tokenizer", "settings")

    def __init__(
        self, bert: Bert, tokenizer: Tokenizer, weights: Mapping[str, Floats], settings: dict[str, Any]
    ) -> None:
        self._bert = bert
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._plain = tokenizer
        self._tokenizer = type(tokenizer).from_str(tokenizer.to_str())
        self._tokenizer.enable_truncation(MAX_TOKENS, strategy="only_second")
        self._heads = {h: (np.ascontiguousarray(weights[f"{h}.weight"].T), weights[f"{h}.bias"]) for h in _HEADS}
        self._sharpness = np.float32(weights["sharpness"].reshape(-1)[0] / math.sqrt(bert.config.hidden_size))
        self.settings = settings

    @classmethod
    def load(cls, path: Path, sha256: str, encoder: Path) -> Network:
        """Load the file at `path`, whose bytes must match the pin; `encoder` is a verified folder of the embedding model.

        Raises IntegrityError when bytes are not the pinned ones, ModelError when a file is missing or does not fit.
        """
        _one_thread_a_product()
        return cls.of(_read(path, sha256), encoder)

    @classmethod
    def of(cls, blob: bytes, encoder: Path) -> Network:
        """Build from the bytes of an exported file without a pin: for the export itself, which makes the pin."""
        from safetensors import safe_open
        from safetensors.numpy import load
        from tokenizers import Tokenizer

        arrays = load(blob)
        settings = json.loads(arrays.pop("settings").tobytes().decode("utf-8"))
        weights = dequantize(arrays)
        try:
            with safe_open(encoder / "model.safetensors", "np") as file:
                embeddings = {name: file.get_tensor(name) for name in _EMBEDDINGS}
            tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
        except Exception as error:  # safetensors and tokenizers raise errors of their own
            raise ModelError("encoder cannot be read", path=encoder, remedy="restore the model folder") from error
        kinds = embeddings["embeddings.token_type_embeddings.weight"]
        embeddings["embeddings.token_type_embeddings.weight"] = np.stack([kinds[0], weights.pop("segment")])
        bert = Bert.of(BertConfig.of(settings["config"]), {**weights, **embeddings})
        return cls(bert, tokenizer, weights, settings)

    def run(self, pairs: Sequence[tuple[str, str]]) -> list[Read]:
        """Read each pair of a question (or sentence) and a text, in order; pairs of like length run together."""
        encoded = [self._tokenizer.encode(self._cut(first), second) for first, second in pairs]
        order = sorted(range(len(pairs)), key=lambda i: len(encoded[i].ids))
        limit = min(_PASS_TOKENS, 1 + sum(len(e.ids) for e in encoded) // _workers())
        passes: list[list[int]] = [[]]
        for index in order:
            if passes[-1] and len(encoded[index].ids) * (len(passes[-1]) + 1) > limit:
                passes.append([])
            passes[-1].append(index)
        found: dict[int, Read] = {}
        jobs = [[encoded[i] for i in batch] for batch in passes if batch]
        done = [self._pass(job) for job in jobs] if len(jobs) < 2 else list(_pool().map(self._pass, jobs))
        for batch, reads in zip(passes, done, strict=False):
            found.update(zip(batch, reads, strict=True))
        return [found[i] for i in range(len(pairs))]

    def pieces(self, word: str) -> int:
        """The number of tokens of a word: 1 for those that the vocabulary holds whole, the common ones."""
        return len(self._plain.encode(word, add_special_tokens=False).ids)

    def _cut(self, question: str) -> str:
        """The head of a question that leaves room for a text: a pair whose question alone fills the input cannot be cut."""
        e = self._plain.encode(question)
        return question[: e.offsets[MAX_QUESTION - 1][1]] if len(e.ids) > MAX_QUESTION else question

    def _pass(self, encoded: Sequence[Any]) -> list[Read]:
        longest = max(len(e.ids) for e in encoded)
        ids, mask, types = (np.zeros((len(encoded), longest), np.int64) for _ in range(3))
        for row, e in enumerate(encoded):
            ids[row, : len(e.ids)] = e.ids
            mask[row, : len(e.ids)] = 1
            types[row, : len(e.ids)] = e.type_ids
        hidden = self._bert.forward(ids, mask, types)
        found = []
        for row, e in enumerate(encoded):
            states = hidden[row, : len(e.ids)]
            kinds = np.array(e.type_ids)
            features = self._features(states, kinds)
            logits = _dense(states, self._heads["span"])
            answer = float(_dense(features, self._heads["answer"])[0])
            support = _dense(features, self._heads["support"])
            found.append(Read(answer, support, logits, kinds == 1, np.array(e.offsets)))
        return found

    def _features(self, states: Floats, kinds: npt.NDArray[np.int64]) -> Floats:
        """[CLS], and mean and maximum over the question's tokens of the comparison with what the text says of each."""
        text = states[kinds == 1]
        question = states[1 : len(states) - len(text)]
        near = question @ text.T * self._sharpness
        near = np.exp(near - near.max(axis=1, keepdims=True))
        told = (near / near.sum(axis=1, keepdims=True)) @ text
        pair = np.concatenate([question, told, question * told, np.abs(question - told)], axis=1)
        judged = np.maximum(_dense(pair, self._heads["compare"]), np.float32(0.0))
        return np.concatenate([states[0], judged.mean(axis=0), judged.max(axis=0)])


@cache
def _workers() -> int:
    return min(_MOST_WORKERS, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_workers(), "reader")


@cache
def _one_thread_a_product() -> None:
    """Let the BLAS of numpy multiply in one thread, for the whole process; passes run side by side instead.

    Its threads wait for each other by spinning after every small product. On a machine with a dozen other busy processes eight
    passages took 1.23 s of processor time that way, and 0.30 s with one thread.
    """
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1, user_api="blas")


def _dense(x: Floats, head: tuple[Floats, Floats]) -> Floats:
    product: Floats = x @ head[0] + head[1]
    return product


def best_span(logits: Floats, allowed: npt.NDArray[np.bool_]) -> tuple[float, int, int]:
    """Highest sum of start and end logit over spans of allowed tokens, at most MAX_SPAN long: score, first, last.

    Token 0 is [CLS] and stands for "no answer"; the score is that of no span (-1e4) where nothing is allowed.
    """
    places = np.flatnonzero(allowed)
    if not places.size:
        return -1e4, 0, 0
    low, high = int(places[0]), int(places[-1]) + 1
    masked = np.where(allowed[low:high, None], logits[low:high], np.float32(-1e4))
    scores = masked[:, :1] + masked[None, :, 1]
    steps = np.arange(high - low)
    gap = steps[None, :] - steps[:, None]
    scores = np.where((gap >= 0) & (gap < MAX_SPAN), scores, np.float32(-3e4))
    index = int(scores.argmax())
    return float(scores.flat[index]), low + index // (high - low), low + index % (high - low)


def dequantize(arrays: Mapping[str, npt.NDArray[np.generic]]) -> dict[str, Floats]:
    """Float32 weights from int8 rows and their float32 scales (`NAME` and `NAME.scale`); other arrays as they are."""
    found: dict[str, Floats] = {}
    for name, array in arrays.items():
        if name.endswith(".scale"):
            continue
        scale = arrays.get(f"{name}.scale")
        plain = np.asarray(array, np.float32)
        found[name] = plain if scale is None else plain * np.asarray(scale, np.float32)[:, None]
    return found


def _read(path: Path, sha256: str) -> bytes:
    try:
        blob = path.read_bytes()
    except OSError as error:
        raise ModelError("reader weights are missing", path=path, remedy="reinstall the assistant") from error
    if hashlib.sha256(blob).hexdigest() != sha256:
        raise IntegrityError("reader weights are not the pinned ones", path=path, remedy="reinstall the assistant")
    return blob
