"""What the vectors of sentences give a search, and how much they and the dense part should weigh.

    python -m bench.sentence_vectors [--every 4]

Every written question with an answer (`knowledge/reading`) is searched among its whole collection. The weights are chosen on documents that
the reader is trained on (each `--every`-th question of them); the others, of documents that are held apart, are only shown beside.
Figures: how often an answering passage is first, among three, eight, sixteen.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from assistant.retrieval.embed import MiniLM
from assistant.retrieval.expand import match_expression
from assistant.tune import written_questions as written
from assistant.tune.collection import Collection

Floats = npt.NDArray[np.float64]
PLACES = (1, 3, 8, 16)
SHARES = (0.0, 0.5, 0.7, 1.0)
WEIGHTS = (0.5, 0.65, 0.8, 0.85, 0.9, 0.95)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question over all passages of its collection: cosines, those of the nearest sentences, BM25 as a share of the best."""

    held: bool
    kind: str
    gold: list[int]
    whole: Floats
    nearest: Floats
    lexical: Floats

    def place(self, share: float, weight: float) -> int:
        """How many passages stand before the first that answers."""
        dense = (1 - share) * self.whole + share * np.maximum(self.whole, self.nearest)
        scores = weight * dense + (1 - weight) * self.lexical
        return min(int((scores > scores[at]).sum()) for at in self.gold)


def asked(every: int) -> Iterator[Asked]:
    """The questions of all collections."""
    embedder = MiniLM()
    for path in written.collections():
        parts = written.passages_of(path)
        collection = written.searched(parts, embedder)
        by_text = {piece.text: piece for piece in parts}
        for number, question in enumerate(written.questions_of(path)):
            if not question.answers or not (question.held or number % every == 0):
                continue
            gold = [
                at
                for at, text in enumerate(collection.texts)
                if by_text[text].document == question.document
                and any(written.locate(answer, text) for answer in question.answers)
            ]
            if gold:
                yield Asked(question.held, question.kind, gold, *_signals(collection, embedder, question.question))


def _signals(collection: Collection, embedder: MiniLM, question: str) -> tuple[Floats, Floats, Floats]:
    vector = embedder.query([question])[0]
    lexical = np.zeros(len(collection.texts))
    if match := match_expression(question):
        for at, value in collection.lexical(match).items():
            lexical[at] = value
    return (
        collection.cosines(vector).astype(np.float64),
        np.array(collection.nearest(vector, range(len(collection.texts)))),
        lexical / max(float(lexical.max()), 1e-9),
    )


def line(rows: list[Asked], share: float, weight: float) -> str:
    """The figures of some questions as a row of a table."""
    places = np.array([row.place(share, weight) for row in rows])
    return " | ".join(f"{(places < place).mean():.3f}" for place in PLACES)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=4)
    rows = list(asked(parser.parse_args().every))
    sets = {"chosen on": [r for r in rows if not r.held], "held apart": [r for r in rows if r.held]}
    for name, some in sets.items():
        print(f"\n{name}: {len(some)} questions\n\n| sentences | dense | " + " | ".join(f"@{p}" for p in PLACES) + " |")
        print("|---|---|" + "---|" * len(PLACES))
        for share, weight in product(SHARES, WEIGHTS):
            print(f"| {share} | {weight} | {line(some, share, weight)} |", flush=True)


if __name__ == "__main__":
    main()
