"""Putting a vault folder in order before it opens: finish an interrupted switch, judge the file, read the mark."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from assistant.errors import IntegrityError, VaultError
from assistant.vault import schema, slots
from assistant.vault.database import ACCEPT, NAME, NEXT, PAGE, Cursor, Database, Mark
from assistant.vault.keys import Keyring
from assistant.vault.lock import FolderLock, refuse
from assistant.vault.slots import SlotTable

_COMPANIONS = ("", "-journal", "-wal", "-shm")


def has_vault(folder: Path) -> bool:
    """Whether anything in the folder belongs to a vault that was made."""
    return any((folder / name).exists() for name in (slots.NAME, slots.BACKUP_NAME, NAME))


def clear_next(folder: Path) -> None:
    """Remove the leftover of a rekey, restore or creation that was killed before it counted."""
    _unlink(folder, [NEXT + tail for tail in _COMPANIONS])


def switch(folder: Path, table: SlotTable, keys: Keyring) -> SlotTable:
    """Put `vault.db.next` in place. Safe to kill at any point: the slots say what is pending until it is done.

    To be called with the folder held alone, with `vault.db.next` complete and on disk.
    """
    pending = replace(table, pending=True).sealed(keys.slots)
    slots.save(folder, pending)
    return finish(folder, pending, keys)


def finish(folder: Path, table: SlotTable, keys: Keyring) -> SlotTable:
    """The second half of `switch`, which recovery takes up: rename, then say that nothing is pending any more."""
    upcoming = folder / NEXT
    if upcoming.exists():
        # The old log belongs to the old file and would be replayed into the new one.
        _unlink(folder, [NAME + tail for tail in _COMPANIONS[1:]])
        try:
            upcoming.replace(folder / NAME)
            slots.sync_folder(folder)
        except OSError as error:
            raise refuse(error, upcoming, "put the new vault in place") from None
    done = replace(table, pending=False).sealed(keys.slots)
    slots.save(folder, done)
    return done


def settle(folder: Path, lock: FolderLock, table: SlotTable, keys: Keyring) -> SlotTable:
    """Finish or clear away a switch that was killed. The lock is held shared, so nobody is at it now."""
    if table.pending:
        with lock.exclusive():
            table = slots.load(folder)
            if table.pending and table.genuine(keys.slots):
                table = finish(folder, table, keys)
    clear_next(folder)
    return table


def tidy(folder: Path, table: SlotTable) -> None:
    """Put the copy of the slots right and remove half-written files; to be called while no process writes."""
    slots.heal(folder, table)
    _unlink(folder, _staged(folder))


def untidy(folder: Path, table: SlotTable) -> bool:
    """Whether `tidy` has anything to do."""
    return bool(_staged(folder)) or not slots.copied(folder, table)


def _staged(folder: Path) -> list[str]:
    return [path.name for path in folder.glob("*.tmp")]


def check_file(path: Path) -> bool:
    """Whether the vault was closed cleanly (no log is left). Raises IntegrityError where its size is impossible."""
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise IntegrityError("the vault file is missing", path=path, remedy="restore a backup") from None
    except OSError as error:
        raise refuse(error, path, "read the vault") from None
    log = path.with_name(path.name + "-wal")
    clean = not log.exists() or log.stat().st_size == 0
    if size == 0 or size % PAGE:
        raise truncated(path)
    return clean


def truncated(path: Path) -> IntegrityError:
    """The file is not as long as it was."""
    return IntegrityError(
        "the vault is damaged: it is not as long as it was",
        path=path,
        remedy="restore a backup with `assistant vault restore`",
    )


def check_state(db: Database, table: SlotTable, marked: int | None) -> None:
    """Compare what the database knows with what stands beside it; `marked` None accepts any loss.

    Raises IntegrityError where commits are missing or the slots are older than the database, VaultError for a vault of
    a newer version.
    """
    with db.snapshot() as cursor:
        version = int(cursor.execute("PRAGMA user_version").fetchall()[0][0])
        if version > schema.VERSION:
            raise VaultError("the vault was made by a newer version", path=db.path, remedy="update the program")
        vault_id, commits, generation = _state(cursor, db.path)
    if vault_id != table.vault_id:
        raise IntegrityError("slots and vault do not belong together", path=db.path, remedy="restore a backup")
    if marked is None:
        return
    if commits < marked:
        raise IntegrityError(
            f"the vault lacks its last {marked - commits} commits: its log was damaged, or an older file was put in its place",
            path=db.path,
            remedy=ACCEPT,
        )
    if generation > table.generation:
        raise IntegrityError(
            "the key slots are older than the vault: an old slots file was put back", path=db.path, remedy=ACCEPT
        )


def commits(db: Database) -> int:
    """How many transactions the database knows of."""
    with db.read() as cursor:
        return _state(cursor, db.path)[1]


def read_mark(mark: Mark, accept_loss: bool) -> int | None:
    """The noted number of commits; None where a loss is accepted."""
    return None if accept_loss else mark.read()


def _state(cursor: Cursor, path: Path) -> tuple[str, int, int]:
    rows = cursor.execute("SELECT vault_id, commits, generation FROM state").fetchall()
    if len(rows) != 1:
        raise IntegrityError("the vault has no state", path=path, remedy="restore a backup")
    return str(rows[0][0]), int(rows[0][1]), int(rows[0][2])


def _unlink(folder: Path, names: list[str]) -> None:
    for name in names:
        try:
            (folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise refuse(error, folder / name, "remove the leftover file") from None
