"""Backups: one file with the encrypted database, the key slots, and an HMAC over every byte.

Layout: SQLCipher file | header (JSON, with the slots file) | HMAC-SHA256 | header length (4 bytes) | magic (8 bytes).
It opens with the secrets that opened the vault when it was made.
"""

from __future__ import annotations

import hmac
import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from assistant.errors import AssistantError, IntegrityError, LockedError, VaultError
from assistant.vault import recovery, slots
from assistant.vault.database import NEXT, PAGE, Mark, connect, now, translated
from assistant.vault.erasure import NAME as ERASED
from assistant.vault.keys import Key, Keyring, Secret
from assistant.vault.lock import FolderLock, refuse
from assistant.vault.rekey import export
from assistant.vault.slots import SlotTable
from assistant.vault.store import Vault

_MAGIC: Final = b"ASSTBAK1"
_FORMAT: Final = 1
_TAIL: Final = 32 + 4 + 8
_CHUNK: Final = 1 << 20
_MAX_HEADER: Final = 4 << 20


@dataclass(frozen=True, slots=True)
class Archive:
    """A backup that was read and found whole. `database_bytes` is the length of the encrypted file at its beginning."""

    path: Path
    made_at: str
    table: SlotTable
    database_bytes: int


def backup(vault: Vault, target: Path) -> Path:
    """Write a backup while the vault is in use; the file's path. A folder as target gets a name with the time.

    Raises VaultError where the file exists or cannot be written; a half-written file never has the final name.
    """
    target = Path(target)
    made_at = now()
    if target.is_dir():
        target = target / f"vault-{vault.vault_id}-{made_at.replace(':', '')}.backup"
    if target.exists():
        raise VaultError("the file exists already", path=target, remedy="choose another name")
    staged = target.with_name(target.name + ".partial")
    try:
        staged.unlink(missing_ok=True)
        export(vault._db, staged, vault._keys.database)
        _append_tail(staged, vault._table(), made_at, vault._keys.root)
        staged.replace(target)
        slots.sync_folder(target.parent)
    except OSError as error:
        raise refuse(error, target, "write the backup") from None
    finally:
        for tail in ("", "-journal", "-wal", "-shm"):
            with suppress(OSError):
                staged.with_name(staged.name + tail).unlink(missing_ok=True)
    return target


def _append_tail(path: Path, table: SlotTable, made_at: str, root: Key) -> None:
    header = {
        "format": _FORMAT,
        "made_at": made_at,
        "vault_id": table.vault_id,
        "slots": slots.encode(table).decode(),
        "database_bytes": path.stat().st_size,
    }
    tail = slots.canonical(header)
    key = root.derive("backup")
    digest = hmac.new(key.raw, digestmod="sha256")
    with path.open("r+b") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
        digest.update(tail)
        file.write(tail + digest.digest() + len(tail).to_bytes(4, "big") + _MAGIC)
        file.flush()
        os.fsync(file.fileno())
    key.wipe()


def verify(path: Path, secret: Secret) -> Archive:
    """Check a backup from the first byte to the last. Raises IntegrityError on damage, LockedError for a wrong key."""
    archive, keys = _open(Path(path), secret)
    keys.wipe()
    return archive


def restore(archive_path: Path, folder: Path, secret: Secret, *, replace_existing: bool = False) -> Vault:
    """Restore a backup into a folder and open it.

    Documents erased since (the list `erased` in the folder) are erased again. A vault that is there already, also a
    damaged one, is replaced only on request, and only once the backup was found whole; killed at any point the folder
    holds the old vault or the restored one. Raises as `verify`, and VaultError where a vault is there.
    """
    archive, keys = _open(Path(archive_path), secret)
    folder = Path(folder)
    lock: FolderLock | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        lock = FolderLock(folder)
        lock.alone()
        if recovery.has_vault(folder) and not replace_existing:
            raise VaultError("there is a vault here already", path=folder, remedy="choose another folder or replace it")
        commits, generation = _unpack(archive, folder, keys)
        _forget_strangers(folder, archive.table.vault_id)
        Mark(folder, keys.mark).write(commits, durable=True)
        recovery.switch(folder, replace(archive.table, generation=max(generation, archive.table.generation)), keys)
    except OSError as error:
        raise refuse(error, folder, "restore the backup") from None
    finally:
        keys.wipe()
        if lock is not None:
            lock.close()
    vault = Vault.open(folder, secret)
    vault.audit.append("vault.restored", {"made_at": archive.made_at})
    return vault


