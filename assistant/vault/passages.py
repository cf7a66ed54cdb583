"""Passages: reading them, which of them may be seen, and full-text search over only those."""

from __future__ import annotations

import heapq
import json
import math
import re
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from assistant.types import Passage
from assistant.vault.database import Cursor, Row
from assistant.vault.documents import decode_labels, encode_labels
from assistant.vault.part import Part
from assistant.vault.schema import fts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SELECT: Final = (
    'SELECT p.id, p.document_id, d.title, p.text, p."start", p."end", p.heading, p.locator, q.labels, p.sure '
    "FROM passages p JOIN documents d ON d.id = p.document_id JOIN partitions q ON q.id = p.partition"
)
_BY_ID: Final = "WHERE p.id IN (SELECT value FROM json_each(?))"
_PHRASE: Final = re.compile(r'"(?:[^"]|"")*"|\w+')
_MAX_PHRASES: Final = 400
# Sorts behind every word.
_LAST: Final = "\U0010ffff"
_FLOOR: Final = 1e-6


class Passages(Part):
    """The passages of a vault."""

    def passages(self, ids: Iterable[int]) -> list[Passage]:
        """The passages with these ids, in the order asked; ids that are gone are left out."""
        wanted = [int(i) for i in ids]
        with self._db.read() as cursor:
            rows = cursor.execute(f"{_SELECT} {_BY_ID}", (json.dumps(wanted),)).fetchall()
        found = {int(row[0]): _passage(row) for row in rows}
        return [found[i] for i in wanted if i in found]

    def document_passages(self, document_id: str) -> list[Passage]:
        """All passages of a document, in order."""
        with self._db.read() as cursor:
            rows = cursor.execute(f"{_SELECT} WHERE p.document_id = ? ORDER BY p.ordinal", (document_id,)).fetchall()
        return [_passage(row) for row in rows]

    def label_sets(self) -> dict[frozenset[str], int]:
        """The distinct label sets and how many passages bear each; the policy decides which of them are visible."""
        with self._db.read() as cursor:
            rows = cursor.execute(
                "SELECT q.labels, sum(d.passages) FROM partitions q JOIN documents d ON d.partition = q.id GROUP BY q.labels"
            ).fetchall()
        return {decode_labels(labels): int(count) for labels, count in rows}

    def visible_ids(
        self, allowed: Collection[frozenset[str]] | None, collections: Sequence[str] | None = None
    ) -> NDArray[np.int64]:
        """Ids of the passages whose label set is allowed (None: all), ascending; nothing where nothing is allowed."""
        import numpy as np

        with self._db.snapshot() as cursor:
            partitions = [partition for partition, _ in _visible(cursor, allowed, collections)]
            rows = cursor.execute(
                "SELECT id FROM passages WHERE partition IN (SELECT value FROM json_each(?))", (json.dumps(partitions),)
            ).fetchall()
        ids = np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))
        ids.sort()
        return ids

    def bm25(
        self,
        match: str,
        limit: int,
        allowed: Collection[frozenset[str]] | None,
        weights: tuple[float, float, float] = (2.0, 1.5, 1.0),
        collections: Sequence[str] | None = None,
    ) -> list[tuple[int, float]]:
        """The best passages for an FTS5 expression, (id, score) with higher better; weights: title, heading, text.

        Only partitions whose label set is allowed (None: all) take part. Where several do and the expression is a plain
        `"a" OR "b"`, each phrase's inverse document frequency is taken over all of them together, so that scores of
        different partitions compare; nothing of a forbidden passage, not even a word count, enters a score.
        BM25 with k1=1.2, b=0.75 as FTS5 defines it. Raises UsageError for an expression that FTS5 cannot read.
        """
        with self._db.snapshot() as cursor:
            partitions = _visible(cursor, allowed, collections)
            phrases = _phrases(match) if len(partitions) > 1 else []
            if phrases:
                ranked = _ranked_together(cursor, partitions, phrases, limit, weights)
            else:
                ranked = [row for part, _ in partitions for row in _ranked(cursor, part, match, limit, weights)]
        return heapq.nsmallest(limit, ranked, key=lambda row: (-row[1], row[0]))

    def frequencies(
        self,
        terms: Sequence[str],
        allowed: Collection[frozenset[str]] | None,
        collections: Sequence[str] | None = None,
    ) -> tuple[int, list[int]]:
        """How many visible passages there are, and in how many of them each word stands (by its stem), in order.

        Only partitions whose label set is allowed (None: all) are counted. Words must be letters and digits only.
        """
        with self._db.snapshot() as cursor:
            partitions = _visible(cursor, allowed, collections)
            counts = [sum(_hits(cursor, part, f'"{term}"') for part, _ in partitions) for term in terms]
        return sum(count for _, count in partitions), counts

    def is_written(self, phrase: str, labels: frozenset[str]) -> bool:
        """Whether the phrase stands letter for letter, as whole words, in a passage whose labels are all among these.

        Words that name who may see a passage (with ":") do not count among its labels.
        """
        words = re.findall(r"\w+", phrase)
        within = {found for found in self.label_sets() if len(plain := _plain(found)) > 0 and plain <= labels}
        if not words or not within:
            return False
        match = '"' + " ".join(words) + '"'
        pattern = re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)")
        with self._db.snapshot() as cursor:
            return any(
                pattern.search(str(text))
                for part, _ in _visible(cursor, within, None)
                for (text,) in cursor.execute(
                    f"SELECT text FROM passages WHERE id IN (SELECT rowid FROM {fts(part)} WHERE {fts(part)} MATCH ?)",  # noqa: S608
                    (match,),
                ).fetchall()
            )

    def stems(self, beginning: str, allowed: Collection[frozenset[str]] | None) -> dict[str, int]:
        """The stems of visible passages that begin so, each with the number of passages that hold it.

        Of forbidden passages nothing is counted or named. `beginning` is letters only, in lower case.
        """
        found: dict[str, int] = {}
        with self._db.snapshot() as cursor:
            for part, _ in _visible(cursor, allowed, None):
                for term, count in _stems(cursor, part, beginning):
                    found[term] = found.get(term, 0) + int(count)
        return found


