from __future__ import annotations

import pytest

from assistant.errors import LockedError, UsageError
from assistant.vault import Secret, Vault, slots

from .conftest import CHEAP, secret


def test_slots_are_added_changed_and_removed(vault: Vault) -> None:
    second = vault.add_slot(Secret.passphrase("second of two keys"), "second", kdf=CHEAP)
    assert [slot.id for slot in vault.slots()] == ["k1", second]
    vault.rekey_kek("k1", Secret.passphrase("new and longer"), kdf=CHEAP)
    with pytest.raises(LockedError):
        Vault.open(vault.folder, secret())
    Vault.open(vault.folder, Secret.passphrase("new and longer")).close()
    vault.remove_slot("k1")
    with pytest.raises(LockedError):
        Vault.open(vault.folder, Secret.passphrase("new and longer"))
    with pytest.raises(UsageError, match="last"):
        vault.remove_slot(second)
    with pytest.raises(UsageError, match="no such slot"):
        vault.remove_slot("k9")
    Vault.open(vault.folder, Secret.passphrase("second of two keys")).close()
    assert [record.kind for record in vault.audit.records()] == [
        "vault.slot-added",
        "vault.slot-changed",
        "vault.slot-removed",
    ]


def test_the_second_copy_never_keeps_a_removed_slot(vault: Vault) -> None:
    slot = vault.add_slot(Secret.passphrase("leaver of the house"), "leaver", kdf=CHEAP)
    vault.remove_slot(slot)
    copy = vault.folder / slots.BACKUP_NAME
    assert copy.read_bytes() == (vault.folder / slots.NAME).read_bytes()
    # Killed between the two writes: opening puts the copy right.
    copy.write_bytes(b"an older state")
    vault.close()
    Vault.open(vault.folder, secret()).close()
    assert copy.read_bytes() == (vault.folder / slots.NAME).read_bytes()


def test_full_rekey_drops_slots_only_when_told(vault: Vault) -> None:
    vault.add_slot(Secret.passphrase("leaver of the house"), "leaver", kdf=CHEAP)
    vault.rekey_full(secret(), drop_others=True, kdf=CHEAP)
    vault.close()
    with pytest.raises(LockedError):
        Vault.open(vault.folder, Secret.passphrase("leaver of the house"))
    Vault.open(vault.folder, secret()).close()
