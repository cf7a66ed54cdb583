"""What a reader reaches, by source, beside trivial features: `python -m assistant.tune.reader_measure --data DATA ...`.

Answerability: the area under the ROC curve over rows whose articles were never trained on. Support: balanced accuracy at a
line chosen on held-out training pairs, beside the lexical score of `assistant.reading.support`.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from assistant.language.sentences import sentences
from assistant.language.words import content_stems
from assistant.reading.reader import Reader, Reading
from assistant.tune.reader_data import Miner, Row, bucket, entailments, family, lines
from assistant.tune.reader_mix import questions

Doubles = npt.NDArray[np.float64]
_SEED: Final = 7
_LABELS: Final = {"entailment": 0, "neutral": 1, "contradiction": 2}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One row read. `right`: answerable, and the sentence of the reader's span holds the answer."""

    row: Row
    reading: Reading
    right: bool


def squad(path: Path) -> list[Row]:
    """SQuAD rows in the format of `answers`: one context each."""
    found = []
    for item in lines(path):
        context = item["contexts"][0]
        text, title = context["text"], context["title"]
        given = [a if isinstance(a, str) else a["text"] for a in item["answers"]]
        start = next((text.find(a) for a in given if a and a in text), -1)
        answer = next((a for a in given if a and a in text), "")
        end = start + len(answer) if start >= 0 else -1
        found.append(
            Row("answer", item["question"], text, start, end, int(item["answerable"]), 1.0, "squad2-dev", title)
        )
    return found


def other_kinds(path: Path) -> list[Row]:
    """The sets to measure on only."""
    return [
        Row("answer", i["question"], i["passage"], -1, -1, int(i["answerable"]), 1.0, family(i["source"]), i["title"])
        for i in lines(path)
    ]


def held_out(data: Path) -> list[Row]:
    """Held-out rows of the training sets, and for half of the answerable a near passage that lacks the answer."""
    rng = random.Random(_SEED)  # noqa: S311
    _, held, _ = questions(data)
    miner = Miner(held)
    found = list(held)
    for row in held:
        twin = miner.near(row, rng) if row.label and rng.random() < 0.5 else None
        if twin is not None:
            found.append(replace(twin, source=f"{twin.source} (near)"))
    return found


def some(rows: Iterable[Row], most: int) -> list[Row]:
    """At most so many rows a source, the same ones each time."""
    taken: dict[str, int] = defaultdict(int)
    found = []
    for row in sorted(rows, key=lambda r: bucket(r.question + r.passage[:80])):
        taken[row.source] += 1
        if taken[row.source] <= most:
            found.append(row)
    return found


def outcomes(reader: Reader, rows: Sequence[Row]) -> list[Outcome]:
    """Read every row as the run time would."""
    found = []
    for row in rows:
        reading = reader.read(row.question, [row.passage], [row.title if row.loose else ""])[0]
        found.append(Outcome(row, reading, bool(row.label) and holds(row, reading)))
    return found


def holds(row: Row, reading: Reading) -> bool:
    """Whether the sentences that the span touches hold the known answer (or overlap a long one)."""
    if row.loose:
        return reading.start < row.end and row.start < reading.end
    inside = [s for s in sentences(row.passage) if s.start < reading.end and s.end > reading.start]
    if row.start < 0 or not inside:
        return False
    left, right = inside[0].start, inside[-1].end
    return (left <= row.start and row.end <= right) or (
        row.end - row.start > 60 and reading.start < row.end and reading.end > row.start
    )


def area(scores: Sequence[float], labels: Sequence[int]) -> float:
    """Area under the ROC curve, ties counted half."""
    values, truth = np.asarray(scores, np.float64), np.asarray(labels, bool)
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    positive, negative = int(truth.sum()), int((~truth).sum())
    if not positive or not negative:
        return float("nan")
    return float((ranks[truth].sum() - positive * (positive + 1) / 2) / (positive * negative))


def overlap(row: Row) -> float:
    """Share of the question's content words in the passage."""
    asked = set(content_stems(row.question))
    return len(asked & set(content_stems(row.passage))) / max(1, len(asked))


TRIVIAL: Final[dict[str, Callable[[Row], float]]] = {
    "passage length": lambda row: float(len(row.passage)),
    "question length": lambda row: float(len(row.question)),
    "overlap": overlap,
}


def by_source(found: Sequence[Outcome]) -> dict[str, dict[str, float]]:
    """Figures by source. The mined rows of a source stand beside its own answerable ones."""
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in found:
        groups[outcome.row.source].append(outcome)
    table: dict[str, dict[str, float]] = {}
    for source, own in sorted(groups.items()):
        base = source.removesuffix(" (near)")
        rows = own + ([o for o in groups.get(base, []) if o.row.label] if base != source else [])
        if len({o.row.label for o in rows}) > 1:
            table[source] = _figures(rows)
    return table


def _figures(rows: Sequence[Outcome]) -> dict[str, float]:
    """How many rows, and how well each trivial feature and the reader tell the answerable ones."""
    labels = [o.row.label for o in rows]
    known = [o for o in rows if o.row.label and o.row.start >= 0]
    return {
        "rows": float(len(rows)),
        "answerable": float(sum(labels)),
        **{name: area([f(o.row) for o in rows], labels) for name, f in TRIVIAL.items()},
        "reader": area([o.reading.answerable for o in rows], labels),
        "sentence": sum(o.right for o in known) / len(known) if known else float("nan"),
    }


@dataclass(frozen=True, slots=True)
class Point:
    """One operating point: release where the probability reaches `threshold`."""

    threshold: float
    precision: float
    coverage: float
    refused: float


def at(found: Sequence[Outcome], threshold: float) -> Point:
    """Precision of what is released, right releases among the answerable, and the unanswerable that are not released."""
    released = [o for o in found if o.reading.answerable >= threshold]
    right = sum(o.right for o in released)
    answerable = sum(o.row.label for o in found)
    refused = sum(1 for o in found if not o.row.label and o.reading.answerable < threshold)
    return Point(
        threshold, right / max(1, len(released)), right / max(1, answerable), refused / max(1, len(found) - answerable)
    )


def line_for(found: Sequence[Outcome], precision: float) -> float:
    """The least threshold from which on the precision of what is released reaches `precision`; 1.01 if none does."""
    order = sorted(found, key=lambda o: -o.reading.answerable)
    right, best = 0, 1.01
    for count, outcome in enumerate(order, 1):
        right += outcome.right
        if count >= 20 and right / count >= precision:
            best = outcome.reading.answerable
    return best


def leave_one_group_out(found: Sequence[Outcome], precision: float) -> Point:
    """Each article judged at the line that the other articles give: mean over all rows."""
    groups = sorted({o.row.group for o in found})
    judged = []
    for group in groups:
        line = line_for([o for o in found if o.row.group != group], precision)
        judged += [replace(o, reading=_shifted(o.reading, line)) for o in found if o.row.group == group]
    return at(judged, 0.0)


def _shifted(reading: Reading, line: float) -> Reading:
    """The reading with its distance to a line in place of its probability, so that articles can be put together."""
    return replace(reading, answerable=reading.answerable - line)


def pairs(path: Path) -> list[Row]:
    """Pairs to measure support on."""
    return [
        Row("entail", i["hypothesis"], i["premise"], -1, -1, _LABELS[i["label"]], 1.0, family(i["source"]), "")
        for i in lines(path)
    ]


def held_pairs(data: Path) -> list[Row]:
    """Pairs of the training sets whose premises were never trained on."""
    return [r for r in entailments(data / "train" / "entailment_open.jsonl.xz") if bucket(r.group) < 0.06]
