from __future__ import annotations

import json

import pytest

from assistant.errors import IntegrityError
from assistant.vault import Secret, Vault, slots

from .conftest import CHEAP, put, secret


def test_an_old_slots_file_put_back_is_noticed(vault: Vault) -> None:
    slot = vault.add_slot(Secret.passphrase("leaver of the house"), "leaver", kdf=CHEAP)
    old = (vault.folder / slots.NAME).read_bytes()
    vault.remove_slot(slot)
    vault.close()
    (vault.folder / slots.NAME).write_bytes(old)
    with pytest.raises(IntegrityError, match="older"):
        Vault.open(vault.folder, Secret.passphrase("leaver of the house"))


def test_slots_forged_with_a_right_checksum_are_noticed(vault: Vault) -> None:
    vault.close()
    table = slots.load(vault.folder)
    from dataclasses import replace

    forged = replace(table, slots=(replace(table.slots[0], label="admin"),))
    (vault.folder / slots.NAME).write_bytes(slots.encode(forged))
    with pytest.raises(IntegrityError, match="without the key"):
        Vault.open(vault.folder, secret())


def test_every_flipped_byte_of_the_slots_file_is_noticed_and_the_copy_saves_it(vault: Vault) -> None:
    put(vault, "Text.")
    vault.close()
    path = vault.folder / slots.NAME
    good = path.read_bytes()
    for at in range(0, len(good), 7):
        path.write_bytes(good[:at] + bytes([good[at] ^ 0x10]) + good[at + 1 :])
        with pytest.raises(IntegrityError) as caught:
            Vault.open(vault.folder, secret())
        assert slots.BACKUP_NAME in caught.value.remedy
    path.unlink()
    with pytest.raises(IntegrityError):
        Vault.open(vault.folder, secret())
    path.write_bytes((vault.folder / slots.BACKUP_NAME).read_bytes())
    with Vault.open(vault.folder, secret()) as opened:
        assert len(opened.documents()) == 1


def test_the_slots_file_holds_nothing_but_wrapped_keys(vault: Vault) -> None:
    document = json.loads((vault.folder / slots.NAME).read_bytes())
    assert set(document) == {"format", "vault_id", "generation", "pending", "root", "slots", "mac", "sha256"}
    raw = (vault.folder / slots.NAME).read_text()
    assert vault._keys.__slots__
    for name in vault._keys.__slots__:
        assert getattr(vault._keys, name).raw.hex() not in raw
