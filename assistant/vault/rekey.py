"""Full rekey: a new vault key, every page encrypted anew into a second file, then one atomic switch."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from assistant.errors import IntegrityError
from assistant.vault import recovery, slots
from assistant.vault.database import NEXT, Database, connect, now, touch_private, translated
from assistant.vault.keys import KdfCost, Key, Keyring, Secret
from assistant.vault.lock import refuse
from assistant.vault.slots import SlotTable


def matching(table: SlotTable, secrets: Sequence[Secret], vault_key: Key) -> dict[str, Secret]:
    """Which slot each secret opens; secrets that open none are left out."""
    found: dict[str, Secret] = {}
    for secret in secrets:
        rest = replace(table, slots=tuple(slot for slot in table.slots if slot.id not in found))
        opened = slots.open_slot(rest, secret)
        if opened is not None and opened[1].raw == vault_key.raw:
            found[opened[0].id] = secret
    return found


def rekey(
    folder: Path, table: SlotTable, kept: Mapping[str, Secret], keys: Keyring, db: Database, cost: KdfCost
) -> None:
    """Do it; the folder is held alone. `keys` holds the new keys afterwards."""
    fresh, root = Key.random(), Key()
    root.raw[:] = keys.root.raw
    new = Keyring(fresh, root)
    nonce, wrapped = slots.wrap_root(fresh, root, table.vault_id)
    renewed = tuple(
        slots.make_slot(kept[slot.id], fresh, table.vault_id, slot.id, slot.label, now(), cost)
        for slot in table.slots
        if slot.id in kept
    )
    upcoming = SlotTable(table.vault_id, table.generation + 1, nonce, wrapped, renewed)
    recovery.clear_next(folder)

    def put_in_place() -> None:
        recovery.switch(folder, upcoming, new)
        keys.adopt(new)

    with db.quiet():  # what another thread wrote between copy and switch would be lost
        export(db, folder / NEXT, new.database, generation=upcoming.generation)
        db.exchange(put_in_place, keys.database)


def export(db: Database, target: Path, key: Key, *, generation: int | None = None) -> None:
    """Write everything to a new encrypted file, one consistent state, complete and on disk, and check it."""
    touch_private(target)
    with db.still_attached(target, key) as cursor:
        cursor.execute("SELECT sqlcipher_export('copy')").fetchall()
        version = int(cursor.execute("PRAGMA main.user_version").fetchall()[0][0])
        cursor.execute(f"PRAGMA copy.user_version = {version}")
        if generation is not None:
            cursor.execute("UPDATE copy.state SET generation = ?", (generation,))
    connection = connect(target, key)
    try:
        with translated(target):
            if connection.execute("PRAGMA cipher_integrity_check").fetchall():
                raise IntegrityError("the copy is damaged", path=target, remedy="check the disk")
    finally:
        connection.close()
    try:
        fd = os.open(target, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
    except OSError as error:
        raise refuse(error, target, "write the copy") from None