def _open(path: Path, secret: Secret) -> tuple[Archive, Keyring]:
    archive = _read_tail(path)
    opened = slots.open_slot(archive.table, secret)
    if opened is None:
        raise LockedError(
            "the key does not open this backup",
            path=path,
            remedy="use the passphrase or key file of the time it was made",
        )
    root = slots.unwrap_root(opened[1], archive.table)
    if root is None:
        raise _damaged(path)
    keys = Keyring(opened[1], root)
    if not archive.table.genuine(keys.slots) or not _whole(path, root):
        keys.wipe()
        raise _damaged(path)
    return archive, keys


def _read_tail(path: Path) -> Archive:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            file.seek(max(0, size - _TAIL))
            tail = file.read(_TAIL)
            length = int.from_bytes(tail[32:36], "big")
            if len(tail) != _TAIL or tail[36:] != _MAGIC or not 0 < length <= min(_MAX_HEADER, size - _TAIL):
                raise _damaged(path)
            file.seek(size - _TAIL - length)
            header: Any = json.loads(file.read(length))
        if header["format"] != _FORMAT:
            raise VaultError("the backup was made by a newer version", path=path, remedy="update the program")
        database_bytes = int(header["database_bytes"])
        if database_bytes != size - _TAIL - length or database_bytes % PAGE:
            raise _damaged(path)
        table = slots.decode(header["slots"].encode(), path)
        return Archive(path, str(header["made_at"]), table, database_bytes)
    except FileNotFoundError:
        raise VaultError("there is no such backup", path=path, remedy="check the name") from None
    except OSError as error:
        raise refuse(error, path, "read the backup") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _damaged(path) from None
    except IntegrityError:
        raise _damaged(path) from None


def _damaged(path: Path) -> AssistantError:
    return IntegrityError(
        "the backup is damaged or is none", path=path, remedy="use another backup; nothing was changed"
    )


def _whole(path: Path, root: Key) -> bool:
    """Whether the HMAC over everything before it is right."""
    key = root.derive("backup")
    digest = hmac.new(key.raw, digestmod="sha256")
    try:
        left = path.stat().st_size - _TAIL
        with path.open("rb") as file:
            while left > 0 and (chunk := file.read(min(_CHUNK, left))):
                digest.update(chunk)
                left -= len(chunk)
            return hmac.compare_digest(digest.digest(), file.read(32))
    except OSError as error:
        raise refuse(error, path, "read the backup") from None
    finally:
        key.wipe()


def _unpack(archive: Archive, folder: Path, keys: Keyring) -> tuple[int, int]:
    """Write the database as `vault.db.next`, on disk and opened once; its commits and generation."""
    recovery.clear_next(folder)
    target = folder / NEXT
    fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with archive.path.open("rb") as source, os.fdopen(fd, "wb") as file:
        shutil.copyfileobj(source, file, _CHUNK)
        file.truncate(archive.database_bytes)
        file.flush()
        os.fsync(file.fileno())
    connection = connect(target, keys.database)
    try:
        with translated(target):
            if connection.execute("PRAGMA cipher_integrity_check").fetchall():
                raise _damaged(archive.path)
            row = connection.execute("SELECT commits, generation FROM state").fetchall()[0]
            return int(row[0]), int(row[1])
    finally:
        connection.close()


def _forget_strangers(folder: Path, vault_id: str) -> None:
    """A list of erasures that belongs to another vault means nothing here."""
    try:
        if slots.load(folder).vault_id != vault_id:
            (folder / ERASED).unlink(missing_ok=True)
    except AssistantError:
        pass  # damaged or absent slots: keep the list, marks of another vault match nothing


__all__ = ["Archive", "backup", "restore", "verify"]
