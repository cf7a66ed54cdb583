"""The vault: one encrypted file with everything that could be read, opened by any of its key slots."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from assistant.errors import IntegrityError, LockedError, VaultError
from assistant.vault import integrity, proof, recovery, schema, slots
from assistant.vault.audit import AuditLog
from assistant.vault.conversations import Conversations
from assistant.vault.database import NAME, NEXT, Database, Mark, connect, now, touch_private, translated
from assistant.vault.documents import Documents
from assistant.vault.erasure import Erasures, read_marks
from assistant.vault.keys import DEFAULT, KdfCost, Key, Keyring, Secret, no_core_dumps
from assistant.vault.keyslots import KeySlots
from assistant.vault.lock import Attempts, FolderLock, refuse
from assistant.vault.passages import Passages
from assistant.vault.proof import ErasureProof
from assistant.vault.pseudonyms import Pseudonyms, compact
from assistant.vault.receipts import Receipts
from assistant.vault.records import VaultStatus
from assistant.vault.relabel import Relabelling
from assistant.vault.removal import erase
from assistant.vault.slots import SlotTable
from assistant.vault.subjects import Subjects
from assistant.vault.users import Users
from assistant.vault.vectors import VectorStore

# Up to this size every page's HMAC is checked at opening (0.1 s); larger vaults are checked page by page as read.
_CHECKED_AT_OPEN: Final = 16 << 20


class Vault(
    Documents, Relabelling, Passages, VectorStore, Conversations, Pseudonyms, Receipts, Subjects, Users, KeySlots
):
    """An open vault. Threads may share one; several processes may have the same vault open.

    `audit` is its audit log. Everything raises LockedError once the vault is closed, VaultError where the disk or
    another process stands in the way, IntegrityError where stored bytes are not what was written.
    """

    audit: AuditLog

    def __init__(self, folder: Path, lock: FolderLock, table: SlotTable, keys: Keyring, db: Database) -> None:
        self.folder, self.vault_id = folder, table.vault_id
        self._lock, self._keys, self._db = lock, keys, db
        self._erasures = Erasures(folder, keys.erasure)
        self.audit = AuditLog(db, keys.audit, table.vault_id)
        self._idle: threading.Event | None = None

    # ------------------------------------------------------------ opening and closing

    @classmethod
    def create(cls, folder: Path, secret: Secret, *, kdf: KdfCost = DEFAULT, label: str = "") -> Vault:
        """Make a vault with one slot. Raises VaultError where there is one already or the folder cannot be written."""
        no_core_dumps()
        secret.chosen()
        folder = Path(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.chmod(0o700)
        except OSError as error:
            raise refuse(error, folder, "make the vault folder") from None
        lock = FolderLock(folder)
        try:
            lock.alone()
            if recovery.has_vault(folder):
                raise VaultError(
                    "there is a vault here already", path=folder, remedy="open it, or choose another folder"
                )
            recovery.clear_next(folder)
            table, keys = _new_keys(secret, kdf, label)
            _new_file(folder, table, keys)
            recovery.switch(folder, table, keys)
            keys.wipe()
            lock.shared()
        finally:
            lock.close()
        return cls.open(folder, secret)

    @classmethod
    def open(cls, folder: Path, secret: Secret, *, accept_loss: bool = False) -> Vault:
        """Open a vault. `accept_loss` goes on with a vault that lacks its last commits; it is audited.

        Raises LockedError for a wrong key (and while waiting after several), VaultError where there is no vault,
        IntegrityError where slots, mark or pages are damaged.
        """
        no_core_dumps()
        folder = Path(folder)
        slots.load(folder)
        lock = FolderLock(folder)
        keys: Keyring | None = None
        db: Database | None = None
        try:
            lock.shared()
            table = slots.load(folder)
            keys = _unlock(folder, table, secret)
            table = recovery.settle(folder, lock, table, keys)
            clean = recovery.check_file(folder / NAME)
            mark = Mark(folder, keys.mark)
            marked = recovery.read_mark(mark, accept_loss)
            db = Database(folder / NAME, keys.database, mark)
            recovery.check_state(db, table, marked)
            vault = cls(folder, lock, table, keys, db)
            vault._after_open(table, clean=clean, accepted=accept_loss, mark=mark)
            return vault
        except BaseException:
            if db is not None:
                db.close()
            if keys is not None:
                keys.wipe()
            lock.close()
            raise

    def _after_open(self, table: SlotTable, *, clean: bool, accepted: bool, mark: Mark) -> None:
        if clean and (self.folder / NAME).stat().st_size <= _CHECKED_AT_OPEN:
            with suppress(VaultError):  # busy: another process has just begun to write; pages are checked as read
                if integrity.check_pages(self._db):
                    raise IntegrityError(
                        "the vault is damaged: a page is not what was written",
                        path=self.folder / NAME,
                        remedy="restore a backup with `assistant vault restore`",
                    )
        if accepted:
            with suppress(OSError):
                mark.write(recovery.commits(self._db), durable=True)
            self.audit.append("vault.loss-accepted", {"commits": recovery.commits(self._db)})
        with self._db.read() as cursor:
            outdated = schema.outdated(cursor)
        if outdated:
            with self._db.write() as cursor:
                schema.upgrade(cursor, compact)
        with self._db.read() as cursor:
            known = {str(row[0]) for row in cursor.execute("SELECT mark FROM erased").fetchall()}
            generation = int(cursor.execute("SELECT generation FROM state").fetchall()[0][0])
        if generation != table.generation:
            with self._db.write() as cursor:
                cursor.execute("UPDATE state SET generation = ?", (table.generation,))
        self._erase_again(read_marks(self._erasures.path) - known)
        if recovery.untidy(self.folder, table) or known - read_marks(self._erasures.path):
            with self._db.write():  # slots are saved inside a write transaction too, so nobody is at them now
                recovery.tidy(self.folder, self._table())
                self._erasures.reconcile(known)

    def _erase_again(self, marks: set[str]) -> None:
        """An older copy of the database came back: erase what had been erased since."""
        if not marks:
            return
        again = [info.id for info in self.documents() if self._erasures.mark(info.id) in marks]
        with self._db.write() as cursor:
            for document_id in again:
                erase(cursor, document_id, self._erasures)
            cursor.executemany("INSERT OR REPLACE INTO erased VALUES (?, ?)", ((mark, now()) for mark in sorted(marks)))
            if again:
                self.audit.append("vault.erased-again", {"documents": again})
        self._db.checkpoint()

    def close(self) -> None:
        """Close the vault and zero its keys. Safe to call twice."""
        self._shut("the vault is closed")

    def _shut(self, reason: str) -> None:
        if self._idle is not None:
            self._idle.set()
        self._db.close(reason)
        self._keys.wipe()
        self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Vault({self.vault_id})"

    def lock_after(self, seconds: float) -> None:
        """Close the vault by itself once it was not used for so long; then everything raises LockedError."""
        if self._idle is not None:
            self._idle.set()
        self._idle = stop = threading.Event()

        def watch() -> None:
            while not stop.wait(max(0.05, self._db.last_use + seconds - time.monotonic())):
                if time.monotonic() - self._db.last_use >= seconds:
                    self._shut(f"the vault was locked after {seconds:g} s without use")
                    return

        threading.Thread(target=watch, name="vault-idle", daemon=True).start()

    # ------------------------------------------------------------ settings, state, checks

    def get(self, key: str) -> str | None:
        """A setting, or None."""
        with self._db.read() as cursor:
            rows = cursor.execute("SELECT value FROM settings WHERE key = ?", (key,)).fetchall()
        return str(rows[0][0]) if rows else None

    def put(self, key: str, value: str | None) -> None:
        """Keep a setting; None removes it."""
        with self._db.write() as cursor:
            if value is None:
                cursor.execute("DELETE FROM settings WHERE key = ?", (key,))
            else:
                cursor.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (key, value))

    def integrity(self) -> list[str]:
        """The full check: every page, table, index, the audit chain and the files beside; empty where all is well."""
        return integrity.check_all(self._db, self.audit, self._erasures, self._beside)

    def _beside(self) -> list[str]:
        found = []
        table = self._table()
        if not slots.copied(self.folder, table):
            found.append(f"{slots.BACKUP_NAME} is not the copy it should be")
        if Mark(self.folder, self._keys.mark).read() > recovery.commits(self._db):
            found.append("the mark knows of more commits than the vault")
        return found

    def scan(self, needle: bytes) -> int:
        """How often a marker (12 bytes or more) stands in the decrypted file, unused pages included."""
        return integrity.scan(self._db, self._keys.database, needle)

    def prove_erased(self, document_id: str, marker: str = "") -> ErasureProof:
        """What is left of an erased document; see `proof.prove`."""
        return proof.prove(self._db, self._keys.database, self._erasures, document_id, marker)

    def status(self) -> VaultStatus:
        """Counts and sizes."""
        counts: Mapping[str, int]
        with self._db.snapshot() as cursor:
            queries = {
                "documents": "SELECT count(*) FROM documents",
                "passages": "SELECT coalesce(sum(passages), 0) FROM documents",
                "vectors": "SELECT coalesce(sum(count), 0) FROM vectors",
                "conversations": "SELECT count(*) FROM conversations",
                "users": "SELECT count(*) FROM users",
                "erased": "SELECT count(*) FROM erased",
            }
            counts = {name: int(cursor.execute(query).fetchall()[0][0]) for name, query in queries.items()}
            created = str(cursor.execute("SELECT created_at FROM state").fetchall()[0][0])
            cipher = str(cursor.execute("PRAGMA cipher_version").fetchall()[0][0])
        sizes = [path.stat().st_size for path in self.folder.glob(f"{NAME}*") if path.is_file()]
        return VaultStatus(
            folder=self.folder,
            vault_id=self.vault_id,
            created_at=created,
            cipher=f"SQLCipher {cipher}, AES-256-CBC, HMAC-SHA512 per page",
            file_bytes=sum(sizes),
            audit_records=len(self.audit),
            audit_head=self.audit.head(),
            collections=self.collections(),
            label_sets={json.dumps(sorted(labels)): count for labels, count in self.label_sets().items()},
            slots=tuple(self.slots()),
            **counts,
        )


def _unlock(folder: Path, table: SlotTable, secret: Secret) -> Keyring:
    """From the secret to the keys, one try at a time."""
    attempts = Attempts(folder)
    with attempts.one():
        opened = slots.open_slot(table, secret)
        if opened is None:
            wait = attempts.failed()
            raise LockedError(
                "the key does not open this vault" + (f"; the next try is possible in {wait} s" if wait else ""),
                path=folder,
                remedy="check the passphrase or key file",
            )
    vault_key = opened[1]
    root = slots.unwrap_root(vault_key, table)
    keys = Keyring(vault_key, root) if root is not None else None
    if keys is None or not table.genuine(keys.slots):
        raise IntegrityError(
            "the key slots were changed by somebody without the key",
            path=folder / slots.NAME,
            remedy="restore a backup",
        )
    return keys


def _new_keys(secret: Secret, kdf: KdfCost, label: str) -> tuple[SlotTable, Keyring]:
    vault_key, root = Key.random(), Key.random()
    vault_id = secrets.token_hex(8)
    nonce, wrapped = slots.wrap_root(vault_key, root, vault_id)
    table = SlotTable(vault_id, 0, nonce, wrapped, ())
    slot = slots.make_slot(secret, vault_key, vault_id, slots.free_id(table), label or secret.kind, now(), kdf)
    return replace(table, slots=(slot,)), Keyring(vault_key, root)


def _new_file(folder: Path, table: SlotTable, keys: Keyring) -> None:
    """Write the empty database as `vault.db.next`, complete and on disk."""
    path = folder / NEXT
    touch_private(path)
    connection = connect(path, keys.database)
    try:
        with translated(path):
            connection.execute("BEGIN IMMEDIATE")
            schema.create(connection, table.vault_id, now())
            AuditLog.begin(connection, keys.audit, table.vault_id)
            connection.execute("COMMIT")
    finally:
        connection.close()
    try:
        Mark(folder, keys.mark).write(0, durable=True)
        slots.sync_folder(folder)
    except OSError as error:
        raise refuse(error, folder, "write the vault") from None
