"""What the vault expects of whoever keeps a key, shown with one that keeps it in this process."""

from __future__ import annotations

import secrets

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from assistant.errors import LockedError
from assistant.vault import Secret, Vault
from assistant.vault.holders import SHUT, Holder, KdfParams, Refused

from .conftest import CHEAP, secret


class Drawer:
    """A key in this process."""

    kind: str = "drawer"

    def __init__(self) -> None:
        self.key = AESGCM(secrets.token_bytes(32))
        self.away = False

    def wrap(self, seed: bytes) -> dict[str, str]:
        self._there()
        nonce = secrets.token_bytes(12)
        return {"sealed": (nonce + self.key.encrypt(nonce, seed, None)).hex()}

    def unwrap(self, kept: KdfParams) -> bytearray:
        self._there()
        sealed = bytes.fromhex(str(kept["sealed"]))
        try:
            return bytearray(self.key.decrypt(sealed[:12], sealed[12:], None))
        except InvalidTag:
            raise Refused("not mine", remedy=SHUT) from None

    def _there(self) -> None:
        if self.away:
            raise LockedError("the drawer is away", remedy=SHUT)


def test_a_slot_of_another_key_does_not_hide_the_right_one(vault: Vault) -> None:
    first, second, third = Drawer(), Drawer(), Drawer()
    holder: Holder = second
    for drawer in (first, holder):
        vault.add_slot(Secret.held(drawer), "drawer", kdf=CHEAP)
    Vault.open(vault.folder, Secret.held(second)).close()
    with pytest.raises(Refused, match="not mine"):
        Vault.open(vault.folder, Secret.held(third))


def test_a_holder_that_is_away_makes_no_slot_and_leaves_the_table_as_it_was(vault: Vault) -> None:
    drawer = Drawer()
    drawer.away = True
    before = (vault.folder / "slots.json").read_bytes()
    with pytest.raises(LockedError, match="away"):
        vault.add_slot(Secret.held(drawer), "drawer", kdf=CHEAP)
    assert (vault.folder / "slots.json").read_bytes() == before
    Vault.open(vault.folder, secret()).close()


def test_each_slot_has_a_secret_of_its_own(vault: Vault) -> None:
    drawer = Drawer()
    one, _ = Secret.held(drawer).enrol(vault.vault_id, CHEAP)
    two, _ = Secret.held(drawer).enrol(vault.vault_id, CHEAP)
    assert drawer.unwrap(one) != drawer.unwrap(two)
