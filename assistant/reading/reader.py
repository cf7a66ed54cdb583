"""The reader: does this passage answer this question, how surely, and where?

A six-layer encoder (`assistant.reading.network`, trained by `assistant/tune/reader_*.py`) reads question and passage
together; its answerability and the margin of its best span give a calibrated probability. It decides before generation
whether anything may be released. The same network says how far a premise supports a sentence. Figures and limits are in
`docs/evaluation-reader.md`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from assistant.language.sentences import sentences
from assistant.reading.focus import Focus, focus
from assistant.reading.network import Network, Read, Span

WEIGHTS: Final = Path(__file__).parent / "weights" / "reader.safetensors"
ENCODER: Final = "all-MiniLM-L6-v2"
WEIGHTS_SHA256: Final = "428e17646509735b47b95672512a8ab2c9fe211f3a52421de58f1bd7095f70d7"
# Words of a passage that are read; see `assistant.reading.focus`.
READ_WORDS: Final = 90
# Words of a premise that are read, chosen in the same way: the sentences that bear on the hypothesis.
PREMISE_WORDS: Final = 120
SIGNALS: Final = ("bias", "answer", "margin")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of one context.

    `answerable` is a calibrated probability from 0 to 1 that the context answers the question.
    `start` and `end` are character offsets of the best span in the context as given, `text` the
    span, `span_score` the margin of the span over "no answer" in logits. `sentences` are the sentences that were read, best
    first: character offsets in the context and the margin of the best span in each.
    """

    answerable: float
    start: int
    end: int
    text: str
    span_score: float
    sentences: tuple[tuple[int, int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Entailment:
    """How far a premise supports a sentence: probabilities that sum to 1. `neutral`: it says neither."""

    supported: float
    neutral: float
    contradicted: float


_NOTHING: Final = Reading(0.0, 0, 0, "", -math.inf)


class Reader:
    """The loaded model. Thread-safe: reading changes nothing."""

    __slots__ = ("_calibration", "_network", "_temperature")

    def __init__(self, network: Network) -> None:
        self._network = network
        calibration = network.settings["calibration"]
        self._calibration = np.array([calibration[name] for name in SIGNALS], np.float64)
        self._temperature = float(calibration["support_scale"])

    @classmethod
    def load(cls, path: Path | None = None, encoder: Path | None = None) -> Reader:
        """Load the shipped weights, or those at `path`; the bytes must match the pinned SHA-256 in both cases.

        `encoder` is a verified folder of the embedding model; without it the model store is asked, which checks its pin.
        Raises IntegrityError when bytes are not the pinned ones, ModelError when a file is missing.
        """
        if encoder is None:
            from assistant.models.catalog import verify

            encoder = verify(ENCODER)
        return cls(Network.load(path or WEIGHTS, WEIGHTS_SHA256, encoder))

    def read(self, question: str, contexts: Sequence[str], headings: Sequence[str] | None = None) -> list[Reading]:
        """Read each context for the question; one reading a context, in order. Empty contexts answer nothing.

        `headings`, one a context, are read before it (title, heading path); no span lies in them.
        """
        if not question.strip():
            return [_NOTHING for _ in contexts]
        above = headings or [""] * len(contexts)
        filled = [i for i, context in enumerate(contexts) if context.strip()]
        chosen = [focus(question, contexts[i], READ_WORDS) for i in filled]
        heads = [f"{above[i]} — " if above[i].strip() else "" for i in filled]
        pairs = [(question, head + choice.text) for head, choice in zip(heads, chosen, strict=True)]
        found = [_NOTHING] * len(contexts)
        for i, head, choice, read in zip(filled, heads, chosen, self._network.run(pairs), strict=True):
            found[i] = self._reading(contexts[i], len(head), choice, read)
        return found

    def _reading(self, context: str, shift: int, choice: Focus, read: Read) -> Reading:
        span = read.span(shift)
        start, end = choice.origin(max(0, span.start - shift), max(0, span.end - shift))
        scored = []
        for at, left, right in choice.spans:
            best = read.span(shift + at, shift + at + right - left)
            scored.append((left, right, best.margin))
        scored.sort(key=lambda sentence: -sentence[2])
        sure = _sigmoid(float(self._calibration @ signals(read, span)))
        return Reading(sure, start, end, context[start:end], span.margin, tuple(scored))

    def entails(self, premises: Sequence[str], hypotheses: Sequence[str]) -> list[Entailment]:
        """How far each premise supports the hypothesis beside it (as many of both).

        Of a long premise the sentences that bear on the hypothesis are read. A question cannot be supported: turn it into a
        statement first. Empty premises and hypotheses support and say nothing.
        """
        told = [
            focus(hypothesis, premise, PREMISE_WORDS).text
            for premise, hypothesis in zip(premises, hypotheses, strict=True)
        ]
        pairs = list(zip(hypotheses, told, strict=True))
        filled = [i for i, (first, second) in enumerate(pairs) if first.strip() and second.strip()]
        found = [Entailment(0.0, 1.0, 0.0)] * len(pairs)
        for i, read in zip(filled, self._network.run([pairs[i] for i in filled]), strict=True):
            odds = np.exp((read.support - read.support.max()) * self._temperature)
            supported, neutral, contradicted = (odds / odds.sum()).tolist()
            found[i] = Entailment(supported, neutral, contradicted)
        return found

    def pieces(self, word: str) -> int:
        """The number of tokens of a word: 1 for those that the vocabulary holds whole, the common ones."""
        return self._network.pieces(word)


def signals(read: Read, span: Span) -> npt.NDArray[np.float64]:
    """What the calibration weighs, in the order of SIGNALS."""
    return np.array([1.0, read.answer, min(20.0, max(-20.0, span.margin))], np.float64)


def sentence_of(context: str, reading: Reading) -> str:
    """The sentence of the context that holds the start of the span; "" where there is none."""
    return next((s.text for s in sentences(context) if s.start <= reading.start < s.end), "")


def _sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, x))))
