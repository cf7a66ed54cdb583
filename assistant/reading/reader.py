"""The reader: does this passage answer this question, how surely, and where?

A six-layer encoder fine-tuned by `assistant/tune/reader_*.py`, run in numpy from int8 weights, points at the span; its
two logits and the word alignment of the plain encoder together give the probability. It decides before generation
whether anything may be released; figures and limits are in `docs/evaluation-reader.md`.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from assistant.errors import IntegrityError, ModelError
from assistant.reading import alignment
from assistant.reading.focus import Focus, focus
from assistant.retrieval.bert import Bert, BertConfig, Floats

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WEIGHTS: Final = Path(__file__).parent / "weights" / "reader.safetensors"
ENCODER: Final = "all-MiniLM-L6-v2"
WEIGHTS_SHA256: Final = "38d01f577498639501dfb9214a792a3e1d67549e98cc7a8417d946629c862c4b"
# Longest input in tokens; the focus keeps ordinary inputs near 110. Long words and tables may reach it.
MAX_TOKENS: Final = 256
# Of these at most so many are the question's; what a longer one says after them is not read.
MAX_QUESTION: Final = 128
# Longest answer span in tokens; the same in training (`reader_train.best_span`).
MAX_SPAN: Final = 40
# Weight of the span logit beside `alignment.sentence_scores` when a sentence is chosen, fitted together with them.
SPAN_WEIGHT: Final = 0.23
SIGNALS: Final = ("bias", "head", "margin", *alignment.NAMES)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of one context.

    `answerable` is a calibrated probability from 0 to 1 that the context answers the question.
    `start` and `end` are character offsets of the best span in the context as given, `text` the
    span, `span_score` the margin of the span over "no answer" in logits.
    """

    answerable: float
    start: int
    end: int
    text: str
    span_score: float


@dataclass(frozen=True, slots=True)
class Span:
    """Raw outputs for one focused context: logits and character offsets in the focused text."""

    head: float
    margin: float
    start: int
    end: int


_NOTHING: Final = Reading(0.0, 0, 0, "", -math.inf)


