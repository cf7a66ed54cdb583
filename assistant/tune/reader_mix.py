"""Which rows the reader is trained on, and how many of each kind."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from assistant.tune.reader_data import Miner, Row, answers, bucket, cut, entailments, lines, part, sampled
from assistant.tune.reader_swap import corrupt
from assistant.tune.reader_tables import made
from assistant.tune.reader_words import reworded

# Most answerable rows of a source; sources not named are used whole. Reviews and posts have one kind of question.
_MOST: Final = {
    "squadshifts-reddit": 2200, "squadshifts-amazon_reviews": 2200, "squadshifts-new_wiki": 5500, "policyqa": 2200,
    "bioasq": 3200, "fairytaleqa": 900, "molweni": 250, "quoref": 400, "reqa": 1800, "musique": 1800, "boolq": 1200,
}  # fmt: skip
# Twins of answerable rows: another passage that is near, and the question changed.
_NEAR, _CHANGED = 0.42, 0.22
# Human-written negatives are seen this often, each time cut and worded anew.
_REPEAT: Final = {"squad2-train": 3, "nq": 2, "clapnq": 2, "musique": 1, "molweni": 1}
_MADE: Final = 4200
_ENTAIL: Final = {"snli": 4500, "mnli": 11000, "fever": 13500}
# Share of the rows that an epoch reads, by source, or by source and label, so that it fits some four million tokens: less of
# what the product sees least and of copies. Each epoch draws anew.
_KEPT: Final[dict[str | tuple[str, int], float]] = {
    ("squad2-train", 1): 0.43, ("squad2-train", 0): 0.6, "squadshifts-new_wiki": 0.73, "squad1-sample": 0.65,
    "squad1-train-part": 0.65, "reqa": 0.55, ("nq", 1): 0.8, ("nq", 0): 0.35, "selqa": 0.37, "bioasq": 0.25, "boolq": 0.7,
    ("clapnq", 0): 0.7, "covidqa": 0.5, "policyqa": 0.28, "squadshifts-amazon_reviews": 0.33, "squadshifts-reddit": 0.23,
    "fairytaleqa": 0.45, "quoref": 0.7, "qed": 0.7, "musique": 0.15, "molweni": 0.1, "made-table": 0.8, "made-range": 0.8,
    "made-twin": 0.8, "begin": 0.4, "fever": 0.37, "mnli": 0.36, "snli": 0.22, "summedits": 0.22, "wice": 0.35,
}  # fmt: skip


def yes_no(path: Path) -> list[Row]:
    """BoolQ: each passage decides its question; there is no span."""
    found = []
    for item in lines(path):
        title, _, passage = item["passage"].partition(" -- ")
        found.append(
            Row(
                "answer",
                item["question"] + "?",
                passage or title,
                -1,
                -1,
                1,
                0.6,
                "boolq",
                item["passage"][:200],
                title,
            )
        )
    return found


def questions(data: Path) -> tuple[list[Row], list[Row], Miner]:
    """Training and held-out rows of the question sets, and a miner over all passages of the training rows."""
    train, held = part(answers(data / "train" / "qa_open.jsonl.xz") + yes_no(data / "train" / "boolq.jsonl"))
    return train, held, Miner(train)


def shaped(rows: Sequence[Row], rng: random.Random, share: float = 0.5) -> list[Row]:
    """Each row cut and worded anew; rows that lose their answer are left out."""
    found = []
    for row in rows:
        small = cut(row, rng)
        if small is not None:
            found.append(replace(small, question=reworded(small.question, rng, share)))
    return found


def _twin(row: Row, positive: Sequence[Row], miner: Miner, rng: random.Random) -> Row | None:
    """A row of the same question that its passage does not answer, for some of the answerable ones."""
    draw = rng.random()
    if draw < _NEAR:
        return miner.near(row, rng)
    if draw >= _NEAR + _CHANGED:
        return None
    # Cut first, so that what replaces a name or number stands in the passage that is read.
    small = cut(replace(row, title=""), rng)
    return small and corrupt(small, rng.choice(positive).passage, rng)


def mix(data: Path, seed: int) -> list[Row]:
    """All training rows."""
    rng = random.Random(seed)  # noqa: S311 (reproducible order, no secret)
    train, _, miner = questions(data)
    positive = sampled([r for r in train if r.label], _MOST, rng)
    negative = [r for r in train if not r.label]
    found = list(positive)
    found += [r for r in positive if r.source == "squad2-train"]
    found += [r for r in negative for _ in range(_REPEAT.get(r.source, 1))]
    for row in positive:
        twin = _twin(row, positive, miner, rng)
        if twin is not None:
            found.append(twin)
    rows = shaped(found, rng) + [replace(r, question=reworded(r.question, rng)) for r in made(_MADE, rng)]
    rows += _pairs(data, rng)
    rng.shuffle(rows)
    return rows


def _pairs(data: Path, rng: random.Random) -> list[Row]:
    """Rows of whether a premise supports a sentence; those that are measured on are left out."""
    pairs = [r for r in entailments(data / "train" / "entailment_open.jsonl.xz") if bucket(r.group) >= 0.06]
    return [replace(r, passage=_head(r.passage, 150)) for r in sampled(pairs, _ENTAIL, rng) if len(r.passage) < 2400]


def share(row: Row) -> float:
    """The part of the rows like this one that an epoch reads; see `_KEPT`."""
    return _KEPT.get(row.source, _KEPT.get((row.source, row.label), 1.0))


def _head(text: str, most: int) -> str:
    words = text.split()
    return text if len(words) <= most else " ".join(words[:most])
