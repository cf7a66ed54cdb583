from __future__ import annotations

import json
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend

from assistant.errors import IntegrityError, LockedError, UsageError, VaultError
from assistant.vault import DEFAULT, KdfCost, Secret, Vault, slots
from assistant.vault.keys import Key, derive_kek, new_kdf, unwrap, wrap

from .conftest import CHEAP, PASSPHRASE, put, secret


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


def test_full_rekey_changes_the_pages_and_keeps_the_secrets(vault: Vault, tmp_path: Path) -> None:
    key = Secret.keyfile(Secret.new_keyfile(tmp_path / "key"))
    vault.add_slot(key, "file")
    document_id = put(vault, "The text stays. " * 20)
    vault.audit.append("ask", {"n": 1})
    content = vault.content_hmac(b"bytes")
    old_key = bytes(vault._keys.vault.raw)
    with pytest.raises(UsageError, match="k2"):
        vault.rekey_full(secret(), kdf=CHEAP)
    vault.rekey_full(secret(), key, kdf=CHEAP)
    assert bytes(vault._keys.vault.raw) != old_key
    assert vault.document(document_id).text.startswith("The text stays.")
    put(vault, "More after the rekey.", title="More")
    assert vault.content_hmac(b"bytes") == content
    assert vault.audit.verify().ok
    assert vault.integrity() == []
    vault.close()
    for way in (secret(), key):
        with Vault.open(vault.folder, way) as opened:
            assert len(opened.documents()) == 2
    assert sorted(path.name for path in vault.folder.iterdir()) == [
        "attempts", "lock", "mark", "slots.json", "slots.json.bak", "vault.db",
    ]  # fmt: skip


def test_threads_that_write_during_a_full_rekey_lose_nothing(vault: Vault) -> None:
    import threading

    put(vault, "Bulk. " * 20_000, title="bulk", vectors=False)
    stop, done, problems = threading.Event(), [], []

    def write() -> None:
        try:
            while not stop.is_set():
                done.append(put(vault, "Text of another thread.", title=f"t{len(done)}"))
                vault.documents()
        except BaseException as error:
            problems.append(error)

    thread = threading.Thread(target=write)
    thread.start()
    for _ in range(3):
        vault.rekey_full(secret(), kdf=CHEAP)
    stop.set()
    thread.join()
    assert problems == [] and len(done) > 0
    assert set(done) <= {info.id for info in vault.documents()}
    assert vault.integrity() == []


def test_full_rekey_drops_slots_only_when_told(vault: Vault) -> None:
    vault.add_slot(Secret.passphrase("leaver of the house"), "leaver", kdf=CHEAP)
    vault.rekey_full(secret(), drop_others=True, kdf=CHEAP)
    vault.close()
    with pytest.raises(LockedError):
        Vault.open(vault.folder, Secret.passphrase("leaver of the house"))
    Vault.open(vault.folder, secret()).close()


def test_rekey_is_refused_while_another_holder_has_the_vault_open(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.vault.lock.FolderLock.alone", lambda self, timeout_s=0.2: _alone(self))
    with Vault.open(vault.folder, secret()), pytest.raises(VaultError, match="open"):
        vault.rekey_full(secret(), kdf=CHEAP)
    assert vault.documents() == []


def _alone(lock: object) -> None:
    import fcntl

    lock._take(fcntl.LOCK_EX, 0.2, "another process has the vault open")  # type: ignore[attr-defined]


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
