"""What an interrupted or damaged vault says when it is opened, and how a rekey that was killed is finished."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from assistant.errors import IntegrityError
from assistant.vault import Vault, recovery, slots
from assistant.vault.database import NAME, NEXT

from .conftest import CHEAP, PAGE, filled, put, secret


@pytest.mark.parametrize("cut", [0, 1, 100, PAGE - 1, PAGE, 3 * PAGE, -1, -PAGE, -3 * PAGE])
def test_a_truncated_vault_is_noticed(folder: Path, cut: int) -> None:
    data = filled(folder)
    (folder / "vault.db").write_bytes(data[:cut])
    with pytest.raises(IntegrityError):
        Vault.open(folder, secret())
    (folder / "vault.db").unlink()
    with pytest.raises(IntegrityError, match="missing"):
        Vault.open(folder, secret())
    (folder / "vault.db").write_bytes(data)
    with Vault.open(folder, secret()) as vault:
        assert len(vault.documents()) == 40


def test_a_damaged_log_cannot_lose_commits_in_silence(tmp_path: Path) -> None:
    """SQLite drops the tail of its log from the first wrong frame on; the mark says that something is missing."""
    import shutil

    folder = tmp_path / "v"
    vault = Vault.create(folder, secret(), kdf=CHEAP)
    for i in range(5):
        put(vault, f"Document {i}.", title=f"D{i}")
    # A copy of the folder while the vault is open is what a kill leaves behind.
    shutil.copytree(folder, tmp_path / "killed")
    vault.close()
    killed = tmp_path / "killed"
    log = (killed / "vault.db-wal").read_bytes()
    assert len(log) > 10 * PAGE
    rng = random.Random(3)
    for _ in range(12):
        shutil.rmtree(tmp_path / "try", ignore_errors=True)
        shutil.copytree(killed, tmp_path / "try")
        at = rng.randrange(32, len(log))
        (tmp_path / "try" / "vault.db-wal").write_bytes(log[:at] + bytes([log[at] ^ 4]) + log[at + 1 :])
        (tmp_path / "try" / "vault.db-shm").unlink()
        with pytest.raises(IntegrityError):
            Vault.open(tmp_path / "try", secret())
    (tmp_path / "try" / "vault.db-wal").unlink(missing_ok=True)
    with pytest.raises(IntegrityError):
        Vault.open(tmp_path / "try", secret())
    with Vault.open(killed, secret()) as opened:
        assert len(opened.documents()) == 5
        assert opened.integrity() == []


@pytest.mark.parametrize("damage", ["flip", "cut", "gone"])
def test_a_damaged_mark_is_noticed_and_can_be_accepted(folder: Path, damage: str) -> None:
    filled(folder)
    path = folder / "mark"
    data = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(data[:20] if damage == "cut" else data[:7] + bytes([data[7] ^ 1]) + data[8:])
    with pytest.raises(IntegrityError, match="mark") as caught:
        Vault.open(folder, secret())
    assert caught.value.remedy
    with Vault.open(folder, secret(), accept_loss=True) as vault:
        assert len(vault.documents()) == 40
    Vault.open(folder, secret()).close()


@pytest.mark.parametrize("moment", ["before-slots", "after-slots", "after-rename", "after-main-slots"])
def test_a_rekey_killed_at_each_step_opens_with_the_same_secret(
    vault: Vault, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The steps one by one: the process is taken to die where the exception is raised; nothing cleans up after it."""

    class Died(BaseException):
        pass

    put(vault, "Text that stays.")

    def die(*_: object, **__: object) -> None:
        raise Died

    real_save, real_write, calls = slots.save, slots.write_atomically, [0]

    def dying_write(path: Path, data: bytes) -> None:
        real_write(path, data)
        raise Died

    def dying_save(folder: Path, table: slots.SlotTable) -> None:
        calls[0] += 1
        if moment == "after-rename" and calls[0] == 2:
            raise Died
        real_save(folder, table)

    if moment == "before-slots":
        monkeypatch.setattr(recovery, "switch", die)
    elif moment == "after-slots":
        monkeypatch.setattr(recovery, "finish", die)
    elif moment == "after-main-slots":
        monkeypatch.setattr(slots, "write_atomically", dying_write)
    else:
        monkeypatch.setattr(slots, "save", dying_save)
    with pytest.raises(Died):
        vault.rekey_full(secret(), kdf=CHEAP)
    monkeypatch.undo()
    vault.close()
    assert (vault.folder / NEXT).exists() == (moment != "after-rename")
    for _ in range(2):
        with Vault.open(vault.folder, secret()) as opened:
            assert [info.title for info in opened.documents()] == ["Fever"]
            assert opened.integrity() == []
    assert not (vault.folder / NEXT).exists() and (vault.folder / NAME).exists()
    assert not slots.load(vault.folder).pending