def _stems(cursor: Cursor, partition: int, beginning: str) -> list[Row]:
    """The stems of a partition's index; the view on them lives in memory and only for this query."""
    # A connection that reads may not even make a view that is kept nowhere.
    before = cursor.execute("PRAGMA query_only").fetchall()
    cursor.execute("PRAGMA query_only = OFF")
    try:
        cursor.execute(f"CREATE VIRTUAL TABLE temp.stems USING fts5vocab('main', '{fts(partition)}', 'row')")
        try:
            within = (beginning, f"{beginning}{_LAST}")
            return cursor.execute("SELECT term, doc FROM temp.stems WHERE term >= ? AND term < ?", within).fetchall()
        finally:
            cursor.execute("DROP TABLE temp.stems")
    finally:
        cursor.execute(f"PRAGMA query_only = {int(before[0][0])}")


def _hits(cursor: Cursor, partition: int, phrase: str) -> int:
    name = fts(partition)
    rows = cursor.execute(f"SELECT count(*) FROM {name} WHERE {name} MATCH ?", (phrase,)).fetchall()  # noqa: S608
    return int(rows[0][0])


def _passage(row: Row) -> Passage:
    values = [*row]
    values[8:] = [decode_labels(row[8]), 0.0, bool(row[9])]
    return Passage(*values)


def _plain(labels: frozenset[str]) -> frozenset[str]:
    return frozenset(label for label in labels if ":" not in label)


