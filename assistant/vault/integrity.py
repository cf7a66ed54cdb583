"""The full check of a vault: every page's HMAC, every table, every index, the chain, and the files beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from assistant.errors import AssistantError, IntegrityError
from assistant.vault.audit import AuditLog
from assistant.vault.database import PAGE, Cursor, Database, translated
from assistant.vault.erasure import Erasures, read_marks
from assistant.vault.keys import Key
from assistant.vault.schema import fts

# SQLCipher 4: a 16-byte IV and a 64-byte HMAC-SHA512 end each page; a 16-byte salt begins the first.
_RESERVE: Final = 80
_IV: Final = 16
_SHOWN: Final = 20
# One pass over passages, grouped: a correlated count would walk a whole partition for each document.
_COUNTS: Final = {
    "documents whose passages are not all there": (
        "SELECT count(*) FROM documents d LEFT JOIN (SELECT document_id, count(*) AS n, min(partition) AS low, "
        "max(partition) AS high, max(ordinal) AS last FROM passages GROUP BY document_id) p ON p.document_id = d.id "
        "WHERE d.passages <> coalesce(p.n, 0) OR (p.n > 0 AND (p.low <> d.partition OR p.high <> d.partition "
        "OR p.last <> p.n - 1))"
    ),
    "documents whose vectors do not fit their passages": (
        "SELECT count(*) FROM (SELECT document_id, min(id) AS low, max(id) AS high FROM passages GROUP BY document_id) p "
        "JOIN (SELECT document_id, min(first_id) AS low, max(first_id + count - 1) AS high, sum(count) AS n FROM vectors "
        "GROUP BY document_id) v ON v.document_id = p.document_id "
        "WHERE v.low <> p.low OR v.high <> p.high OR v.n <> p.high - p.low + 1"
    ),
    "partitions without documents": (
        "SELECT count(*) FROM partitions q WHERE NOT EXISTS (SELECT 1 FROM documents d WHERE d.partition = q.id)"
    ),
}


def check_pages(db: Database) -> list[str]:
    """Verify the HMAC of every page and the file's length; about 170 MB/s."""
    found: list[str] = []
    with db.still() as cursor:
        rows = cursor.execute("PRAGMA cipher_integrity_check").fetchall()
        found += [f"page check: {row[0]}" for row in rows[:_SHOWN]]
        pages = int(cursor.execute("PRAGMA page_count").fetchall()[0][0])
        size = db.path.stat().st_size
        if size != pages * PAGE:
            found.append(f"file length: {size} bytes where {pages * PAGE} belong")
    return found


def check_all(db: Database, audit: AuditLog, erasures: Erasures, beside: Callable[[], list[str]]) -> list[str]:
    """Everything that is wrong, in words without content; empty where all is well."""
    steps: tuple[tuple[str, Callable[[], list[str]]], ...] = (
        ("pages", lambda: check_pages(db)),
        ("tables", lambda: _tables(db)),
        ("audit", lambda: _audit(audit)),
        ("erasures", lambda: _erasures(db, erasures)),
        ("files", beside),
    )
    found: list[str] = []
    for name, step in steps:
        try:
            found += step()
        except IntegrityError as error:
            found.append(f"{name}: {error.message}")
    return found


def _tables(db: Database) -> list[str]:
    found: list[str] = []
    with db.still() as cursor:
        rows = [row[0] for row in cursor.execute("PRAGMA integrity_check(20)").fetchall()]
        # The database's own words name tables and pages, never contents.
        found += [f"table check: {row}" for row in rows if row != "ok"]
        if cursor.execute("PRAGMA foreign_key_check").fetchall():
            found.append("table check: a row refers to one that is not there")
        for what, query in _COUNTS.items():
            count = int(cursor.execute(query).fetchall()[0][0])
            if count:
                found.append(f"table check: {count} {what}")
        for (partition,) in cursor.execute("SELECT id FROM partitions").fetchall():
            found += _full_text(cursor, db.path, int(partition))
    return found


def _full_text(cursor: Cursor, path: Path, partition: int) -> list[str]:
    name = fts(partition)
    try:
        with translated(path):
            cursor.execute(f"INSERT INTO {name}({name}, rank) VALUES ('integrity-check', 1)")  # noqa: S608
    except AssistantError:
        return [f"full-text check: partition {partition} does not agree with its passages"]
    return []


def _audit(audit: AuditLog) -> list[str]:
    report = audit.verify()
    return [] if report.ok else [f"audit chain: {report.damage} at record {report.bad_seq}"]


def _erasures(db: Database, erasures: Erasures) -> list[str]:
    with db.read() as cursor:
        known = {str(row[0]) for row in cursor.execute("SELECT mark FROM erased").fetchall()}
    missing = len(known - read_marks(erasures.path))
    return [f"erasures: {missing} are missing in the file beside the vault"] if missing else []


def pages(db: Database, key: Key) -> Iterator[bytes]:
    """Every page of the file decrypted, free ones included, while the file stands still."""
    with db.still(), db.path.open("rb") as file:
        first = True
        while page := file.read(PAGE):
            body = page[_IV if first else 0 : -_RESERVE]
            decryptor = Cipher(algorithms.AES(key.raw), modes.CBC(page[-_RESERVE : _IV - _RESERVE])).decryptor()
            yield decryptor.update(body) + decryptor.finalize()
            first = False


def scan(db: Database, key: Key, needle: bytes) -> int:
    """How often either end of a marker stands in the decrypted pages, free ones included; letters in both cases.

    Either end (12 bytes), because a value may be split over two pages. For `docs prove-erased` and tests.
    """
    ends = {part for form in (needle, needle.lower()) for part in (form[:12], form[-12:])}
    return sum(plain.count(end) for plain in pages(db, key) for end in ends)
