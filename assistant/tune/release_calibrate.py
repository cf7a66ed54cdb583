"""Weights of `assistant.reading.confidence`: `python -m assistant.tune.release_calibrate --data DATA --out FILE [--part 0/2]`.

The held-out passages of the training sets are one collection, searched as a vault is (full text and vectors, fused). Most of
the questions are put in other words; of a quarter of the answerable ones the passage is taken out of the collection. Each
question's eight passages are read; the label says whether the chosen one's sentence holds the known answer. `--fit FILE..`
prints the weights for what was read, and what precision the lines have.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from assistant.protocols import Embedder
from assistant.reading.confidence import Candidate, merits, signals
from assistant.reading.reader import Reader, Reading
from assistant.tune import written_questions
from assistant.tune.collection import Collection
from assistant.tune.reader_calibrate import fit
from assistant.tune.reader_data import Row
from assistant.tune.reader_measure import holds, some
from assistant.tune.reader_mix import questions
from assistant.tune.reader_words import reworded

Doubles = npt.NDArray[np.float64]
_REWORDED: Final = 0.8
_WITHHELD: Final = 0.25
_RIDGE: Final = 3.0
_SEED: Final = 5


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """One question's passages as read, best first by the search, and which of them hold the answer."""

    source: str
    answerable: bool
    candidates: tuple[Candidate, ...]
    right: tuple[bool, ...]

    @property
    def chosen(self) -> int:
        """The candidate that would be shown."""
        compared = merits(self.candidates)
        return compared.index(max(compared))


def read_questions(reader: Reader, collection: Collection, rows: Sequence[tuple[int, Row]]) -> Iterable[ReadQuestion]:
    """Each numbered row searched and read."""
    for number, row in rows:
        rng = random.Random(f"{_SEED} {number}")  # noqa: S311 (reproducible, no secret)
        question = reworded(row.question, rng, _REWORDED)
        withheld = bool(row.label) and rng.random() < _WITHHELD
        found = collection.search(question, row.passage if withheld else "")
        reads = reader.read(question, [text for text, _ in found], [collection.titles[text] for text, _ in found])
        right = tuple(
            text == row.passage and bool(row.label) and holds(row, one)
            for (text, _), one in zip(found, reads, strict=True)
        )
        candidates = tuple(
            Candidate(one.answerable, score, collection.titles[text])
            for (text, score), one in zip(found, reads, strict=True)
        )
        if candidates:
            yield ReadQuestion(row.source, bool(row.label) and not withheld, candidates, right)


def written(
    reader: Reader, embedder: Embedder, part: tuple[int, int] = (0, 1), folder: Path = written_questions.FOLDER
) -> Iterable[ReadQuestion]:
    """The written questions of documents that were not trained on, each searched and read among its whole collection.

    `part` (k, n): only each n-th question from the k-th on.
    """
    for path in written_questions.collections(folder):
        parts = written_questions.passages_of(path)
        collection, by_text = written_questions.searched(parts, embedder), {piece.text: piece for piece in parts}
        held = [question for question in written_questions.questions_of(path) if question.held]
        for one in held[part[0] :: part[1]]:
            found = [(by_text[text], score) for text, score in collection.search(one.question)]
            texts, above = [piece.text for piece, _ in found], [piece.above for piece, _ in found]
            reads = reader.read(one.question, texts, above)
            right = tuple(_answers(one, piece, read) for (piece, _), read in zip(found, reads, strict=True))
            candidates = tuple(
                Candidate(read.answerable, score, piece.document)
                for (piece, score), read in zip(found, reads, strict=True)
            )
            yield ReadQuestion(f"written-{path.name}", bool(one.answers), candidates, right)


def _answers(
    question: written_questions.WrittenQuestion, piece: written_questions.WrittenPassage, read: Reading
) -> bool:
    """Whether what was read lies in a sentence, row or item that answers."""
    if piece.document != question.document:
        return False
    places = [written_questions.locate(answer, piece.text) for answer in question.answers]
    return any(at is not None and read.start < at[1] and at[0] < read.end for at in places)


def measured(found: Sequence[ReadQuestion]) -> tuple[Doubles, Doubles]:
    """Signals and labels of the candidates that would be shown."""
    rows = np.array([signals(one.candidates, one.chosen) for one in found])
    return rows, np.array([float(one.right[one.chosen]) for one in found])


def lines(found: Sequence[ReadQuestion], weights: Doubles) -> list[dict[str, float]]:
    """Precision, share of the answerable that is answered right, and share of the others refused, at several lines."""
    rows, labels = measured(found)
    sure = 1 / (1 + np.exp(-rows @ weights))
    answerable = np.array([one.answerable for one in found])
    table = []
    for line in (0.3, 0.4, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9):
        shown = sure >= line
        table.append({
            "line": line, "precision": float(labels[shown].mean()) if shown.any() else 1.0,
            "right": float(labels[shown].sum() / answerable.sum()), "refused": float((~shown[~answerable]).mean()),
        })  # fmt: skip
    return table


def _read(data: Path, models: Path, part: tuple[int, int], most: int, weights: Path | None) -> list[ReadQuestion]:
    from assistant.reading.network import Network
    from assistant.reading.reader import ENCODER, word_encoder
    from assistant.retrieval.embed import MiniLM

    base = models / ENCODER
    held = [row for row in questions(data)[1] if row.start >= 0 or not row.label]
    collection = Collection({row.passage: row.title for row in held}, MiniLM(base))
    rows = [(n, row) for n, row in enumerate(some(held, most)) if n % part[1] == part[0]]
    reader = (
        Reader(Network.of(weights.read_bytes(), base), *word_encoder(base)) if weights else Reader.load(encoder=base)
    )
    found = list(read_questions(reader, collection, rows))
    return found + list(written(reader, MiniLM(base), part))


def main(argv: Sequence[str] | None = None) -> None:
    """Command line of the calibration."""
    parser = argparse.ArgumentParser(description="Calibrate what is released.")
    for name in ("data", "models", "out", "weights"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--part", default="0/1", help="which share of the questions, as 0/2 and 1/2")
    parser.add_argument("--most", type=int, default=40, help="questions of a source")
    parser.add_argument("--fit", type=Path, nargs="+", help="files that --out wrote")
    given = parser.parse_args(argv)
    if given.fit:
        raw = [json.loads(line) for path in given.fit for line in path.read_text("utf-8").splitlines()]
        found = [
            ReadQuestion(
                one["source"], one["answerable"], tuple(Candidate(**c) for c in one["candidates"]), tuple(one["right"])
            )
            for one in raw
        ]
        weights = fit(*measured(found), ridge=_RIDGE)
        print(len(found), "questions; weights", weights.round(2).tolist())  # noqa: T201
        for row in lines(found, weights):
            print({name: round(value, 3) for name, value in row.items()})  # noqa: T201
        return
    own, of = map(int, given.part.split("/"))
    found = _read(given.data, given.models, (own, of), given.most, given.weights)
    given.out.write_text("".join(json.dumps(asdict(one)) + "\n" for one in found), "utf-8")


if __name__ == "__main__":
    main()
