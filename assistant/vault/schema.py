"""The tables of a vault, and the full-text table of each partition.

A partition is one collection with one label set. Its passages have a full-text table of their own, so that what a
principal may not see takes no part in a search: neither rows nor the word statistics behind the scores.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from assistant.vault.database import Cursor, Runs

VERSION: Final = 6

# Parts of names that say who it is: they go with the entry that they are part of, whoever deletes it.
_NAME_PARTS: Final = (
    """CREATE TABLE name_parts(
        part TEXT NOT NULL, entity TEXT NOT NULL, scope TEXT NOT NULL, original TEXT NOT NULL,
        PRIMARY KEY (part, entity, scope, original)) WITHOUT ROWID""",
    "CREATE INDEX name_parts_by_original ON name_parts(scope, original)",
    """CREATE TRIGGER pseudonym_gone AFTER DELETE ON pseudonyms BEGIN
        DELETE FROM name_parts WHERE scope = OLD.scope AND original = OLD.original AND entity = OLD.entity; END""",
)

# What is learnt from use. An entry of the gap board holds no id of a document, and no name of a person.
_FOURTH: Final = (
    """CREATE TABLE IF NOT EXISTS gaps(
        id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL,
        question TEXT NOT NULL, roles TEXT NOT NULL, vector BLOB)""",
    "CREATE INDEX IF NOT EXISTS gaps_by_time ON gaps(at)",
    """CREATE TABLE IF NOT EXISTS verified(
        id TEXT PRIMARY KEY, document_id TEXT NOT NULL, told TEXT NOT NULL, signature TEXT NOT NULL,
        withdrawn_at TEXT NOT NULL DEFAULT '')""",
    "CREATE INDEX IF NOT EXISTS verified_by_document ON verified(document_id)",
    """CREATE TABLE IF NOT EXISTS verified_vectors(
        verified_id TEXT NOT NULL REFERENCES verified(id) ON DELETE CASCADE, ordinal INTEGER NOT NULL, vector BLOB NOT NULL,
        PRIMARY KEY (verified_id, ordinal)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS files(
        document_id TEXT PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE, data BLOB NOT NULL)""",
)

# Vectors of the sentences of a passage; see `assistant.vault.vectors`.
_SIXTH: Final = (
    """CREATE TABLE IF NOT EXISTS sentence_vectors(
        passage_id INTEGER PRIMARY KEY REFERENCES passages(id) ON DELETE CASCADE, dimension INTEGER NOT NULL, data BLOB NOT NULL)""",
)

TABLES: Final = (
    """CREATE TABLE state(
        id INTEGER PRIMARY KEY CHECK (id = 1), vault_id TEXT NOT NULL, created_at TEXT NOT NULL,
        commits INTEGER NOT NULL, vector_epoch INTEGER NOT NULL, generation INTEGER NOT NULL)""",
    "CREATE TABLE settings(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE partitions(
        id INTEGER PRIMARY KEY AUTOINCREMENT, collection TEXT NOT NULL, labels TEXT NOT NULL,
        UNIQUE (collection, labels))""",
    """CREATE TABLE documents(
        id TEXT PRIMARY KEY, partition INTEGER NOT NULL REFERENCES partitions(id), collection TEXT NOT NULL,
        source TEXT NOT NULL, record TEXT NOT NULL, title TEXT NOT NULL, media_type TEXT NOT NULL,
        scope TEXT NOT NULL, characters INTEGER NOT NULL, passages INTEGER NOT NULL, content_hmac TEXT NOT NULL,
        added_at TEXT NOT NULL, metadata TEXT NOT NULL, fields TEXT NOT NULL, sections BLOB NOT NULL, body BLOB NOT NULL,
        losses TEXT NOT NULL DEFAULT '[]', UNIQUE (collection, source, record))""",
    "CREATE INDEX documents_by_partition ON documents(partition, passages)",
    "CREATE INDEX documents_by_scope ON documents(scope)",
    """CREATE TABLE passages(
        id INTEGER PRIMARY KEY AUTOINCREMENT, document_id TEXT NOT NULL REFERENCES documents(id),
        partition INTEGER NOT NULL REFERENCES partitions(id), ordinal INTEGER NOT NULL,
        "start" INTEGER NOT NULL, "end" INTEGER NOT NULL,
        heading TEXT NOT NULL, locator TEXT NOT NULL, text TEXT NOT NULL, sure INTEGER NOT NULL DEFAULT 1)""",
    "CREATE UNIQUE INDEX passages_by_document ON passages(document_id, ordinal)",
    "CREATE INDEX passages_by_partition ON passages(partition)",
    """CREATE TABLE vectors(
        document_id TEXT NOT NULL REFERENCES documents(id), first_id INTEGER NOT NULL, count INTEGER NOT NULL,
        dimension INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (document_id, first_id))""",
    """CREATE TABLE snapshots(
        name TEXT NOT NULL, part INTEGER NOT NULL, epoch INTEGER NOT NULL, data BLOB NOT NULL,
        PRIMARY KEY (name, part))""",
    "CREATE TABLE conversations(id TEXT PRIMARY KEY, title TEXT NOT NULL, started_at TEXT NOT NULL)",
    """CREATE TABLE turns(
        id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL,
        conversation_id TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE)""",
    "CREATE INDEX turns_by_conversation ON turns(conversation_id)",
    """CREATE TABLE turn_documents(
        turn_id INTEGER NOT NULL REFERENCES turns(id) ON DELETE CASCADE, document_id TEXT NOT NULL,
        PRIMARY KEY (turn_id, document_id)) WITHOUT ROWID""",
    "CREATE INDEX turns_by_document ON turn_documents(document_id)",
    """CREATE TABLE pseudonyms(
        entity TEXT NOT NULL, scope TEXT NOT NULL, original TEXT NOT NULL, surrogate TEXT NOT NULL, at TEXT NOT NULL,
        written TEXT NOT NULL DEFAULT '', compact TEXT NOT NULL DEFAULT '', sure INTEGER NOT NULL DEFAULT 1,
        PRIMARY KEY (entity, scope, original))""",
    "CREATE INDEX pseudonyms_by_surrogate ON pseudonyms(surrogate, scope)",
    "CREATE INDEX pseudonyms_by_original ON pseudonyms(original)",
    "CREATE INDEX pseudonyms_by_scope ON pseudonyms(scope)",
    "CREATE INDEX pseudonyms_by_compact ON pseudonyms(compact)",
    *_NAME_PARTS,
    """CREATE TABLE users(
        name TEXT PRIMARY KEY, password TEXT NOT NULL, roles TEXT NOT NULL,
        failures INTEGER NOT NULL, locked_until REAL NOT NULL, created_at TEXT NOT NULL,
        groups TEXT NOT NULL DEFAULT '[]')""",
    """CREATE TABLE audit(
        seq INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL UNIQUE,
        record TEXT NOT NULL, mac BLOB NOT NULL)""",
    """CREATE TABLE audit_head(
        id INTEGER PRIMARY KEY CHECK (id = 1), base_seq INTEGER NOT NULL, base_mac BLOB NOT NULL,
        seq INTEGER NOT NULL, mac BLOB NOT NULL, seal BLOB NOT NULL)""",
    "CREATE TABLE erased(mark TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID",
    *_FOURTH,
    *_SIXTH,
)


