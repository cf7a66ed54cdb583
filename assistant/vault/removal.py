"""A document out of the vault: its rows, full text and vectors, the names that only it brought, and the turns about it."""

from __future__ import annotations

import json
from typing import Final

from assistant.errors import UsageError
from assistant.vault import schema, traces
from assistant.vault.database import Cursor, now
from assistant.vault.erasure import Erasures
from assistant.vault.records import Erasure

_REMOVAL_COST: Final = 20
# Shared by many people: a conversation that names one of these is no mention of an erased record.
_COMMON: Final = frozenset({"DATE", "DATE_OF_BIRTH", "TIMESTAMP", "AGE", "LOCATION", "ORGANIZATION"})


def no_document() -> UsageError:
    """There is no document with that id."""
    return UsageError("there is no such document", remedy="see `assistant docs list`")


def remove_rows(cursor: Cursor, document_id: str) -> tuple[int, int]:
    """Take a document's full text, vectors, passages and row out; how many passages and vectors that were."""
    partition = int(cursor.execute("SELECT partition FROM documents WHERE id = ?", (document_id,)).fetchall()[0][0])
    name = schema.fts(partition)
    mine, all_passages, documents = cursor.execute(
        "SELECT sum(passages) FILTER (WHERE id = ?), sum(passages), count(*) FROM documents WHERE partition = ?",
        (document_id, partition),
    ).fetchall()[0]
    # Taking words out of the index costs 20 to 30 times what putting them in costs: past that share, index the rest anew.
    anew = mine > 100 and mine * _REMOVAL_COST > all_passages - mine
    if documents == 1 or anew:
        schema.drop_fts(cursor, partition)
    else:
        cursor.execute(
            f"DELETE FROM {name} WHERE rowid IN (SELECT id FROM passages WHERE document_id = ?)",  # noqa: S608
            (document_id,),
        )
    vectors = cursor.execute("SELECT sum(count) FROM vectors WHERE document_id = ?", (document_id,)).fetchall()[0][0]
    cursor.execute("DELETE FROM vectors WHERE document_id = ?", (document_id,))
    passages = cursor.execute("DELETE FROM passages WHERE document_id = ?", (document_id,)).rowcount
    cursor.execute("DELETE FROM documents WHERE id = ?", (document_id,))
    if documents == 1:
        cursor.execute("DELETE FROM partitions WHERE id = ?", (partition,))
    elif anew:
        schema.add_fts(cursor, partition)
        cursor.execute(f"INSERT INTO {name}({name}) VALUES ('rebuild')")  # noqa: S608
    return int(passages), int(vectors or 0)


def erase(cursor: Cursor, document_id: str, erasures: Erasures) -> Erasure:
    """Take out everything of a document inside a transaction; its mark and the traces that a proof looks for stay."""
    rows = cursor.execute("SELECT scope, source FROM documents WHERE id = ?", (document_id,)).fetchall()
    if not rows:
        raise no_document()
    mark, marks = erasures.mark(document_id), traces.of_document(erasures.key, _stored(cursor, document_id))
    scope, source = (str(value) for value in rows[0])
    passages, vectors = remove_rows(cursor, document_id)
    scopes = {document_id, f"document:{document_id}"}
    # The scope of a patient or a file outlives one document: its pseudonyms go with the last document that uses it.
    if scope and not cursor.execute("SELECT 1 FROM documents WHERE scope = ? LIMIT 1", (scope,)).fetchall():
        scopes.add(scope)
    if not cursor.execute("SELECT 1 FROM documents WHERE source = ? LIMIT 1", (source,)).fetchall():
        scopes.add(source)
    turns = cursor.execute(
        "DELETE FROM turns WHERE id IN (SELECT turn_id FROM turn_documents WHERE document_id = ?)", (document_id,)
    ).rowcount
    # What somebody vouched for quotes its source, and goes with it.
    cursor.execute("DELETE FROM verified WHERE document_id = ?", (document_id,))
    pseudonyms, mentions = _forget_pseudonyms(cursor, scopes)
    snapshots = cursor.execute("DELETE FROM snapshots").rowcount
    cursor.execute("UPDATE state SET vector_epoch = vector_epoch + 1")
    cursor.execute("INSERT OR REPLACE INTO erased VALUES (?, ?)", (mark, now()))
    cursor.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (f"erased:{mark}", json.dumps(marks)))
    return Erasure(document_id, mark, passages, vectors, pseudonyms, int(turns) + mentions, int(snapshots))


def _stored(cursor: Cursor, document_id: str) -> list[bytes]:
    """What of a document lies in the file byte by byte: passages, the compressed body, vectors, title."""
    queries = (
        "SELECT CAST(text AS BLOB) FROM passages WHERE document_id = ?",
        "SELECT body FROM documents WHERE id = ?",
        "SELECT data FROM vectors WHERE document_id = ?",
        "SELECT data FROM sentence_vectors WHERE passage_id IN (SELECT id FROM passages WHERE document_id = ?)",
        "SELECT CAST(title AS BLOB) FROM documents WHERE id = ?",
    )
    return [bytes(row[0]) for query in queries for row in cursor.execute(query, (document_id,)).fetchall()]


def _forget_pseudonyms(cursor: Cursor, scopes: set[str]) -> tuple[int, int]:
    """Remove the map of these scopes, and where a conversation named the same people, that map and those turns.

    How many entries and how many turns went. What another document's scope still holds stays.
    """
    removed, turns = 0, 0
    gone: set[tuple[str, str]] = set()
    for scope in scopes:
        gone.update(cursor.execute("SELECT entity, original FROM pseudonyms WHERE scope = ?", (scope,)).fetchall())
        removed += int(cursor.execute("DELETE FROM pseudonyms WHERE scope = ?", (scope,)).rowcount)
    for entity, original in sorted(gone):
        if entity in _COMMON:
            continue
        rows = cursor.execute(
            "SELECT scope, surrogate FROM pseudonyms WHERE entity = ? AND original = ? "
            "AND scope IN (SELECT id FROM conversations)",
            (entity, original),
        ).fetchall()
        for scope, surrogate in rows:
            turns += int(
                cursor.execute(
                    "DELETE FROM turns WHERE conversation_id = ? AND (instr(question, ?) OR instr(answer, ?))",
                    (scope, surrogate, surrogate),
                ).rowcount
            )
            removed += int(
                cursor.execute(
                    "DELETE FROM pseudonyms WHERE entity = ? AND original = ? AND scope = ?", (entity, original, scope)
                ).rowcount
            )
    return removed, turns
