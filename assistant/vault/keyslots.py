"""The key slots of an open vault: list, add, remove, change a secret, and encrypt everything anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from assistant.errors import IntegrityError, UsageError
from assistant.vault import rekey, slots
from assistant.vault.audit import AuditLog
from assistant.vault.database import now
from assistant.vault.keys import DEFAULT, KdfCost, Secret
from assistant.vault.lock import FolderLock
from assistant.vault.part import Part
from assistant.vault.slots import SlotInfo, SlotTable


class KeySlots(Part):
    """Who may open a vault: one slot a secret, each with the same vault key wrapped in it."""

    folder: Path
    vault_id: str
    audit: AuditLog
    _lock: FolderLock

    def slots(self) -> list[SlotInfo]:
        """The key slots, without anything secret."""
        return [slot.info for slot in self._table().slots]

    def add_slot(self, secret: Secret, label: str, *, kdf: KdfCost = DEFAULT) -> str:
        """Let another secret open the vault; the slot's id. Raises UsageError for a passphrase that is too weak."""
        secret.chosen()
        with self._db.write():
            table = self._table()
            slot = slots.make_slot(secret, self._keys.vault, self.vault_id, slots.free_id(table), label, now(), kdf)
            self._save(replace(table, slots=(*table.slots, slot)))
            self.audit.append("vault.slot-added", {"slot": slot.id, "kind": slot.kind})
        return slot.id

    def remove_slot(self, slot_id: str) -> None:
        """Take a slot out. Raises UsageError for an unknown slot and for the last one.

        Whoever kept a copy of the old slots file and knows its secret can still open the vault: `rekey_full` ends that.
        """
        with self._db.write():
            table = self._table()
            rest = tuple(slot for slot in table.slots if slot.id != slot_id)
            if len(rest) == len(table.slots):
                raise _no_slot()
            if not rest:
                raise UsageError("the last slot cannot be removed", remedy="add another slot first")
            self._save(replace(table, slots=rest))
            self.audit.append("vault.slot-removed", {"slot": slot_id})

    def rekey_kek(self, slot_id: str, secret: Secret, *, kdf: KdfCost = DEFAULT) -> None:
        """Give a slot another secret; pages are not encrypted again. Raises UsageError for a passphrase that is too weak."""
        secret.chosen()
        with self._db.write():
            table = self._table()
            old = next((slot for slot in table.slots if slot.id == slot_id), None)
            if old is None:
                raise _no_slot()
            new = slots.make_slot(secret, self._keys.vault, self.vault_id, slot_id, old.label, now(), kdf)
            self._save(replace(table, slots=tuple(new if slot.id == slot_id else slot for slot in table.slots)))
            self.audit.append("vault.slot-changed", {"slot": slot_id, "kind": new.kind})

    def rekey_full(self, *secrets_kept: Secret, drop_others: bool = False, kdf: KdfCost = DEFAULT) -> None:
        """Encrypt everything anew under a new vault key; slots whose secret is given are kept.

        Killed at any point the vault opens with the same secrets. Raises UsageError where a slot's secret is not given
        and `drop_others` is not set, VaultError where another process has the vault open.
        """
        table = self._table()
        kept = rekey.matching(table, secrets_kept, self._keys.vault)
        left = [slot.id for slot in table.slots if slot.id not in kept]
        if not kept or (left and not drop_others):
            raise UsageError(
                f"{len(left)} slots would be lost: {', '.join(left)}",
                remedy="give their secrets too, or drop them knowingly",
            )
        with self._lock.exclusive():
            rekey.rekey(self.folder, self._table(), kept, self._keys, self._db, kdf)
        self.audit.append("vault.rekeyed", {"slots": sorted(kept), "dropped": left})

    def _table(self) -> SlotTable:
        table = slots.load(self.folder)
        if not table.genuine(self._keys.slots):
            raise IntegrityError(
                "the key slots were changed by somebody else", path=self.folder / slots.NAME, remedy="restore a backup"
            )
        return table

    def _save(self, table: SlotTable) -> None:
        """Save changed slots inside the write transaction that notes their generation (it keeps other processes off)."""
        table = replace(table, generation=table.generation + 1).sealed(self._keys.slots)
        slots.save(self.folder, table)
        with self._db.write() as cursor:
            cursor.execute("UPDATE state SET generation = ?", (table.generation,))


def _no_slot() -> UsageError:
    return UsageError("there is no such slot", remedy="see `assistant vault slots`")
