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
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from assistant.models.bert import Bert
from assistant.reading import sentence_selection
from assistant.reading.alignment import NAMES as ALIGNED
from assistant.reading.alignment import Words, alignment, words
from assistant.reading.answer_type import type_match
from assistant.reading.focus import Focus, focus
from assistant.reading.network import MAX_TOKENS, Network, Read, Span

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Doubles = npt.NDArray[np.float64]

WEIGHTS: Final = Path(__file__).parent / "weights" / "reader.safetensors"
ENCODER: Final = "all-MiniLM-L6-v2"
WEIGHTS_SHA256: Final = "22c4c3d523da157abfcf8259cca5537a82243e46468b27477b26dbc64626cae1"
# Words of a passage that are read; see `assistant.reading.focus`.
READ_WORDS: Final = 90
# Words of a premise that are read, chosen in the same way: the sentences that bear on the hypothesis.
PREMISE_WORDS: Final = 120
SIGNALS: Final = ("bias", "answer", "margin", *ALIGNED, "expected")


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


@dataclass(frozen=True, slots=True)
class Seen:
    """One question and context as the network and the word encoder see them; `shift`: length of the heading read before."""

    question: str
    choice: Focus
    read: Read
    asked: Words
    told: Words
    shift: int = 0

    def spans(self) -> list[Span]:
        """The best span in each sentence."""
        return [
            self.read.span(self.shift + at, self.shift + at + right - left) for at, left, right in self.choice.spans
        ]

    def choosing(self) -> Doubles:
        """(sentences, signals) by which the sentence is chosen."""
        return sentence_selection.signals(self.question, self.choice, self.spans(), self.asked, self.told)

    def scores(self) -> Doubles:
        """How much each sentence is the one that answers, in logits."""
        scored: Doubles = self.choosing() @ np.array(sentence_selection.WEIGHTS)
        return scored

    def origin(self, span: Span) -> tuple[int, int]:
        """Where a span stands in the context."""
        return self.choice.origin(max(0, span.start - self.shift), max(0, span.end - self.shift))

    def signals(self) -> Doubles:
        """What the calibration weighs, in the order of SIGNALS."""
        at, left, right = self.choice.spans[int(np.argmax(self.scores()))]
        margin = self.read.span(self.shift).margin
        own = [1.0, self.read.answer, min(sentence_selection.MOST, max(-sentence_selection.MOST, margin))]
        beside = alignment(self.question, self.choice.text, self.asked, self.told)
        return np.array(
            [*own, *beside, type_match(self.question, self.choice.text[at : at + right - left])], np.float64
        )


class Reader:
    """The loaded model. Thread-safe: reading changes nothing."""

    __slots__ = ("_bert", "_calibration", "_common", "_network", "_temperature", "_tokenizer")

    def __init__(self, network: Network, bert: Bert, tokenizer: Tokenizer) -> None:
        self._network, self._bert, self._tokenizer = network, bert, tokenizer
        self._common: frozenset[str] | None = None
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
        return cls(Network.load(path or WEIGHTS, WEIGHTS_SHA256, encoder), *word_encoder(encoder))

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
        asked, *given = words([question, *(choice.text for choice in chosen)], self._bert, self._tokenizer)
        for i, head, choice, read, told in zip(filled, heads, chosen, self._network.run(pairs), given, strict=True):
            found[i] = self._reading(contexts[i], Seen(question, choice, read, asked, told, len(head)))
        return found

    def _reading(self, context: str, seen: Seen) -> Reading:
        spans, scores = seen.spans(), seen.scores()
        order = sorted(range(len(spans)), key=lambda i: -scores[i])
        span = spans[order[0]]
        start, end = seen.origin(span)
        scored = tuple((*seen.choice.spans[i][1:], float(scores[i])) for i in order)
        sure = _sigmoid(float(self._calibration @ seen.signals()))
        return Reading(sure, start, end, context[start:end], span.margin, scored)

    def see(self, question: str, context: str, heading: str = "") -> Seen:
        """What `read` judges by, for calibrating."""
        choice = focus(question, context, READ_WORDS)
        asked, told = words([question, choice.text], self._bert, self._tokenizer)
        head = f"{heading} — " if heading.strip() else ""
        return Seen(question, choice, self._network.run([(question, head + choice.text)])[0], asked, told, len(head))

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

    @property
    def common(self) -> frozenset[str]:
        """The words that the vocabulary holds whole: ordinary ones."""
        if self._common is None:
            vocabulary = self._tokenizer.get_vocab()
            self._common = frozenset(w for w in vocabulary if len(w) > 1 and w.isascii() and w.isalpha())
        return self._common

    def pieces(self, word: str) -> int:
        """The number of tokens of a word: 1 for those that the vocabulary holds whole, the common ones."""
        return self._network.pieces(word)


def word_encoder(encoder: Path) -> tuple[Bert, Tokenizer]:
    """The embedding model and its tokenizer as `alignment.words` needs them."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return Bert.load(encoder), tokenizer


def _sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, x))))
