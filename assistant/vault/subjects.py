"""Erasing with its record in one transaction, and finding what is stored of a person for who may erase and not read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.vault.audit import AuditLog
from assistant.vault.erasure import Erasures
from assistant.vault.part import Part
from assistant.vault.pseudonyms import compact, normalize
from assistant.vault.records import Erasure
from assistant.vault.removal import erase


class Subjects(Part):
    """What of a vault is about whom, and taking it out."""

    audit: AuditLog
    _erasures: Erasures

    def erase_documents(self, ids: Sequence[str], record: Mapping[str, object]) -> list[Erasure]:
        """Erase documents; each with its record of kind `erase`, and all of it or nothing.

        Raises UsageError where one of them is not there.
        """
        with self._db.write() as cursor:
            erasures = [erase(cursor, document_id, self._erasures) for document_id in ids]
            for erasure in erasures:
                self.audit.append("erase", {**record, "document": erasure.document_id})
        self._erasures.note([erasure.mark for erasure in erasures])
        self._db.checkpoint()
        return erasures

    def documents_about(self, subject: str) -> list[str]:
        """Ids of the documents whose record is the subject's, or in which the subject was known for an identifier.

        `subject` is a name or a number as it stands in the sources; case, accents and separators of numbers do not count. What
        is stored without redaction is found by the id of its record only.
        """
        key, bare = normalize(subject), compact(subject)
        with self._db.read() as cursor:
            known = cursor.execute(
                "SELECT DISTINCT scope FROM pseudonyms WHERE original = ? OR (compact <> '' AND compact = ?)",
                (key, bare),
            ).fetchall()
            scopes = {str(row[0]) for row in known}
            rows = cursor.execute("SELECT id, scope, source FROM documents ORDER BY rowid").fetchall()
        return [
            str(document_id)
            for document_id, scope, source in rows
            if scope in scopes or source in scopes or (scope and normalize(str(scope)) == key)
        ]

    def pseudonym_mark(self) -> int:
        """Where the pseudonym map ends now; see `forget_pseudonyms`."""
        with self._db.read() as cursor:
            return int(cursor.execute("SELECT coalesce(max(rowid), 0) FROM pseudonyms").fetchall()[0][0])

    def forget_pseudonyms(self, scope: str, since: int) -> int:
        """Remove what a scope's map got after a mark; how many entries went."""
        with self._db.write() as cursor:
            gone = cursor.execute("DELETE FROM pseudonyms WHERE scope = ? AND rowid > ?", (scope, since)).rowcount
        if gone:
            self._db.checkpoint()
        return int(gone)
