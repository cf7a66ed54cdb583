"""Vectors and index snapshots: as secret as the text they come from, so inside the vault like it.

Vectors are stored as float16 in blocks of consecutive passages: half the bytes, and a cosine differs by under 0.001.
"""

from __future__ import annotations

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


class VectorStore(Part):
    """The vectors of a vault and the index snapshots made from them."""

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
