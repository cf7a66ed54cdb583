"""Training material of the reader: rows of the open sets, negatives mined from them, and passages cut to reading size.

A row asks a question of a passage, or holds a sentence against one. Passages are cut as the run time cuts them
(`assistant.reading.focus`) or to a run of sentences, so that where the answer lies tells nothing. Data is held out by
article where a source names articles, else by passage.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from assistant.language.sentences import sentences
from assistant.language.words import content_stems
from assistant.reading.focus import focus

# Share of the groups (articles or passages) that no training row comes from.
HELD_OUT: Final = 0.06
# Sources with fewer titles than this are grouped by passage: their title is a collection, not an article.
_FEW_TITLES: Final = 20
# The one article of SQuAD 2.0 train that is held out: of the ten named ones two have questions without an answer.
_HELD_ARTICLE: Final = "The Legend of Zelda: Twilight Princess"
# Shortest and longest passage in words that training sees; the run time reads at most 110 (`READ_WORDS` of the reader).
_WORDS: Final = (45, 110)


@dataclass(frozen=True, slots=True)
class Row:
    """One example. `start` and `end` are character offsets of the answer in `passage`, -1 where none is known.

    `label`: 1 answerable, 0 not. Of a sentence (`task` "entail"): 0 supported, 1 neutral, 2 contradicted, 3 not supported
    (one of the last two). `weight` is how far the label is trusted, `group` the article or passage it comes from. `loose`: the
    stretch from `start` to `end` holds the answer, which may be shorter.
    """

    task: str
    question: str
    passage: str
    start: int
    end: int
    label: int
    weight: float
    source: str
    group: str
    title: str = ""
    loose: bool = False


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The decoded lines of a JSONL file, packed by xz or not."""
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def bucket(text: str) -> float:
    """A number from 0 to 1 that depends on the text alone."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") / 2**48


def family(source: str) -> str:
    """The source without its part ("bioasq-6b1" is "bioasq"): what figures are reported by."""
    first = source.split("-")[0]
    return source if first in ("squadshifts", "squad2", "squad1") else first


_TRUST: Final = {
    "nq": 0.8, "musique": 0.6, "clapnq": 0.7, "molweni": 0.3, "policyqa": 0.7, "bioasq": 0.8, "fairytaleqa": 0.7,
    "squadshifts-reddit": 0.7, "squadshifts-amazon_reviews": 0.8,
}  # fmt: skip


def answers(path: Path) -> list[Row]:
    """The rows of `qa_open`, with the first verbatim answer as span."""
    raw = list(lines(path))
    titles: dict[str, set[str]] = defaultdict(set)
    for item in raw:
        titles[item["source"]].add(item["title"])
    found = []
    for item in raw:
        source, passage = family(item["source"]), item["passage"]
        titled = item["title"] and (len(titles[item["source"]]) >= _FEW_TITLES or source == "squad2-train")
        # Which rows of SQuAD 2.0 name their article tells their label, so none is shown to the model.
        shown = titled and source not in ("squadshifts-amazon_reviews", "policyqa", "squad2-train")
        spans = [a for a in item["answers"] if a.get("start", -1) >= 0]
        start = spans[0]["start"] if spans else -1
        end = start + len(spans[0]["text"]) if spans else -1
        group = f"{source}:{item['title']}" if titled else passage[:200]
        weight = _TRUST.get(source, 1.0)
        title = item["title"] if shown else ""
        label = int(item["answerable"])
        found.append(Row("answer", item["question"], passage, start, end, label, weight, source, group, title))
    return found


def part(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Training and held-out rows: no passage of a held-out group is trained on."""

    def held(row: Row) -> bool:
        if row.group.startswith("squad2-train:"):
            return row.group.endswith(_HELD_ARTICLE)
        return bucket(row.group) < HELD_OUT

    kept = [row for row in rows if held(row)]
    passages = {row.passage[:200] for row in kept}
    return [row for row in rows if not held(row) and row.passage[:200] not in passages], kept


def entailments(path: Path) -> list[Row]:
    """The rows of `entailment_open`; where a source says only "not supported", so does the label."""
    labels = {"entailment": 0, "neutral": 1, "contradiction": 2}
    found = []
    for item in lines(path):
        source = family(item["source"])
        label = 3 if source in ("begin", "wice") and item["label"] == "neutral" else labels[item["label"]]
        found.append(
            Row("entail", item["hypothesis"], item["premise"], -1, -1, label, 1.0, source, item["premise"][:200])
        )
    return found