def _visible(
    cursor: Cursor, allowed: Collection[frozenset[str]] | None, collections: Sequence[str] | None
) -> list[tuple[int, int]]:
    """The partitions that take part, and how many passages each has."""
    rows = cursor.execute(
        "SELECT q.id, q.collection, q.labels, sum(d.passages) FROM partitions q JOIN documents d ON d.partition = q.id "
        "GROUP BY q.id ORDER BY q.id"
    ).fetchall()
    permitted = None if allowed is None else {encode_labels(labels) for labels in allowed}
    return [
        (int(part), int(count))
        for part, collection, labels, count in rows
        if (permitted is None or labels in permitted) and (collections is None or collection in collections)
    ]


def _phrases(match: str) -> list[str]:
    """The phrases of a plain disjunction; nothing where the expression is anything else."""
    found: list[str] = []
    at, expect = 0, True
    for token in _PHRASE.finditer(match):
        if match[at : token.start()].strip() or (token.group() == "OR") is expect:
            return []
        if expect:
            found.append(token.group())
        expect, at = not expect, token.end()
    if expect or match[at:].strip() or len(found) > _MAX_PHRASES:
        return []
    return found


def _ranked(
    cursor: Cursor, partition: int, match: str, limit: int, weights: tuple[float, float, float]
) -> list[tuple[int, float]]:
    name = fts(partition)
    rows = cursor.execute(
        f"SELECT rowid, bm25({name}, ?, ?, ?) AS b FROM {name} WHERE {name} MATCH ? ORDER BY b LIMIT ?",  # noqa: S608
        (*weights, match, limit),
    ).fetchall()
    return [(int(row[0]), -float(row[1])) for row in rows]


def _idf(rows: int, hits: int) -> float:
    """Inverse document frequency as FTS5 computes it, floor included, so that ours can replace its."""
    idf = math.log((rows - hits + 0.5) / (hits + 0.5))
    return idf if idf > 0 else _FLOOR


def _ranked_together(
    cursor: Cursor,
    partitions: list[tuple[int, int]],
    phrases: list[str],
    limit: int,
    weights: tuple[float, float, float],
) -> list[tuple[int, float]]:
    """Rank each partition by the sum of its phrases' scores, each rescaled from the partition's to the common idf."""
    hits = {(part, phrase): _hits(cursor, part, phrase) for part, _ in partitions for phrase in phrases}
    total = sum(count for _, count in partitions)
    common = {phrase: _idf(total, sum(hits[part, phrase] for part, _ in partitions)) for phrase in phrases}
    # A phrase in over half of what is visible weighs a millionth and costs the most: it counts only where all are so,
    # or where the others find too little.
    telling = [phrase for phrase in phrases if common[phrase] > _FLOOR]
    for chosen in (telling, phrases):
        ranked: list[tuple[int, float]] = []
        for part, count in partitions:
            scaled = [(p, common[p] / _idf(count, hits[part, p])) for p in chosen if hits[part, p]]
            ranked += _ranked_by_phrases(cursor, part, scaled, limit, weights)
        if len(ranked) >= limit or chosen == phrases:
            break
    return ranked


def _ranked_by_phrases(
    cursor: Cursor, partition: int, phrases: list[tuple[str, float]], limit: int, weights: tuple[float, float, float]
) -> list[tuple[int, float]]:
    """The best of one partition by the sum of its phrases' scores, each times its factor."""
    if not phrases:
        return []
    name = fts(partition)
    one = f"SELECT rowid AS id, -bm25({name}, ?, ?, ?) * ? AS s FROM {name} WHERE {name} MATCH ?"  # noqa: S608
    values = [value for phrase, factor in phrases for value in (*weights, factor, phrase)]
    rows = cursor.execute(
        f"WITH found AS MATERIALIZED ({' UNION ALL '.join([one] * len(phrases))}) "  # noqa: S608
        "SELECT id, sum(s) AS t FROM found GROUP BY id ORDER BY t DESC, id LIMIT ?",
        (*values, limit),
    ).fetchall()
    return [(int(row[0]), float(row[1])) for row in rows]
