"""The reader: does this passage answer this question, how surely, and where?

A six-layer encoder fine-tuned by `assistant/tune/reader_*.py`, run in numpy from int8 weights. It decides before
generation whether anything may be released; figures and limits are in `docs/evaluation-reader.md`.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from assistant.errors import IntegrityError, ModelError
from assistant.retrieval.bert import Bert, BertConfig, Floats
from assistant.retrieval.focus import Focus, focus
from assistant.text import content_stems, sentences

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WEIGHTS: Final = Path(__file__).parent / "weights" / "reader.safetensors"
WEIGHTS_SHA256: Final = "938a14bbb8e1121749eed45eed835506e754e2b5e552bce92e0e1c4ef7a4862c"
# Longest input in tokens; the focus keeps ordinary inputs near 110. Long words and tables may reach it.
MAX_TOKENS: Final = 256
# Longest answer span in tokens; the same in training (`reader_train.best_span`).
MAX_SPAN: Final = 40
SIGNALS: Final = (
    "bias",
    "head",
    "margin",
    "covered",
    "sentence_covered",
    "numbers_missing",
    "names_missing",
    "quantity",
)

_NAME = re.compile(r"(?<!^)\b[A-Z][\w'-]+")
_DIGITS = re.compile(r"\d[\d,.]*\d|\d")
_ASKS_QUANTITY = re.compile(
    r"\b(?:when|how (?:many|much|old|often|long|far|large|big|high)|what (?:year|date|percent\w*))\b", re.I
)
_QUANTITY = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|once|twice|half|dozen|hundred|thousand|million|"
    r"century|decade|year|day|week|month|spring|summer|autumn|winter)s?\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of one context.

    `answerable` is a calibrated probability from 0 to 1 that the context answers the question and that the sentence of
    the span is right. `start` and `end` are character offsets of the best span in the context as given, `text` the
    span, `span_score` the margin of the span over "no answer" in logits.
    """

    answerable: float
    start: int
    end: int
    text: str
    span_score: float


@dataclass(frozen=True, slots=True)
class _Span:
    """Raw outputs for one focused context: logits and character offsets in the focused text."""

    head: float
    margin: float
    start: int
    end: int


class Reader:
    """The loaded model. Thread-safe: reading changes nothing."""

    __slots__ = ("_bert", "_calibration", "_head", "_span", "_tokenizer")

    def __init__(
        self,
        bert: Bert,
        tokenizer: Tokenizer,
        span: tuple[Floats, Floats],
        head: tuple[Floats, Floats],
        calibration: Mapping[str, float],
    ) -> None:
        self._bert = bert
        self._tokenizer = tokenizer
        self._span = span
        self._head = head
        self._calibration = np.array([calibration[name] for name in SIGNALS], np.float64)

    @classmethod
    def load(cls, path: Path | None = None) -> Reader:
        """Load the shipped weights, or those at `path`; the bytes must match the pinned SHA-256 in both cases.

        Raises IntegrityError when they do not, ModelError when the file is missing.
        """
        return cls.of(_read(path or WEIGHTS, WEIGHTS_SHA256))

    @classmethod
    def of(cls, blob: bytes) -> Reader:
        """Build from the bytes of an exported file without a pin: for the export itself, which makes the pin."""
        from safetensors.numpy import load
        from tokenizers import Tokenizer

        arrays = load(blob)
        settings = json.loads(arrays.pop("settings").tobytes().decode("utf-8"))
        tokenizer = Tokenizer.from_str(arrays.pop("tokenizer").tobytes().decode("utf-8"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_TOKENS, strategy="only_second")
        weights = dequantize(arrays)
        return cls(
            Bert.of(BertConfig.of(settings["config"]), weights),
            tokenizer,
            (np.ascontiguousarray(weights["span.weight"].T), weights["span.bias"]),
            (np.ascontiguousarray(weights["head.weight"].T), weights["head.bias"]),
            settings["calibration"],
        )

    def read(self, question: str, contexts: Sequence[str]) -> list[Reading]:
        """Read each context for the question; one reading a context, in order. Empty contexts answer nothing."""
        chosen = [focus(question, context) for context in contexts]
        spans = self.spans(question, [choice.text for choice in chosen])
        found = []
        for context, choice, span in zip(contexts, chosen, spans, strict=True):
            if not context.strip():
                found.append(Reading(0.0, 0, 0, "", -math.inf))
                continue
            logit = float(self._calibration @ signals(question, choice, span.head, span.margin, span.start, span.end))
            start, end = choice.origin(span.start, span.end)
            found.append(Reading(_sigmoid(logit), start, end, context[start:end], span.margin))
        return found

    def spans(self, question: str, texts: Sequence[str]) -> list[_Span]:
        """Raw logits and the best span of each text, without focus and calibration."""
        encoded = self._tokenizer.encode_batch([(question[:1000], text) for text in texts])
        longest = max((len(e.ids) for e in encoded), default=0)
        ids, mask, types = (np.zeros((len(encoded), longest), np.int64) for _ in range(3))
        for row, e in enumerate(encoded):
            ids[row, : len(e.ids)] = e.ids
            mask[row, : len(e.ids)] = 1
            types[row, : len(e.ids)] = e.type_ids
        if not len(encoded):
            return []
        hidden = self._bert.forward(ids, mask, types)
        logits = hidden @ self._span[0] + self._span[1]
        heads = hidden[:, 0] @ self._head[0] + self._head[1]
        found = []
        for row, e in enumerate(encoded):
            allowed = (types[row] == 1) & (mask[row] == 1)
            score, first, last = best_span(logits[row], allowed)
            null = float(logits[row, 0].sum())
            start, end = (e.offsets[first][0], e.offsets[last][1]) if first else (0, 0)
            found.append(_Span(float(heads[row, 0]), score - null, start, max(start, end)))
        return found


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


def signals(question: str, chosen: Focus, head: float, margin: float, start: int, end: int) -> npt.NDArray[np.float64]:
    """What the calibration weighs, in the order of SIGNALS.

    The model's two logits, the share of the question's content words in the text and in the span's sentence, whether a
    number or a name of the question is absent from the text, and whether a quantity is asked and the span has none.
    """
    text = chosen.text
    asked = set(content_stems(question))
    inside = [s.text for s in sentences(text) if s.start < end and s.end > start]
    near = set(content_stems(" ".join(inside)))
    lower = text.lower()
    names = [m.group().lower() for m in _NAME.finditer(question)]
    return np.array(
        [
            1.0,
            head,
            margin,
            _share(asked, set(content_stems(text))),
            _share(asked, near),
            float(any(n not in text for n in _DIGITS.findall(question))),
            float(any(n.removesuffix("'s") not in lower for n in names)),
            float(bool(_ASKS_QUANTITY.search(question)) and not _QUANTITY.search(text[start:end])),
        ]
    )


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


def _share(words: set[str], among: set[str]) -> float:
    return len(words & among) / len(words) if words else 0.0


def _sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, x))))
