"""Files as they came, encrypted beside their documents, so that a cited page can be drawn; they go with their document."""

from __future__ import annotations

from typing import Final

from assistant.errors import UsageError
from assistant.formats.limits import MIB
from assistant.vault.part import Part

# What is drawn is held in memory whole; a longer file is kept as text only.
FILE_LIMIT: Final = 64 * MIB


class Files(Part):
    """The kept files of a vault."""

    def put_file(self, document_id: str, data: bytes) -> None:
        """Keep the file of a document, in the transaction that stores the document."""
        with self._db.write() as cursor:
            cursor.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (document_id, data))

    def file(self, document_id: str) -> bytes:
        """The file of a document. Raises UsageError where none was kept."""
        with self._db.read() as cursor:
            rows = cursor.execute("SELECT data FROM files WHERE document_id = ?", (document_id,)).fetchall()
        if not rows:
            raise UsageError(
                "the file of this document was not kept, only its text",
                remedy="the policy's ingest.keep_files keeps PDFs that it does not redact; take the file in again",
            )
        return bytes(rows[0][0])

    def has_file(self, document_id: str) -> bool:
        """Whether the file of a document was kept."""
        with self._db.read() as cursor:
            return bool(cursor.execute("SELECT 1 FROM files WHERE document_id = ?", (document_id,)).fetchall())
