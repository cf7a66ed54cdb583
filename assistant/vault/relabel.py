"""Putting a stored document under other labels: it moves to another partition, with its words, at once or not at all."""

from __future__ import annotations

from typing import Final

from assistant.vault import schema
from assistant.vault.database import Cursor
from assistant.vault.documents import decode_labels, encode_labels, partition_of
from assistant.vault.part import Part
from assistant.vault.removal import no_document

QUARANTINE: Final = "quarantine"
"""No policy names it, so that what bears it is seen by nobody."""


class Relabelling(Part):
    """Changing who may see what is stored."""

    def set_labels(self, document_id: str, labels: frozenset[str]) -> bool:
        """Give a document other labels; False where it has them. The caller audits. Raises UsageError for an unknown id."""
        with self._db.write() as cursor:
            rows = cursor.execute(
                "SELECT d.partition, d.collection, q.labels FROM documents d JOIN partitions q ON q.id = d.partition "
                "WHERE d.id = ?",
                (document_id,),
            ).fetchall()
            if not rows:
                raise no_document()
            old, collection, before = rows[0]
            if before == encode_labels(labels):
                return False
            _move(cursor, document_id, int(old), partition_of(cursor, str(collection), encode_labels(labels)))
            cursor.execute("UPDATE state SET vector_epoch = vector_epoch + 1")
        return True

    def quarantine(self, document_id: str) -> bool:
        """Keep a document from everybody without erasing it; its labels come back with the next version that is let in."""
        with self._db.read() as cursor:
            rows = cursor.execute(
                "SELECT q.labels FROM documents d JOIN partitions q ON q.id = d.partition WHERE d.id = ?",
                (document_id,),
            ).fetchall()
        if not rows:
            raise no_document()
        return self.set_labels(document_id, decode_labels(rows[0][0]) | {QUARANTINE})


def _move(cursor: Cursor, document_id: str, old: int, new: int) -> None:
    mine = "SELECT id FROM passages WHERE document_id = ?"
    last = cursor.execute("SELECT count(*) FROM documents WHERE partition = ?", (old,)).fetchall()[0][0] == 1
    if not last:
        # While the rows still belong to the old partition: the index reads the words that it forgets from there.
        cursor.execute(f"DELETE FROM {schema.fts(old)} WHERE rowid IN ({mine})", (document_id,))  # noqa: S608
    else:
        schema.drop_fts(cursor, old)
    cursor.execute("UPDATE documents SET partition = ? WHERE id = ?", (new, document_id))
    cursor.execute("UPDATE passages SET partition = ? WHERE document_id = ?", (new, document_id))
    name = schema.fts(new)
    cursor.execute(
        f"INSERT INTO {name}(rowid, title, heading, text) SELECT id, title, heading, text FROM {name}_source "  # noqa: S608
        f"WHERE id IN ({mine})",
        (document_id,),
    )
    if last:
        cursor.execute("DELETE FROM partitions WHERE id = ?", (old,))
