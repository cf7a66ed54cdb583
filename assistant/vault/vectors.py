"""Vectors and index snapshots: as secret as the text they come from, so inside the vault like it.

Vectors are stored as float16 in blocks of consecutive passages: half the bytes, and a cosine differs by under 0.001. Those of
sentences are read only for the passages that a search found, so each passage has its own, in 8 bits a number with one scale a
vector: a cosine differs by under 0.005.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from assistant.errors import IntegrityError, UsageError
from assistant.vault.database import Cursor
from assistant.vault.part import Part

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from assistant.protocols import Vectors as Matrix

_BLOCK: Final = 8192
_SNAPSHOT_PART: Final = 16 << 20
_MOST: Final = 127
_SCALE_BYTES: Final = 4


def insert_vectors(cursor: Cursor, document_id: str, first_id: int, vectors: Matrix) -> None:
    """Store one vector for each passage from `first_id` on. Raises UsageError where their dimension is another."""
    import numpy as np

    if vectors.shape[0] == 0:
        return
    if not np.isfinite(vectors).all():
        raise UsageError("a vector is not finite", remedy="check the embedding model with `assistant models verify`")
    dimension = int(vectors.shape[1])
    known = cursor.execute("SELECT dimension FROM vectors LIMIT 1").fetchall()
    if known and int(known[0][0]) != dimension:
        raise UsageError(
            f"vectors of dimension {dimension} do not fit those of dimension {int(known[0][0])} in the vault",
            remedy="use the embedding model that the vault was filled with, or make a new vault",
        )
    half = vectors.astype("<f2")
    cursor.executemany(
        "INSERT INTO vectors VALUES (?,?,?,?,?)",
        (
            (document_id, first_id + i, len(half[i : i + _BLOCK]), dimension, half[i : i + _BLOCK].tobytes())
            for i in range(0, len(half), _BLOCK)
        ),
    )


def insert_sentence_vectors(cursor: Cursor, first_id: int, groups: Sequence[Matrix]) -> None:
    """Store the vectors (n x d) of the sentences of each passage from `first_id` on; an empty group is not stored."""
    cursor.executemany(
        "INSERT INTO sentence_vectors VALUES (?,?,?)",
        (
            (first_id + number, int(group.shape[1]), _packed(group))
            for number, group in enumerate(groups)
            if group.shape[0]
        ),
    )


def _packed(group: Matrix) -> bytes:
    """Rows of one float32 scale and the numbers as shares of it in 8 bits."""
    import numpy as np

    scales = np.maximum(np.abs(group).max(axis=1, keepdims=True), np.float32(1e-9)).astype("<f4") / _MOST
    numbers = np.rint(group / scales).astype("<i1")
    return np.hstack([scales.view("<i1").reshape(len(group), _SCALE_BYTES), numbers]).tobytes()


def _unpacked(data: bytes, dimension: int) -> Matrix:
    import numpy as np

    rows = np.frombuffer(data, "<i1").reshape(-1, dimension + _SCALE_BYTES)
    scales = np.ascontiguousarray(rows[:, :_SCALE_BYTES]).view("<f4")
    found: Matrix = rows[:, _SCALE_BYTES:].astype(np.float32) * scales
    return found


class VectorStore(Part):
    """The vectors of a vault and the index snapshots made from them."""

    def sentence_vectors(self, ids: Iterable[int]) -> dict[int, Matrix]:
        """The vectors (n x d) of the sentences of these passages, by id; passages without any are left out.

        Raises IntegrityError where stored ones have a wrong shape.
        """
        query = "SELECT passage_id, dimension, data FROM sentence_vectors WHERE passage_id IN (SELECT value FROM json_each(?))"
        with self._db.read() as cursor:
            rows = cursor.execute(query, (json.dumps([int(i) for i in ids]),)).fetchall()
        found: dict[int, Matrix] = {}
        for passage_id, dimension, data in rows:
            if dimension < 1 or len(data) % (dimension + _SCALE_BYTES):
                raise IntegrityError(
                    "stored vectors have a wrong shape", path=self._db.path, remedy="restore a backup or ingest again"
                )
            found[int(passage_id)] = _unpacked(data, dimension)
        return found

    def vectors(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Passage ids (n) and their vectors (n x d, float32), ordered by id. d is 0 where there are none."""
        import numpy as np

        with self._db.read() as cursor:
            rows = cursor.execute("SELECT first_id, count, dimension, data FROM vectors ORDER BY first_id").fetchall()
        total, dimension = sum(int(row[1]) for row in rows), int(rows[0][2]) if rows else 0
        ids = np.empty(total, dtype=np.int64)
        matrix = np.empty((total, dimension), dtype=np.float32)
        at = 0
        for first, count, width, data in rows:
            if width != dimension or len(data) != 2 * count * width:
                raise IntegrityError(
                    "stored vectors have a wrong shape", path=self._db.path, remedy="restore a backup or ingest again"
                )
            ids[at : at + count] = np.arange(first, first + count)
            matrix[at : at + count] = np.frombuffer(data, dtype="<f2").reshape(count, width)
            at += count
        return ids, matrix

    def vector_epoch(self) -> int:
        """A number that changes whenever vectors change; a snapshot of another epoch is out of date."""
        with self._db.read() as cursor:
            return int(cursor.execute("SELECT vector_epoch FROM state").fetchall()[0][0])

    def save_snapshot(self, name: str, epoch: int, data: bytes) -> None:
        """Keep an index made at an epoch under a name; the one before is dropped."""
        with self._db.write() as cursor:
            cursor.execute("DELETE FROM snapshots WHERE name = ?", (name,))
            cursor.executemany(
                "INSERT INTO snapshots VALUES (?,?,?,?)",
                (
                    (name, part, epoch, data[at : at + _SNAPSHOT_PART])
                    for part, at in enumerate(range(0, max(len(data), 1), _SNAPSHOT_PART))
                ),
            )

    def load_snapshot(self, name: str) -> tuple[int, bytes] | None:
        """The epoch and bytes of a kept index; None where there is none."""
        with self._db.read() as cursor:
            rows = cursor.execute("SELECT epoch, data FROM snapshots WHERE name = ? ORDER BY part", (name,)).fetchall()
        return (int(rows[0][0]), b"".join(row[1] for row in rows)) if rows else None