class Miner:
    """Finds, for a question, the passage of the same group (or source) that is nearest in words and lacks the answer."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._bags: dict[str, frozenset[str]] = {}
        self._pools: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            if row.passage not in self._bags:
                self._bags[row.passage] = frozenset(content_stems(row.passage[:2500]))
                self._pools[row.group].append(row)
                self._pools[row.source].append(row)
        count = Counter(stem for bag in self._bags.values() for stem in bag)
        self._rarity = {stem: math.log(len(self._bags) / n) for stem, n in count.items()}

    def near(self, row: Row, rng: random.Random, pool: int = 250) -> Row | None:
        """A negative of the answerable row; None where no other passage shares a word with the question."""
        own = self._pools.get(row.group, [])
        group = own if len(own) > 2 else self._pools[row.source]
        some = rng.sample(group, min(pool, len(group)))
        asked = set(content_stems(row.question))
        answer = row.passage[row.start : row.end].lower() if row.start >= 0 else ""
        scored = []
        for other in some:
            shared = sum(self._rarity.get(stem, 0.0) for stem in asked & self._bags[other.passage])
            if other.passage != row.passage and shared > 0:
                scored.append((shared, other))
        scored.sort(key=lambda pair: -pair[0])
        for _, other in scored[: rng.choice((1, 2, 4))]:
            if not (answer and answer in other.passage.lower()):
                return replace(
                    row, passage=other.passage, start=-1, end=-1, label=0, weight=0.5 * row.weight, title=other.title
                )
        return None


def cut(row: Row, rng: random.Random) -> Row | None:
    """The row with its passage cut to reading size; None where the cut would lose the answer."""
    limit = rng.randint(*_WORDS)
    if len(row.passage.split()) > limit:
        small = _focused(row, limit) if rng.random() < 0.5 else None
        row = small or _windowed(row, limit, rng)
    if row.start >= 0 and not row.passage[row.start : row.end].strip():
        return None
    if row.title and rng.random() < 0.4:
        head = f"{row.title} — "
        shift = len(head) if row.start >= 0 else 0
        row = replace(row, passage=head + row.passage, start=row.start + shift, end=row.end + shift)
    return row


def _focused(row: Row, limit: int) -> Row | None:
    chosen = focus(row.question, row.passage, limit)
    if row.start < 0:
        return replace(row, passage=chosen.text)
    place = chosen.find(row.start, row.end)
    return replace(row, passage=chosen.text, start=place[0], end=place[1]) if place else None


def _windowed(row: Row, limit: int, rng: random.Random) -> Row:
    """A run of sentences round the answer, or round the sentence nearest to the question, at a random offset."""
    parts = sentences(row.passage)
    sizes = [len(p.text.split()) for p in parts]
    asked = set(content_stems(row.question))
    if row.start >= 0:
        inside = [i for i, p in enumerate(parts) if p.start < row.end and p.end > row.start]
    else:
        inside = [max(range(len(parts)), key=lambda i: len(asked & set(content_stems(parts[i].text))))]
    if not inside:
        return row
    first, last = inside[0], inside[-1]
    size = sum(sizes[first : last + 1])
    while True:
        sides = [
            side for side, at in ((-1, first - 1), (1, last + 1)) if 0 <= at < len(parts) and size + sizes[at] <= limit
        ]
        if not sides:
            break
        if rng.choice(sides) < 0:
            first -= 1
            size += sizes[first]
        else:
            last += 1
            size += sizes[last]
    left, right = parts[first].start, parts[last].end
    shift = left if row.start >= 0 else 0
    return replace(row, passage=row.passage[left:right], start=row.start - shift, end=row.end - shift)


def sampled(rows: Sequence[Row], most: dict[str, int], rng: random.Random) -> list[Row]:
    """The rows in random order, at most so many of each source; sources not named are kept whole."""
    taken: Counter[str] = Counter()
    order = list(rows)
    rng.shuffle(order)
    found = []
    for row in order:
        if taken[row.source] < most.get(row.source, len(order)):
            taken[row.source] += 1
            found.append(row)
    return found
