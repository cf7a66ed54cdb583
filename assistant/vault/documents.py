"""Documents: put, find, read, delete. Each change is one transaction over rows, passages, vectors and full text."""

from __future__ import annotations

import json
import re
import secrets
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from assistant.errors import UsageError
from assistant.types import Chunk, Document, Loss, LossKind, Section
from assistant.vault import schema
from assistant.vault.database import Cursor, Row, now
from assistant.vault.erasure import Erasures
from assistant.vault.part import Part
from assistant.vault.records import DocumentInfo, Erasure
from assistant.vault.removal import erase, no_document, remove_rows
from assistant.vault.vectors import insert_sentence_vectors, insert_vectors

if TYPE_CHECKING:
    from assistant.protocols import Vectors

_INFO: Final = (
    "SELECT d.id, d.title, d.source, d.record, d.collection, d.media_type, p.labels, d.passages, d.characters, "
    "d.content_hmac, d.added_at, json_extract(d.metadata, '$.duplicate_of') "
    "FROM documents d JOIN partitions p ON p.id = d.partition"
)

# Ingest puts "+1" behind the record of a second form of the same document.
_FORM: Final = re.compile(r"\+\d+$")


class Documents(Part):
    """The documents of a vault."""

    _erasures: Erasures

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Group several changes into one commit (one fsync): all of them are kept, or none."""
        with self._db.write():
            yield

    def put_document(
        self,
        document: Document,
        chunks: Sequence[Chunk],
        vectors: Vectors | None,
        *,
        collection: str = "default",
        content_hmac: str,
        record: str | None = None,
        scope: str = "",
        sentences: Sequence[Vectors] = (),
    ) -> str:
        """Store a document with its passages and their vectors (n x d, one row a chunk); its id.

        `sentences` are the vectors of the sentences of each passage (n x d), or none at all.

        A document of the same collection, source and record is replaced and keeps its id. `record` tells documents of
        one source apart (a row, a resource id); without it `metadata["record"]` is taken, else the title. `scope` is that
        of its pseudonyms: they go with the last document that has it.
        Raises UsageError where chunks are not slices of the text or vectors do not fit, VaultError where storing fails.
        """
        _check(document, chunks, vectors)
        key = record if record is not None else document.metadata.get("record", document.title)
        labels = encode_labels(document.labels)
        with self._db.write() as cursor:
            found = cursor.execute(
                "SELECT id FROM documents WHERE collection = ? AND source = ? AND record = ?",
                (collection, document.source, key),
            ).fetchall()
            document_id = str(found[0][0]) if found else secrets.token_hex(12)
            if found:
                remove_rows(cursor, document_id)
            partition = partition_of(cursor, collection, labels)
            _insert_document(
                cursor, document_id, partition, document, collection, key, len(chunks), content_hmac, scope
            )
            first = _insert_passages(cursor, document_id, partition, chunks)
            if vectors is not None:
                insert_vectors(cursor, document_id, first, vectors)
                insert_sentence_vectors(cursor, first, sentences)
            if vectors is not None or found:
                cursor.execute("UPDATE state SET vector_epoch = vector_epoch + 1")
        return document_id

    def delete_document(self, document_id: str) -> Erasure:
        """Erase a document: rows, vectors, full text, snapshots, its pseudonyms, and the turns that cite or mention it.

        The id is remembered as a keyed hash, so that a restored backup does not bring the document back. The caller
        audits. Raises UsageError where there is no such document.
        """
        with self._db.write() as cursor:
            erasure = erase(cursor, document_id, self._erasures)
        self._erasures.note([erasure.mark])
        self._db.checkpoint()
        return erasure

    def documents(self, collection: str | None = None) -> list[DocumentInfo]:
        """All documents, or those of one collection, in the order in which they came."""
        where = "" if collection is None else " WHERE d.collection = ?"
        with self._db.read() as cursor:
            rows = cursor.execute(
                f"{_INFO}{where} ORDER BY d.rowid", () if collection is None else (collection,)
            ).fetchall()
        # Marks, not ids: what is erased is named by nothing that stays.
        ids = {self.mark_of(str(row[0])): str(row[0]) for row in rows} if any(row[-1] for row in rows) else {}
        return [_info(row, ids) for row in rows]

    def mark_of(self, document_id: str) -> str:
        """The keyed hash by which another document's metadata may name this one."""
        return self.content_hmac(b"duplicate of " + document_id.encode())[:24]

    def scope_of(self, document_id: str) -> str:
        """The scope of a document's pseudonyms; "" where it has none. Raises UsageError where there is no such document."""
        with self._db.read() as cursor:
            rows = cursor.execute("SELECT scope FROM documents WHERE id = ?", (document_id,)).fetchall()
        if not rows:
            raise no_document()
        return str(rows[0][0])

    def sketches(self, collection: str) -> list[tuple[str, str, frozenset[str], str]]:
        """Id, source, labels and sketch (see `assistant.intake.duplicates`) of the documents that have one."""
        with self._db.read() as cursor:
            rows = cursor.execute(
                "SELECT d.id, d.source, p.labels, json_extract(d.metadata, '$.sketch') AS sketch FROM documents d "
                "JOIN partitions p ON p.id = d.partition WHERE d.collection = ? AND sketch IS NOT NULL ORDER BY d.rowid",
                (collection,),
            ).fetchall()
        return [(str(i), str(source), decode_labels(labels), str(sketch)) for i, source, labels, sketch in rows]

    def forms(self, document_id: str) -> list[str]:
        """The ids of all stored forms of one document: the redacted text and, where the policy keeps both, the original."""
        info = self.document_info(document_id)
        base = _FORM.sub("", info.record)
        beside = self.find_source(info.source, info.collection)
        return [other.id for other in beside if _FORM.sub("", other.record) == base]

    def find_source(self, source: str, collection: str = "default") -> list[DocumentInfo]:
        """The documents that came from one source."""
        with self._db.read() as cursor:
            rows = cursor.execute(
                f"{_INFO} WHERE d.collection = ? AND d.source = ? ORDER BY d.rowid", (collection, source)
            ).fetchall()
        return [_info(row) for row in rows]

    def document_info(self, document_id: str) -> DocumentInfo:
        """One document without its text. Raises UsageError where there is none."""
        with self._db.read() as cursor:
            rows = cursor.execute(f"{_INFO} WHERE d.id = ?", (document_id,)).fetchall()
        if not rows:
            raise no_document()
        return _info(rows[0])

    def document(self, document_id: str) -> Document:
        """The whole document. Raises UsageError where there is none."""
        with self._db.read() as cursor:
            rows = cursor.execute(
                "SELECT d.title, d.body, d.source, d.media_type, d.sections, p.labels, d.metadata, d.fields, d.losses "
                "FROM documents d JOIN partitions p ON p.id = d.partition WHERE d.id = ?",
                (document_id,),
            ).fetchall()
        if not rows:
            raise no_document()
        title, body, source, media_type, sections, labels, metadata, fields, losses = rows[0]
        return Document(
            title=title,
            text=zlib.decompress(body).decode(),
            source=source,
            media_type=media_type,
            sections=tuple(Section(*section) for section in json.loads(zlib.decompress(sections))),
            labels=decode_labels(labels),
            metadata=json.loads(metadata),
            fields={entity: tuple(values) for entity, values in json.loads(fields).items()},
            id=document_id,
            losses=tuple(Loss(LossKind(kind), *rest) for kind, *rest in json.loads(losses)),
        )

    def editions(self, document_ids: Iterable[str]) -> dict[str, dict[str, str]]:
        """What documents say of their editions, by id; those that say nothing are left out."""
        wanted = json.dumps(sorted(set(document_ids)))
        with self._db.read() as cursor:
            rows = cursor.execute(
                "SELECT id, metadata FROM documents WHERE id IN (SELECT value FROM json_each(?)) AND metadata LIKE '%\"edition.%'",
                (wanted,),
            ).fetchall()
        found = {str(key): json.loads(metadata) for key, metadata in rows}
        return {
            key: {k: str(v) for k, v in metadata.items() if k.startswith("edition.")} for key, metadata in found.items()
        }

    def collections(self) -> dict[str, int]:
        """Collections and how many documents each holds."""
        with self._db.read() as cursor:
            rows = cursor.execute(
                "SELECT collection, count(*) FROM documents GROUP BY collection ORDER BY 1"
            ).fetchall()
        return {str(name): int(count) for name, count in rows}

    def content_hmac(self, data: bytes) -> str:
        """The keyed hash of a file's bytes: tells "unchanged" without saying what was in it."""
        return self._keys.content.mac(b"content", data).hex()


