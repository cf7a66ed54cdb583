"""Questions that got no answer, or one that the asker rejected: redacted by whoever puts them here, erased when settled."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from assistant.vault.database import now
from assistant.vault.part import Part

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class GapKind(StrEnum):
    """What was missing: `closest` and `nothing` are the levels of an abstention, `disliked` an answer that was rejected."""

    CLOSEST = "closest"
    NOTHING = "nothing"
    DISLIKED = "disliked"


@dataclass(frozen=True, slots=True)
class Gap:
    """One kept question. `reason` names the check that held the answer back; `roles` are the asker's. Nobody's name."""

    id: int
    at: str
    kind: GapKind
    reason: str
    question: str
    roles: frozenset[str]


class Gaps(Part):
    """The questions without an answer of a vault."""

    def add_gap(self, kind: GapKind, reason: str, question: str, roles: Iterable[str]) -> int:
        """Keep a redacted question; its number."""
        row = (now(), str(kind), reason, question, json.dumps(sorted(roles)))
        with self._db.write() as cursor:
            cursor.execute("INSERT INTO gaps(at, kind, reason, question, roles) VALUES (?,?,?,?,?)", row)
            return int(cursor.lastrowid)

    def gaps(self, limit: int = 5000) -> list[Gap]:
        """The newest questions, oldest of them first."""
        with self._db.read() as cursor:
            rows = cursor.execute(
                "SELECT id, at, kind, reason, question, roles FROM gaps ORDER BY id DESC LIMIT ?", (limit,)
            ).fetchall()
        return [
            Gap(row[0], row[1], GapKind(row[2]), row[3], row[4], frozenset(json.loads(row[5]))) for row in rows[::-1]
        ]

    def gap_vectors(self, ids: Iterable[int]) -> dict[int, NDArray[np.float32]]:
        """The vectors of questions that have one."""
        import numpy as np

        with self._db.read() as cursor:
            rows = cursor.execute(
                "SELECT id, vector FROM gaps WHERE vector IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(ids)),),
            ).fetchall()
        return {int(number): np.frombuffer(bytes(data), dtype=np.float32) for number, data in rows}

    def put_gap_vectors(self, vectors: Mapping[int, NDArray[np.float32]]) -> None:
        """Keep vectors, which tell as much as the questions, beside them."""
        with self._db.write() as cursor:
            cursor.executemany(
                "UPDATE gaps SET vector = ? WHERE id = ?", ((v.tobytes(), number) for number, v in vectors.items())
            )

    def drop_gaps(self, ids: Iterable[int]) -> int:
        """Erase questions; how many there were."""
        with self._db.write() as cursor:
            gone = cursor.execute(
                "DELETE FROM gaps WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
            ).rowcount
        return int(gone)

    def drop_gaps_before(self, at: str | None) -> int:
        """Erase questions that came before a moment (ISO 8601, UTC), or all of them; how many there were."""
        with self._db.read() as cursor:
            where, values = ("", ()) if at is None else (" WHERE at < ?", (at,))
            if not cursor.execute(f"SELECT 1 FROM gaps{where} LIMIT 1", values).fetchall():  # noqa: S608
                return 0
        with self._db.write() as cursor:
            gone = cursor.execute(f"DELETE FROM gaps{where}", values).rowcount  # noqa: S608
        self._db.checkpoint()
        return int(gone)
