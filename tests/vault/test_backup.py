from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from assistant.errors import IntegrityError, LockedError, VaultError
from assistant.vault import Secret, Vault, backup, restore, verify

from .conftest import CHEAP, put, secret


@pytest.fixture
def archive(vault: Vault, tmp_path: Path) -> Path:
    put(vault, "Kept text. " * 30, title="kept")
    put(vault, "Erased later: MARKERMARKERMARKER. " * 5, title="erased")
    vault.audit.append("ask", {"n": 1})
    return backup(vault, tmp_path / "vault.backup")


def test_a_backup_restores_elsewhere(vault: Vault, archive: Path, tmp_path: Path) -> None:
    assert verify(archive, secret()).table.vault_id == vault.vault_id
    put(vault, "Written after the backup.", title="after")
    with restore(archive, tmp_path / "restored", secret()) as restored:
        assert [info.title for info in restored.documents()] == ["kept", "erased"]
        assert restored.vectors()[0].size == vault.vectors()[0].size - 1
        assert len(restored.bm25('"kept"', 50, None)) > 0
        assert restored.integrity() == []
        assert [record.kind for record in restored.audit.records()] == ["ask", "vault.restored"]
    assert archive.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["restored", "vault", "vault.backup"]


def test_nothing_readable_is_in_a_backup(archive: Path) -> None:
    data = archive.read_bytes()
    assert b"MARKER" not in data and b"Kept" not in data and b"fever.txt" not in data


def test_erased_documents_stay_erased_after_a_restore(vault: Vault, archive: Path) -> None:
    erased = next(info for info in vault.documents() if info.title == "erased")
    vault.delete_document(erased.id)
    vault.close()
    with restore(archive, vault.folder, secret(), replace_existing=True) as restored:
        assert [info.title for info in restored.documents()] == ["kept"]
        assert restored.scan(b"MARKERMARKERMARKER") == 0
        assert restored.bm25('"markermarkermarker"', 5, None) == []
        assert [record.kind for record in restored.audit.records()][-2:] == ["vault.erased-again", "vault.restored"]
        assert restored.integrity() == []


def test_erasures_are_honoured_even_where_the_vault_file_is_lost(vault: Vault, archive: Path) -> None:
    vault.delete_document(next(info.id for info in vault.documents() if info.title == "erased"))
    vault.close()
    (vault.folder / "vault.db").write_bytes(b"destroyed")
    with restore(archive, vault.folder, secret(), replace_existing=True) as restored:
        assert [info.title for info in restored.documents()] == ["kept"]


def test_a_restore_replaces_only_on_request_and_only_from_a_whole_backup(vault: Vault, archive: Path) -> None:
    put(vault, "Newest.", title="newest")
    vault.close()
    with pytest.raises(VaultError, match="already"):
        restore(archive, vault.folder, secret())
    data = archive.read_bytes()
    archive.write_bytes(data[:5000] + bytes([data[5000] ^ 1]) + data[5001:])
    with pytest.raises(IntegrityError, match="backup"):
        restore(archive, vault.folder, secret(), replace_existing=True)
    with Vault.open(vault.folder, secret()) as opened:
        assert len(opened.documents()) == 3


def test_a_restore_is_refused_while_the_vault_is_open(vault: Vault, archive: Path) -> None:
    with pytest.raises(VaultError, match="open"):
        restore(archive, vault.folder, secret(), replace_existing=True)
    assert len(vault.documents()) == 2


def test_every_flipped_or_cut_byte_of_a_backup_is_noticed(archive: Path) -> None:
    data = archive.read_bytes()
    rng = random.Random(7)
    places = [*range(len(data) - 60, len(data)), *(rng.randrange(len(data)) for _ in range(60)), 0, 15, 16]
    for at in places:
        archive.write_bytes(data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :])
        with pytest.raises(IntegrityError, match="damaged"):
            verify(archive, secret())
    for length in (0, 1, 7, 44, 4096, len(data) // 2, len(data) - 1):
        archive.write_bytes(data[:length])
        with pytest.raises(IntegrityError, match="damaged"):
            verify(archive, secret())
    archive.write_bytes(data + b"x")
    with pytest.raises(IntegrityError):
        verify(archive, secret())


def test_the_wrong_key_and_the_wrong_name_are_told(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(LockedError):
        verify(archive, Secret.passphrase("wrong"))
    with pytest.raises(VaultError, match="no such"):
        verify(tmp_path / "none", secret())


def test_a_backup_opens_with_the_secret_of_its_time(vault: Vault, archive: Path, tmp_path: Path) -> None:
    vault.rekey_full(secret(), kdf=CHEAP)
    vault.rekey_kek("k1", Secret.passphrase("new and longer"), kdf=CHEAP)
    restore(archive, tmp_path / "restored", secret()).close()
    again = backup(vault, tmp_path)
    assert again.suffix == ".backup"
    with pytest.raises(LockedError):
        verify(again, secret())
    verify(again, Secret.passphrase("new and longer"))
    with pytest.raises(VaultError, match="exists"):
        backup(vault, archive)


def test_an_older_database_file_put_back_by_hand_is_noticed_and_erasures_hold(vault: Vault, tmp_path: Path) -> None:
    put(vault, "Erased text.", title="erased")
    vault.close()
    shutil.copy(vault.folder / "vault.db", tmp_path / "old.db")
    with Vault.open(vault.folder, secret()) as opened:
        opened.delete_document(opened.documents()[0].id)
    shutil.copy(tmp_path / "old.db", vault.folder / "vault.db")
    with pytest.raises(IntegrityError, match="lacks its last"):
        Vault.open(vault.folder, secret())
    with Vault.open(vault.folder, secret(), accept_loss=True) as opened:
        assert opened.documents() == []
        assert {"vault.loss-accepted", "vault.erased-again"} <= {record.kind for record in opened.audit.records()}
    Vault.open(vault.folder, secret()).close()