def encode_labels(labels: frozenset[str]) -> str:
    """A label set as stored: a sorted JSON list."""
    return json.dumps(sorted(labels))


def decode_labels(stored: str) -> frozenset[str]:
    """The label set of its stored form."""
    return frozenset(json.loads(stored))


def _info(row: Row, ids: Mapping[str, str] = MappingProxyType({})) -> DocumentInfo:
    values = [*row[:-1], ids.get(str(row[-1]), "")]
    values[6] = decode_labels(row[6])
    return DocumentInfo(*values)


def _check(document: Document, chunks: Sequence[Chunk], vectors: Vectors | None) -> None:
    for chunk in chunks:
        if document.text[chunk.start : chunk.end] != chunk.text:
            raise UsageError("a passage is not the stretch of text that its offsets name", path=document.source)
    if vectors is not None and (vectors.ndim != 2 or vectors.shape[0] != len(chunks)):
        raise UsageError("there must be one vector for each passage", path=document.source)


def partition_of(cursor: Cursor, collection: str, labels: str) -> int:
    """The partition of a collection with these labels (as stored), made where there is none."""
    rows = cursor.execute(
        "SELECT id FROM partitions WHERE collection = ? AND labels = ?", (collection, labels)
    ).fetchall()
    if rows:
        return int(rows[0][0])
    cursor.execute("INSERT INTO partitions(collection, labels) VALUES (?, ?)", (collection, labels))
    partition = int(cursor.lastrowid)
    schema.add_fts(cursor, partition)
    return partition