def create(connection: Runs, vault_id: str, now: str) -> None:
    """Lay the tables of an empty vault."""
    for statement in TABLES:
        connection.execute(statement)
    connection.execute("INSERT INTO state VALUES (1, ?, ?, 0, 0, 0)", (vault_id, now))
    connection.execute(f"PRAGMA user_version = {VERSION}")


# Version 2 keeps originals as they were written, and numbers without their separators; version 3 the groups of users, which
# access lists name, what a reader lost of a document and which passages it cannot vouch for; version 4 what is learnt from use;
# version 5 which originals are surely somebody's, so that they are looked for in what is shown; version 6 the vectors of sentences.
_UPGRADES: Final = {
    1: (
        "ALTER TABLE pseudonyms ADD COLUMN written TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE pseudonyms ADD COLUMN compact TEXT NOT NULL DEFAULT ''",
        "CREATE INDEX pseudonyms_by_compact ON pseudonyms(compact)",
        *_NAME_PARTS,
    ),
    2: (
        "ALTER TABLE users ADD COLUMN groups TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE documents ADD COLUMN losses TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE passages ADD COLUMN sure INTEGER NOT NULL DEFAULT 1",
    ),
    3: _FOURTH,
    4: ("ALTER TABLE pseudonyms ADD COLUMN sure INTEGER NOT NULL DEFAULT 1",),
    5: _SIXTH,
}


def outdated(cursor: Cursor) -> bool:
    """Whether the tables are those of an earlier version."""
    return int(cursor.execute("PRAGMA user_version").fetchall()[0][0]) < VERSION


def upgrade(cursor: Cursor, compact: Callable[[str], str]) -> None:
    """Bring the tables of an earlier version up to date, inside a transaction; `compact` makes the new column's values."""
    version = int(cursor.execute("PRAGMA user_version").fetchall()[0][0])
    if version >= VERSION:
        return
    for number in range(version, VERSION):
        for statement in _UPGRADES[number]:
            cursor.execute(statement)
    originals = [row[0] for row in cursor.execute("SELECT DISTINCT original FROM pseudonyms").fetchall()]
    cursor.executemany("UPDATE pseudonyms SET compact = ? WHERE original = ?", ((compact(o), o) for o in originals))
    cursor.execute(f"PRAGMA user_version = {VERSION}")


def fts(partition: int) -> str:
    """The name of a partition's full-text table."""
    return f"fts_{int(partition)}"


def add_fts(cursor: Runs, partition: int) -> None:
    """Make the full-text table of a new partition.

    External content: words are stored once. `secure-delete` takes the words of a deleted passage out of the index
    at once instead of leaving them until the next merge.
    """
    name, view = fts(partition), f"fts_{int(partition)}_source"
    cursor.execute(
        f"CREATE VIEW {view} AS SELECT p.id AS id, d.title AS title, p.heading AS heading, p.text AS text "  # noqa: S608
        f"FROM passages p JOIN documents d ON d.id = p.document_id WHERE p.partition = {int(partition)}"
    )
    cursor.execute(
        f"CREATE VIRTUAL TABLE {name} USING fts5(title, heading, text, content='{view}', content_rowid='id', "
        "tokenize='porter unicode61')"
    )
    cursor.execute(f"INSERT INTO {name}({name}, rank) VALUES ('secure-delete', 1)")  # noqa: S608


def drop_fts(cursor: Cursor, partition: int) -> None:
    """Remove the full-text table of a partition that has become empty."""
    cursor.execute(f"DROP TABLE {fts(partition)}")
    cursor.execute(f"DROP VIEW {fts(partition)}_source")
