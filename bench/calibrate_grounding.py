"""Fit the weights of `assistant/reading/support.py` and show the curve from which `min_support` was chosen.

    python bench/calibrate_grounding.py --data DATA [--documents 250]

True sentences are a source's own, shortened, reordered or joined. False ones are the same with a number, a name, a
negation, a direction or a content word changed, or a sentence of the same document that the cited quotes do not hold.
Documents are split in two halves: weights from one, the printed curve from the other. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize

from assistant.language.sentences import sentences
from assistant.language.words import STOPWORDS, fold, words
from assistant.reading.support import support
from assistant.retrieval.embed import MiniLM
from assistant.types import Evidence, Passage, Quote

SEED = 5
_OPPOSITES = {
    "increase": "decrease", "increases": "decreases", "increased": "decreased", "reduce": "raise", "reduces": "raises",
    "reduced": "raised", "high": "low", "low": "high", "higher": "lower", "lower": "higher", "more": "less", "less": "more",
    "before": "after", "after": "before", "common": "rare", "rare": "common", "improve": "worsen", "improves": "worsens",
    "safe": "dangerous", "start": "stop", "begin": "stop", "acute": "chronic", "chronic": "acute", "benign": "malignant",
    "adults": "children", "children": "adults", "left": "right", "right": "left", "always": "never",
}  # fmt: skip


class Pair(NamedTuple):
    """A sentence, the quotes it cites, whether they support it, how it was made, and which document it is of."""

    sentence: str
    evidence: Evidence
    label: int
    kind: str
    document: int


def pairs(folder: Path, limit: int, rng: random.Random) -> Iterator[Pair]:
    """True and false sentences of random documents."""
    paths = sorted(folder.glob("*.md"))
    rng.shuffle(paths)
    pool: list[str] = []
    for number, path in enumerate(paths[:limit]):
        text = path.read_text(encoding="utf-8")
        title = text.splitlines()[0].lstrip("# ")
        found = [s.text for s in sentences(text[len(title) + 2 : 6000]) if 40 < len(s.text) < 260]
        if len(found) < 8:
            continue
        at = rng.randrange(len(found) - 4)
        quotes = found[at : at + 3]
        evidence = _evidence(title, quotes)
        for kind, said in _true(quotes, rng):
            yield Pair(said, evidence, 1, kind, number)
        for kind, said in _false(quotes, found, pool, rng):
            yield Pair(said, evidence, 0, kind, number)
        pool = [word for text in found for word in _content(text)][-2000:]


def _evidence(title: str, quotes: list[str]) -> Evidence:
    text = " ".join(quotes)
    passage = Passage(1, "d", title, text, 0, len(text))
    made, at = [], 0
    for quote in quotes:
        at = text.index(quote, at)
        made.append(Quote(quote, at, at + len(quote)))
    return Evidence(1, passage, tuple(made))


def _true(quotes: list[str], rng: random.Random) -> Iterator[tuple[str, str]]:
    said = rng.choice(quotes)
    yield "verbatim", said
    shorter = re.sub(r"\s*\([^)]*\)", "", said)
    if shorter != said:
        yield "without brackets", shorter
    if ", " in said:
        head, _, tail = said.rstrip(".").partition(", ")
        if len(head.split()) > 5:
            yield "shortened", head + "."
        if len(head.split()) > 3 and len(tail.split()) > 3:
            yield "reordered", f"{tail[0].upper()}{tail[1:]}, {head[0].lower()}{head[1:]}."
    yield "joined", f"{quotes[0].rstrip('.')}, and {quotes[1][0].lower()}{quotes[1][1:]}"


def _false(quotes: list[str], found: list[str], pool: list[str], rng: random.Random) -> Iterator[tuple[str, str]]:
    said = rng.choice(quotes)
    digits = re.sub(r"\d+", lambda m: str(int(m.group()[:6]) * 2 + 1), said, count=1)
    if digits != said:
        yield "number", digits
    for word in words(said):
        if (other := _OPPOSITES.get(word.text.lower())) is not None:
            yield "direction", said[: word.start] + other + said[word.end :]
            break
    negated = re.sub(r"\b(is|are|was|were|can|may|should|will|has|have|does|do)\b(?! not)", r"\1 not", said, count=1)
    if negated != said:
        yield "negation", negated
    inner = [w for w in words(said)[1:] if w.text not in STOPWORDS and len(w.text) > 4 and w.text.islower()]
    if pool:
        if inner:
            word = rng.choice(inner)
            yield "one word", said[: word.start] + rng.choice(pool) + said[word.end :]
        names = [w for w in words(said)[1:] if w.text[0].isupper()]
        if names:
            word = rng.choice(names)
            yield "name", said[: word.start] + rng.choice(pool).capitalize() + said[word.end :]
    others = [text for text in found if text not in quotes]
    if others:
        yield "elsewhere", rng.choice(others)


def _content(text: str) -> list[str]:
    return [w.text for w in words(text) if fold(w.text) not in STOPWORDS and len(w.text) > 4 and w.text.islower()]


def fitted(rows: Any, labels: Any) -> tuple[Any, float]:
    """Balanced logistic weights whose signs are those that the words mean: coverage and similarity speak for support, a
    missing word against it. Without the bounds similarity is fitted below zero, as changed sentences stay very similar."""
    share = np.where(labels == 1, 0.5 / max(1, (labels == 1).sum()), 0.5 / max(1, (labels == 0).sum()))
    signs = np.where(labels == 1, 1.0, -1.0)

    def loss(w: Any) -> float:
        return float((share * np.logaddexp(0, -signs * (rows @ w[:3] + w[3]))).sum() + 0.0005 * (w[:3] ** 2).sum())

    bounds = [(0, None), (0, None), (None, 0), (None, None)]
    found = minimize(loss, np.array([1.0, 1.0, -1.0, 0.0]), method="L-BFGS-B", bounds=bounds).x
    return found[:3], float(found[3])


def main() -> None:
    """Measure, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--documents", type=int, default=250)
    options = parser.parse_args()
    rng = random.Random(SEED)
    made = list(pairs(options.data / "medquad" / "documents", options.documents, rng))
    embedder = MiniLM()
    judged = [support(pair.sentence, "", (pair.evidence,), None, embedder) for pair in made]
    rows = np.array([[j.coverage, j.similarity, float(j.coverage < 1)] for j in judged])
    labels = np.array([pair.label for pair in made])
    fit = np.array([pair.document % 2 == 0 for pair in made])
    open_ = np.array([not j.objection for j in judged])
    weights, bias = fitted(rows[fit & open_], labels[fit & open_])
    scores = np.where(open_, 1 / (1 + np.exp(-(rows @ weights + bias))), 0.0)
    test = ~fit
    shipped = np.array([j.score for j in judged])
    kinds = sorted({pair.kind for pair in made})
    at = 0.75
    by_kind = {
        kind: round(float(np.mean([shipped[i] >= at for i, p in enumerate(made) if p.kind == kind and test[i]])), 3)
        for kind in kinds
    }

    def curve(of: Any) -> dict[str, dict[str, float]]:
        return {
            str(t): {
                "supported_kept": round(float((of[test & (labels == 1)] >= t).mean()), 4),
                "unsupported_passed": round(float((of[test & (labels == 0)] >= t).mean()), 4),
            }
            for t in (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
        }

    told = {
        "n": len(made),
        "weights": [round(float(w), 2) for w in weights],
        "bias": round(bias, 2),
        "curve": curve(scores),
        "curve_of_shipped_weights": curve(shipped),
        "passed_at_0.75_by_shipped_weights": by_kind,
        "objections_to_true": round(float((~open_[labels == 1]).mean()), 4),
    }
    sys.stdout.write(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main()