def _insert_document(
    cursor: Cursor,
    document_id: str,
    partition: int,
    document: Document,
    collection: str,
    record: str,
    n: int,
    content: str,
    scope: str,
) -> None:
    try:
        body = document.text.encode()
    except UnicodeEncodeError:
        raise UsageError("the text holds half a character (a lone surrogate)", path=document.source) from None
    sections = json.dumps([astuple(section) for section in document.sections]).encode()
    cursor.execute(
        "INSERT INTO documents(id, partition, collection, source, record, title, media_type, scope, characters, "
        "passages, content_hmac, added_at, metadata, fields, sections, body, losses) "
        "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            document_id,
            partition,
            collection,
            document.source,
            record,
            document.title,
            document.media_type,
            scope or document.metadata.get("scope", ""),
            len(document.text),
            n,
            content,
            now(),
            json.dumps(dict(document.metadata)),
            json.dumps({entity: list(values) for entity, values in document.fields.items()}),
            zlib.compress(sections, 1),
            zlib.compress(body, 1),
            json.dumps([astuple(loss) for loss in document.losses]),
        ),
    )


def _insert_passages(cursor: Cursor, document_id: str, partition: int, chunks: Sequence[Chunk]) -> int:
    """Store the passages under consecutive ids that were never used before; the first of them."""
    rows = cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = 'passages'").fetchall()
    first = int(rows[0][0]) + 1 if rows else 1
    cursor.executemany(
        'INSERT INTO passages(id, document_id, partition, ordinal, "start", "end", heading, locator, text, sure) '
        "VALUES (?,?,?,?,?,?,?,?,?,?)",
        (
            (first + i, document_id, partition, i, c.start, c.end, c.heading, c.locator, c.text, c.sure)
            for i, c in enumerate(chunks)
        ),
    )
    name = schema.fts(partition)
    cursor.execute(
        f"INSERT INTO {name}(rowid, title, heading, text) SELECT id, title, heading, text FROM {name}_source "  # noqa: S608
        "WHERE id >= ?",
        (first,),
    )
    return first
