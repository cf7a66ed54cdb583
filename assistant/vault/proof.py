"""Showing that a document is erased: no key, no row, no byte.

*Keys* are columns that point at the document; *rows* are other values that name it; *bytes* are places of the decrypted file,
unused pages included, where a fingerprint taken at the erasure, or a marker that the caller gives, still stands. The audit
record names the id on purpose and is left out. What another document also says is told apart and does not count.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from assistant.errors import UsageError
from assistant.vault import traces
from assistant.vault.database import Cursor, Database
from assistant.vault.erasure import Erasures
from assistant.vault.integrity import pages, scan
from assistant.vault.keys import Key

MARKER_LENGTH: Final = 12
_KEYS: Final = (
    ("documents", "id"),
    ("passages", "document_id"),
    ("vectors", "document_id"),
    ("turn_documents", "document_id"),
)
_LEFT_OUT: Final = frozenset({"audit", "audit_head", "erased"})


@dataclass(frozen=True, slots=True)
class ErasureProof:
    """What was looked for and found. `shared` are fingerprints that a document which stays also has."""

    document_id: str
    erased_at: str
    keys: int
    rows: int
    bytes: int
    fingerprints: int
    shared: int
    pages: int

    @property
    def holds(self) -> bool:
        """Whether nothing is left."""
        return self.keys == self.rows == self.bytes == 0


def prove(db: Database, key: Key, erasures: Erasures, document_id: str, marker: str = "") -> ErasureProof:
    """Look for every trace of an erased document.

    Raises UsageError where no document of that id was erased here, or for a marker of under 12 bytes.
    """
    if marker and len(marker.encode()) < MARKER_LENGTH:
        raise UsageError(
            f"a marker needs at least {MARKER_LENGTH} bytes", remedy="give a longer stretch that stood in the document"
        )
    mark = erasures.mark(document_id)
    with db.snapshot() as cursor:
        erased = cursor.execute("SELECT at FROM erased WHERE mark = ?", (mark,)).fetchall()
        if not erased:
            raise UsageError("no document of that id was erased here", remedy="see `assistant docs list` for the id")
        stored = cursor.execute("SELECT value FROM settings WHERE key = ?", (f"erased:{mark}",)).fetchall()
        keys = sum(_count(cursor, table, column, document_id) for table, column in _KEYS)
        rows = _named(cursor, document_id)
    wanted = frozenset(json.loads(stored[0][0])) if stored else frozenset()
    found, read = _left(db, key, erasures.key, wanted)
    shared = found & _elsewhere(db, erasures.key, found) if found else frozenset()
    marked = scan(db, key, marker.encode()) if marker else 0
    left = len(found) - len(shared) + marked
    return ErasureProof(document_id, str(erased[0][0]), keys, rows, left, len(wanted), len(shared), read)


def _count(cursor: Cursor, table: str, column: str, value: str) -> int:
    return int(cursor.execute(f"SELECT count(*) FROM {table} WHERE {column} = ?", (value,)).fetchall()[0][0])  # noqa: S608


def _named(cursor: Cursor, document_id: str) -> int:
    """In how many text values outside the audit record the id stands, keys apart."""
    total = 0
    tables = cursor.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'fts\\_%' ESCAPE '\\' "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    ).fetchall()
    for (table,) in tables:
        if table in _LEFT_OUT:
            continue
        columns = cursor.execute("SELECT name FROM pragma_table_info(?) WHERE type = 'TEXT'", (table,)).fetchall()
        for (column,) in columns:
            if (table, column) not in _KEYS:
                query = f'SELECT count(*) FROM {table} WHERE instr("{column}", ?)'  # noqa: S608 - names of our own schema
                total += int(cursor.execute(query, (document_id,)).fetchall()[0][0])
    return total


def _left(db: Database, key: Key, trace_key: Key, wanted: frozenset[str]) -> tuple[frozenset[str], int]:
    """The fingerprints that still stand in some page, and how many pages were read."""
    found: set[str] = set()
    read = 0
    for page in pages(db, key):
        read += 1
        if wanted:
            found.update(wanted.intersection(traces.prints(trace_key, page)))
    return frozenset(found), read


def _elsewhere(db: Database, trace_key: Key, found: frozenset[str]) -> frozenset[str]:
    """Which of the fingerprints belong to documents that stay: the same words may stand in several."""
    shared: set[str] = set()
    queries = (
        "SELECT CAST(text AS BLOB) FROM passages",
        "SELECT CAST(title AS BLOB) FROM documents",
        "SELECT body FROM documents",
        "SELECT data FROM vectors",
        "SELECT data FROM sentence_vectors",
    )
    with db.snapshot() as cursor:
        for query in queries:
            for (data,) in cursor.execute(query):
                shared.update(found.intersection(traces.prints(trace_key, bytes(data))))
    return frozenset(shared)