class Reader:
    """The loaded model. Thread-safe: reading changes nothing."""

    __slots__ = ("_bert", "_calibration", "_encoder", "_encoder_tokenizer", "_head", "_span", "_tokenizer")

    def __init__(
        self,
        bert: Bert,
        tokenizer: Tokenizer,
        heads: tuple[tuple[Floats, Floats], tuple[Floats, Floats]],
        encoder: tuple[Bert, Tokenizer],
        calibration: Mapping[str, float],
    ) -> None:
        self._bert = bert
        self._tokenizer = tokenizer
        self._span, self._head = heads
        self._encoder, self._encoder_tokenizer = encoder
        self._calibration = np.array([calibration[name] for name in SIGNALS], np.float64)

    @classmethod
    def load(cls, path: Path | None = None, encoder: Path | None = None) -> Reader:
        """Load the shipped weights, or those at `path`; the bytes must match the pinned SHA-256 in both cases.

        `encoder` is a verified folder of the embedding model; without it the model store is asked, which checks its pin.
        Raises IntegrityError when bytes are not the pinned ones, ModelError when a file is missing.
        """
        blob = _read(path or WEIGHTS, WEIGHTS_SHA256)
        if encoder is None:
            from assistant.models.catalog import verify

            encoder = verify(ENCODER)
        return cls.of(blob, encoder)

    @classmethod
    def of(cls, blob: bytes, encoder: Path) -> Reader:
        """Build from the bytes of an exported file without a pin: for the export itself, which makes the pin."""
        from safetensors.numpy import load
        from tokenizers import Tokenizer

        arrays = load(blob)
        settings = json.loads(arrays.pop("settings").tobytes().decode("utf-8"))
        tokenizer = Tokenizer.from_str(arrays.pop("tokenizer").tobytes().decode("utf-8"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_TOKENS, strategy="only_second")
        plain = Tokenizer.from_str(tokenizer.to_str())
        plain.enable_truncation(MAX_TOKENS)
        weights = dequantize(arrays)
        return cls(
            Bert.of(BertConfig.of(settings["config"]), weights),
            tokenizer,
            (
                (np.ascontiguousarray(weights["span.weight"].T), weights["span.bias"]),
                (np.ascontiguousarray(weights["head.weight"].T), weights["head.bias"]),
            ),
            (Bert.load(encoder), plain),
            settings["calibration"],
        )

    def read(self, question: str, contexts: Sequence[str]) -> list[Reading]:
        """Read each context for the question; one reading a context, in order. Empty contexts answer nothing."""
        filled = [context for context in contexts if context.strip()]
        if not filled or not question.strip():
            return [_NOTHING for _ in contexts]
        chosen = [focus(question, context) for context in filled]
        spans, values = self.measure(question, chosen)
        found = []
        for context, choice, span, row in zip(filled, chosen, spans, values, strict=True):
            start, end = choice.origin(span.start, span.end)
            sure = _sigmoid(float(self._calibration @ row))
            found.append(Reading(sure, start, end, context[start:end], span.margin))
        remaining = iter(found)
        return [next(remaining) if context.strip() else _NOTHING for context in contexts]

    def measure(self, question: str, chosen: Sequence[Focus]) -> tuple[list[Span], list[npt.NDArray[np.float64]]]:
        """Spans and signals (in the order of SIGNALS) of focused texts: what the calibration is fitted on.

        The signal `margin` is that of the best span anywhere; the span returned lies in the sentence that alignment and
        span logits together choose.
        """
        texts = [choice.text for choice in chosen]
        question = self._cut(question)
        read = self._logits(question, texts)
        asked, *given = alignment.words([question, *texts], self._encoder, self._encoder_tokenizer)
        spans, values = [], []
        for text, tokens, words in zip(texts, read, given, strict=True):
            near = alignment.alignment(question, text, asked, words)
            values.append(np.concatenate([[1.0, tokens.head, tokens.span().margin], near]))
            options = [
                (tokens.span(start, end), score) for start, end, score in alignment.sentence_scores(text, asked, words)
            ]
            best = max(options, key=lambda option: SPAN_WEIGHT * option[0].margin + option[1], default=None)
            spans.append(best[0] if best is not None else tokens.span())
        return spans, values

    def spans(self, question: str, texts: Sequence[str]) -> list[Span]:
        """Raw logits and the best span of each text, without focus, alignment and calibration."""
        return [tokens.span() for tokens in self._logits(self._cut(question), texts)]

    def pieces(self, word: str) -> int:
        """The number of tokens of a word: 1 for those that the vocabulary holds whole, the common ones."""
        return len(self._encoder_tokenizer.encode(word, add_special_tokens=False).ids)

    def _cut(self, question: str) -> str:
        """The head of a question that leaves room for a text: a pair whose question alone fills the input cannot be cut."""
        e = self._encoder_tokenizer.encode(question)
        return question[: e.offsets[MAX_QUESTION - 1][1]] if len(e.ids) > MAX_QUESTION else question

    def _logits(self, question: str, texts: Sequence[str]) -> list[_Tokens]:
        """Run the fine-tuned encoder on the question with each text."""
        if not texts:
            return []
        encoded = [self._tokenizer.encode(question, text) for text in texts]
        longest = max(len(e.ids) for e in encoded)
        ids, mask, types = (np.zeros((len(encoded), longest), np.int64) for _ in range(3))
        for row, e in enumerate(encoded):
            ids[row, : len(e.ids)] = e.ids
            mask[row, : len(e.ids)] = 1
            types[row, : len(e.ids)] = e.type_ids
        hidden = self._bert.forward(ids, mask, types)
        logits = hidden @ self._span[0] + self._span[1]
        heads = hidden[:, 0] @ self._head[0] + self._head[1]
        return [
            _Tokens(float(heads[row, 0]), logits[row, : len(e.ids)], np.array(e.type_ids) == 1, np.array(e.offsets))
            for row, e in enumerate(encoded)
        ]


@dataclass(frozen=True, slots=True)
class _Tokens:
    """Logits of one input with which tokens belong to the text and their character offsets in it."""

    head: float
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
        return Span(self.head, score - float(self.logits[0].sum()), left, max(left, right))


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


def _sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, x))))
