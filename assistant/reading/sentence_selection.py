"""Which sentence of a passage answers: the network's span margins beside what each sentence says of the question's words.

A small network takes the neighbour of the right sentence for it where one word tells them apart ("P1" and "P2", "high" and
"moderate risk"). The signals here say which sentence has the words that its neighbours lack. Their weights were fitted by a
softmax over the sentences of passages whose articles were never trained on (`assistant.tune.reader_calibrate`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from assistant.reading.alignment import Words, content, unit
from assistant.reading.answer_type import type_match
from assistant.reading.focus import Focus
from assistant.reading.network import Span

Doubles = npt.NDArray[np.float64]

NAMES: Final = ("margin", "mean", "least", "cosine", "expected")
# In logits, fitted on 503 written questions and 485 of the open sets, of documents that were not trained on
# (`assistant.tune.reader_calibrate.choice`); over two halves the right sentence is chosen for 0.865 of the written ones, 0.855 before.
WEIGHTS: Final = (0.258, 2.022, 1.438, 3.304, 0.335)
# Margins beyond this say no more.
MOST: Final = 20.0


def signals(question: str, chosen: Focus, spans: Sequence[Span], asked: Words, given: Words) -> Doubles:
    """(sentences, signals) in the order of NAMES for the sentences of `chosen`; `spans` are the best span in each.

    `mean`, `least`: best cosine of the question's content words in the sentence; `cosine`: of the means;
    `expected`: whether it has the kind of answer that is asked for.
    """
    similar = asked.vectors[content(asked)] @ given.vectors.T if asked.texts and given.texts else None
    rows = []
    for (at, left, right), span in zip(chosen.spans, spans, strict=True):
        end = at + right - left
        inside = np.flatnonzero((given.offsets >= at) & (given.offsets < end))
        near = [0.0, 0.0, 0.0]
        if similar is not None and inside.size:
            best = similar[:, inside].max(axis=1)
            near = [
                float(best.mean()),
                float(best.min()),
                float(unit(given.vectors[inside].mean(axis=0)[None])[0] @ asked.pooled),
            ]
        rows.append([max(-MOST, min(MOST, span.margin)), *near, type_match(question, chosen.text[at:end])])
    return np.array(rows, np.float64)
