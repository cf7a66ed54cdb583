from __future__ import annotations

from pathlib import Path

import pytest
from keyring.backend import KeyringBackend

from assistant.errors import IntegrityError, LockedError, UsageError, VaultError
from assistant.vault import DEFAULT, KdfCost, Secret, Vault
from assistant.vault.keys import Key, derive_kek, new_kdf, unwrap, wrap

from .conftest import CHEAP, PASSPHRASE


def test_the_default_cost_is_the_one_that_rfc_9106_recommends() -> None:
    assert (DEFAULT.memory_kib, DEFAULT.iterations, DEFAULT.lanes) == (65536, 3, 4)
    with pytest.raises(UsageError):
        KdfCost(memory_kib=1 << 30)


def test_a_passphrase_opens_however_the_keyboard_composed_it(tmp_path: Path) -> None:
    Vault.create(tmp_path / "v", Secret.passphrase("caf\u00e9 au lait"), kdf=CHEAP).close()
    Vault.open(tmp_path / "v", Secret.passphrase("cafe\u0301 au lait")).close()
    with pytest.raises(UsageError):
        Secret.passphrase("")


def test_wrapping_binds_key_and_associated_data() -> None:
    kek, payload = Key.random(), Key.random()
    nonce, wrapped = wrap(kek, payload, b"slot 1")
    opened = unwrap(kek, nonce, wrapped, b"slot 1")
    assert opened is not None and opened.raw == payload.raw
    assert unwrap(kek, nonce, wrapped, b"slot 2") is None
    assert unwrap(Key.random(), nonce, wrapped, b"slot 1") is None
    assert unwrap(kek, nonce, wrapped[:-2] + ("00" if wrapped[-2:] != "00" else "01"), b"slot 1") is None


def test_sub_keys_differ_by_purpose_and_are_wiped() -> None:
    key = Key.random()
    assert key.derive("audit").raw != key.derive("content").raw
    assert key.derive("audit").raw == key.derive("audit").raw
    assert key.mac(b"ab", b"c") != key.mac(b"a", b"bc")
    key.wipe()
    assert bytes(key.raw) == bytes(32)


@pytest.mark.parametrize(
    "kdf",
    [
        {"name": "argon2id", "salt": "00" * 16, "memory_kib": 1 << 40, "iterations": 1, "lanes": 1},
        {"name": "scrypt", "salt": "00" * 16, "n": 1 << 40, "r": 8, "p": 1},
        {"name": "md5", "salt": "00"},
        {"salt": "zz"},
    ],
)
def test_parameters_that_would_exhaust_the_machine_are_refused(kdf: dict[str, str | int]) -> None:
    with pytest.raises(IntegrityError):
        derive_kek(bytearray(b"x"), kdf)


def test_scrypt_slots_open_as_well() -> None:
    kdf = {"name": "scrypt", "salt": new_kdf("keyfile", CHEAP)["salt"], "n": 1024, "r": 8, "p": 1}
    assert derive_kek(bytearray(b"x"), kdf).raw == derive_kek(bytearray(b"x"), kdf).raw != bytearray(32)


def test_a_key_file_opens_and_another_does_not(vault: Vault, tmp_path: Path) -> None:
    path = Secret.new_keyfile(tmp_path / "key")
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(VaultError):
        Secret.new_keyfile(path)
    vault.add_slot(Secret.keyfile(path), "night shift")
    Vault.open(vault.folder, Secret.keyfile(path)).close()
    with pytest.raises(LockedError, match="does not open"):
        Vault.open(vault.folder, Secret.keyfile(Secret.new_keyfile(tmp_path / "other")))
    (tmp_path / "short").write_bytes(b"short")
    for name in ("short", "absent"):
        with pytest.raises(LockedError, match="key file"):
            Vault.open(vault.folder, Secret.keyfile(tmp_path / name))


class DictKeyring(KeyringBackend):
    """The operating system's keyring, which a test machine has not."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


def test_the_keyring_opens_and_its_absence_is_locked(vault: Vault) -> None:
    import keyring
    from keyring.backends.fail import Keyring as NoKeyring

    before = keyring.get_keyring()
    try:
        keyring.set_keyring(DictKeyring())
        vault.add_slot(Secret.keyring("ward"), "desk")
        Vault.open(vault.folder, Secret.keyring("ward")).close()
        with pytest.raises(LockedError, match="no key"):
            Vault.open(vault.folder, Secret.keyring("elsewhere"))
        keyring.set_keyring(NoKeyring())
        with pytest.raises(LockedError, match="keyring"):
            Vault.open(vault.folder, Secret.keyring("ward"))
    finally:
        keyring.set_keyring(before)


def test_keyring_and_second_passphrase_at_the_command_line(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import keyring

    from assistant.frontends.cli import run

    vault.close()
    monkeypatch.setenv("ASSISTANT_PASSPHRASE", PASSPHRASE)
    (tmp_path / "other").write_text("another long passphrase\n")
    before = keyring.get_keyring()
    try:
        keyring.set_keyring(DictKeyring())
        added = ["--add-keyring", "--add-passphrase-file", str(tmp_path / "other")]
        assert run(["vault", "slots", "--vault", str(vault.folder), *added]) == 0
        assert run(["audit", "verify", "--vault", str(vault.folder), "--key-file", "keyring"]) == 0
        monkeypatch.setenv("ASSISTANT_PASSPHRASE", "another long passphrase")
        assert run(["audit", "verify", "--vault", str(vault.folder)]) == 0
        assert run(["vault", "slots", "--vault", str(vault.folder), "--remove", "k2"]) == 0
        assert run(["audit", "verify", "--vault", str(vault.folder), "--key-file", "keyring"]) == 4
    finally:
        keyring.set_keyring(before)
    assert "keyring" in capsys.readouterr().out
