"""Fit `assistant/reading/studies.py` on yes/no questions with abstracts and print how it does on questions it did not see.

    python -m assistant.tune.yesno_recipe --data pubmedqa/dev.jsonl --out weights/yesno.npz

Ten-fold cross-validation for the printed curve, all questions for the weights. Questions that the experts answered "maybe"
are never right when released. The conclusion of each abstract, which is not part of the contexts, is used as a second
training text of its question where `--conclusions` is given. Takes a minute.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.language.sentences import sentences
from assistant.reading.studies import Study, grams, signs, study
from assistant.types import Passage

FOLDS, SEED, MIN_DOCUMENTS = 10, 0, 3
# Scale of the cues beside the word weights, and inverse strength of the ridge; chosen by cross-validation on a coarse grid.
CUE_SCALE, RIDGE = 0.1, 0.5
Floats = npt.NDArray[np.float64]


def _cases(rows: list[dict[str, Any]], embedder: Any) -> tuple[list[Study], list[Study]]:
    given, concluded = [], []
    for row in rows:
        passages = [Passage(n, "", c["title"], c["text"], 0, len(c["text"])) for n, c in enumerate(row["contexts"])]
        case = study(row["question"], passages, embedder)
        if case is None:
            raise SystemExit(f"no sentence in {row['id']}")
        given.append(case)
        found = tuple((0, s) for s in sentences(row["long_answer"]))
        vectors = embedder.query([row["question"], *(s.text for _, s in found)])
        concluded.append(Study(row["question"], found, np.asarray(vectors[1:] @ vectors[0], np.float64)))
    return given, concluded


class Space:
    """Cases as vectors: standardized cues, then normalised hashed words that enough cases have."""

    def __init__(self, cases: list[Study]) -> None:
        cues = np.array([signs(case) for case in cases])
        self.mean, self.scale = cues.mean(axis=0), cues.std(axis=0) + 1e-6
        count = Counter(key for case in cases for counts in grams(case).values() for key in counts)
        self.keys = sorted(key for key, n in count.items() if n >= MIN_DOCUMENTS)
        self.place = {key: i for i, key in enumerate(self.keys)}
        self.rarity = np.array([np.log((1 + len(cases)) / (1 + count[key])) + 1 for key in self.keys])

    def rows(self, cases: list[Study]) -> Floats:
        """One row a case."""
        made = np.zeros((len(cases), len(self.mean) + len(self.keys)))
        for row, case in zip(made, cases, strict=True):
            row[: len(self.mean)] = CUE_SCALE * (signs(case) - self.mean) / self.scale
            for counts in grams(case).values():
                at = [self.place[key] for key in counts if key in self.place]
                values = np.array([1 + np.log(counts[self.keys[i]]) for i in at]) * self.rarity[at]
                row[[len(self.mean) + i for i in at]] = values / (np.linalg.norm(values) or 1.0)
        return made


def _fit(space: Space, cases: list[Study], labels: npt.NDArray[np.int64]) -> object:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=RIDGE, max_iter=5000).fit(space.rows(cases), labels)


def curve(yes: Floats, labels: npt.NDArray[np.int64]) -> list[dict[str, float]]:
    """Share released and share right for several release lines; label 2 ("maybe") is never right."""
    sure, said = np.maximum(yes, 1 - yes), (yes >= 0.5).astype(int)
    lines = (0.5, 0.54, 0.56, 0.58, 0.6, 0.62, 0.64, 0.66, 0.68, 0.7, 0.74, 0.78)
    return [
        {
            "line": line,
            "released": round(float(keep.mean()), 3),
            "right": round(float((said == labels)[keep].mean()), 3),
        }
        for line in lines
        if (keep := sure >= line).any()
    ]


def main() -> None:
    """Measure, fit, write."""
    from sklearn.model_selection import StratifiedKFold

    from assistant.retrieval.embed import MiniLM

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--conclusions", action="store_true")
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.data.read_text(encoding="utf-8").split("\n") if line]
    labels = np.array([{"yes": 1, "no": 0}.get(row["yes_no_maybe"], 2) for row in rows])
    given, concluded = _cases(rows, MiniLM())

    def fitted(index: npt.NDArray[np.int64]) -> tuple[Space, Any]:
        decided = [int(i) for i in index if labels[i] < 2]
        cases, targets = [given[i] for i in decided], labels[decided]
        space = Space(cases)
        if options.conclusions:
            cases, targets = cases + [concluded[i] for i in decided], np.concatenate([targets, targets])
        return space, _fit(space, cases, targets)

    yes = np.zeros(len(rows))
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(np.zeros(len(rows)), labels):
        space, model = fitted(train)
        yes[test] = model.predict_proba(space.rows([given[i] for i in test]))[:, 1]
    told: dict[str, object] = {"n": len(rows), "curve": curve(yes, labels)}
    if options.out:
        space, model = fitted(np.arange(len(rows)))
        blob = packed(space, model)
        options.out.write_bytes(blob)
        told["sha256"] = hashlib.sha256(blob).hexdigest()
        told["bytes"] = len(blob)
    sys.stdout.write(json.dumps(told, indent=1) + "\n")


def packed(space: Space, model: Any) -> bytes:
    """The weights file: the cue scale is folded into the weights."""
    weights = model.coef_[0]
    cues = len(space.mean)
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        mean=space.mean,
        scale=space.scale,
        signs=CUE_SCALE * weights[:cues],
        bias=model.intercept_,
        grams=np.array(space.keys, np.uint32),
        rarity=space.rarity.astype(np.float32),
        weight=weights[cues:].astype(np.float32),
    )
    return buffer.getvalue()


if __name__ == "__main__":
    main()
