"""The support model beside the lexical score: weights of both together, and balanced accuracy by source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.language.sentences import sentences
from assistant.reading.entailment import signals
from assistant.reading.reader import Reader
from assistant.reading.support import Support, support
from assistant.tune.reader_calibrate import Doubles, fit
from assistant.tune.reader_data import Row
from assistant.tune.reader_measure import area, balanced
from assistant.types import Evidence, Passage, Quote

if TYPE_CHECKING:
    from assistant.protocols import Embedder

# Sentences of a premise that the lexical score is given; the longest premises have hundreds.
_SENTENCES = 24


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair with both scores."""

    row: Row
    entailed: float
    lexical: Support


def judged(rows: Sequence[Row], reader: Reader, embedder: Embedder) -> list[Judged]:
    """Both scores of each pair, as the run time makes them."""
    found = []
    for row in rows:
        quotes = tuple(Quote(s.text, s.start, s.end) for s in sentences(row.passage)[:_SENTENCES])
        evidence = Evidence(1, Passage(1, "d", "", row.passage, 0, len(row.passage)), quotes)
        lexical = support(row.question, "", (evidence,), None, embedder)
        found.append(Judged(row, reader.entails([row.passage], [row.question])[0].supported, lexical))
    return found


def together(found: Sequence[Judged]) -> Doubles:
    """Bias and weights of `assistant.reading.entailment`; each source weighs the same, and so do both labels in it."""
    rows = np.array([[1.0, *signals(j.entailed, j.lexical)] for j in found])
    labels = np.array([float(j.row.label == 0) for j in found])
    count: dict[tuple[str, bool], int] = defaultdict(int)
    for j in found:
        count[j.row.source, j.row.label == 0] += 1
    weights = np.array([100.0 / count[j.row.source, j.row.label == 0] for j in found])
    return fit(rows, labels, weights)


def table(found: Sequence[Judged], scores: Mapping[str, tuple[Sequence[float], float]]) -> dict[str, dict[str, float]]:
    """By source: area under the curve and balanced accuracy of each score at its line."""
    groups: dict[str, list[int]] = defaultdict(list)
    for i, j in enumerate(found):
        groups[j.row.source].append(i)
    told: dict[str, dict[str, float]] = {}
    for source, own in sorted(groups.items()):
        labels = [found[i].row.label for i in own]
        told[source] = {"pairs": float(len(own))}
        for name, (values, line) in scores.items():
            some = [values[i] for i in own]
            told[source][f"{name} AUC"] = round(area(some, [int(label == 0) for label in labels]), 3)
            told[source][f"{name} balanced"] = round(balanced(some, labels, line), 3)
    return told
