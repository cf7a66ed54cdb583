"""Fit the weights of assistant/reading/sentence_relevance.py: which sentence of a passage answers a question.

    python bench/calibrate_compact.py ../shared/data/squad2/dev.jsonl [more.jsonl ...]

A conditional logit over the sentences of each question's context, fitted by L-BFGS with a small ridge on the answerable
questions; a sentence is right where a gold answer stands in it. Prints five-fold figures, folds made of whole articles, the
figures of each sign alone, and the weights to put into `WEIGHTS`.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from assistant.language.sentences import sentences
from assistant.reading.sentence_relevance import FEATURES, WEIGHTS, Candidate, features, question_features
from assistant.retrieval.embed import MiniLM
from assistant.types import Passage

RIDGE = 0.02
NOW = np.array([WEIGHTS[name] for name in FEATURES])


@dataclass(frozen=True)
class Choice:
    """One question: a row of signs for each sentence, which of them are right, and the article."""

    rows: np.ndarray
    right: np.ndarray
    article: str


def read(paths: list[Path], embedder: MiniLM, limit: int | None) -> list[Choice]:
    """The answerable questions whose answer stands in one of at least two sentences."""
    choices: list[Choice] = []
    items = [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    for number, item in enumerate(i for i in items if i["answerable"]):
        if limit and number >= limit:
            break
        offered: list[Candidate] = []
        for rank, context in enumerate(item["contexts"]):
            passage = Passage(rank, "", context.get("title", ""), context["text"], 0, len(context["text"]))
            found = [s.text for s in sentences(context["text"])]
            offered += [Candidate(s, passage, found[i - 1] if i else "", rank) for i, s in enumerate(found)]
        right = np.array([any(a in c.text for a in item["answers"]) for c in offered])
        if len(offered) < 2 or not right.any():
            continue
        vectors = embedder.query([item["question"], *(c.text for c in offered)])
        rows = features(question_features(item["question"]), offered, list(vectors[1:] @ vectors[0]))
        choices.append(Choice(rows, right, item["contexts"][0].get("title", "")))
    return choices


def fit(choices: list[Choice], keep: np.ndarray) -> np.ndarray:
    """Weights of greatest penalised likelihood; columns outside `keep` stay 0. Signs are scaled to unit deviation inside."""
    rows = np.concatenate([c.rows for c in choices])
    right = np.concatenate([c.right for c in choices])
    starts = np.cumsum([0, *(len(c.right) for c in choices[:-1])])
    sizes = [len(c.right) for c in choices]
    scale = rows.std(axis=0)
    scale[scale == 0] = 1.0
    rows = rows / scale * keep

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        utility = rows @ weights
        raised = np.exp(utility - np.repeat(np.maximum.reduceat(utility, starts), sizes))
        chance = raised / np.repeat(np.add.reduceat(raised, starts), sizes)
        held = np.add.reduceat(chance * right, starts)
        posterior = chance * right / np.repeat(held, sizes)
        value = -np.log(held).mean() + RIDGE / 2 * float(weights @ weights)
        return value, rows.T @ (chance - posterior) / len(choices) + RIDGE * weights

    found = minimize(loss, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B")
    return found.x / scale * keep


def hits(choices: list[Choice], weights: np.ndarray) -> np.ndarray:
    """For each question whether a right sentence is among the best one, two, three."""
    table = np.zeros((len(choices), 3))
    for row, choice in enumerate(choices):
        order = np.argsort(-(choice.rows @ weights), kind="stable")
        table[row] = [choice.right[order[:k]].any() for k in (1, 2, 3)]
    return table


def folded(choices: list[Choice], keep: np.ndarray, folds: int = 5) -> np.ndarray:
    """Mean of `hits` where each question was scored by weights that no question of its article took part in."""
    articles = sorted({c.article for c in choices})
    fold = {article: i % folds for i, article in enumerate(articles)}
    tables = []
    for f in range(folds):
        weights = fit([c for c in choices if fold[c.article] != f], keep)
        tables.append(hits([c for c in choices if fold[c.article] == f], weights))
    return np.concatenate(tables).mean(axis=0)


def main() -> None:
    """Read, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    choices = read(options.data, MiniLM(), options.limit)
    everything = np.ones(len(FEATURES))
    print(f"{len(choices)} questions, {np.mean([len(c.right) for c in choices]):.1f} sentences each")
    print("five-fold, right sentence among the best 1, 2, 3:", folded(choices, everything).round(4))
    for name in FEATURES:
        alone = np.array([float(s == name) for s in FEATURES])
        print(f"  {name:10s} alone {folded(choices, alone).round(3)}  without {folded(choices, 1 - alone).round(4)}")
    weights = fit(choices, everything)
    print("weights now in bearing.py, right among the best 1, 2, 3:", hits(choices, NOW).mean(axis=0).round(4))
    cheap = np.array([float(s != "cosine") for s in FEATURES])
    print("weights", {name: round(float(w), 2) for name, w in zip(FEATURES, weights, strict=True)})
    print("weights without cosine", {n: round(float(w), 2) for n, w in zip(FEATURES, fit(choices, cheap), strict=True)})


if __name__ == "__main__":
    main()
