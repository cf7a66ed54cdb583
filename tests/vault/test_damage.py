"""Bytes that are not what was written, files cut short, a full disk: noticed, named, nothing lost."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.errors import ExitCode, IntegrityError, VaultError
from assistant.vault import Vault
from assistant.vault import store as store_module

from .conftest import CHEAP, PASSPHRASE, put, secret

PAGE = 4096


def filled(folder: Path) -> bytes:
    with Vault.create(folder, secret(), kdf=CHEAP) as vault:
        for i in range(40):
            put(vault, f"Document {i} about fever, cough and rest. " * 20, title=f"D{i}", labels=(f"l{i % 2}",))
            vault.audit.append("ask", {"n": i})
    return (folder / "vault.db").read_bytes()


def test_a_flipped_byte_in_any_page_is_noticed_when_the_vault_opens(folder: Path) -> None:
    data = filled(folder)
    rng = random.Random(11)
    for page in range(len(data) // PAGE):
        at = page * PAGE + rng.choice([0, PAGE - 1, PAGE - 17, rng.randrange(PAGE)])
        (folder / "vault.db").write_bytes(data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :])
        with pytest.raises(IntegrityError) as caught:
            Vault.open(folder, secret())
        assert caught.value.exit_code == ExitCode.INTEGRITY
        assert caught.value.remedy and "vault.db" in str(caught.value)
    (folder / "vault.db").write_bytes(data)
    with Vault.open(folder, secret()) as vault:
        assert len(vault.documents()) == 40
        assert vault.integrity() == []


def test_in_a_large_vault_damage_is_noticed_by_the_full_check_and_by_reading(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = filled(folder)
    monkeypatch.setattr(store_module, "_CHECKED_AT_OPEN", 0)
    rng = random.Random(13)
    seen_by_reading = 0
    pages = rng.sample(range(len(data) // PAGE), 40)
    for page in pages:
        at = page * PAGE + rng.randrange(PAGE)
        (folder / "vault.db").write_bytes(data[:at] + bytes([data[at] ^ 0x40]) + data[at + 1 :])
        try:
            with Vault.open(folder, secret()) as vault:
                assert vault.integrity() != []
        except IntegrityError:
            pass
        try:
            with Vault.open(folder, secret()) as vault:
                for info in vault.documents():
                    vault.document(info.id)
                    vault.document_passages(info.id)
                vault.bm25('"fever" OR "cough"', 50, None)
                vault.vectors()
        except IntegrityError:
            seen_by_reading += 1
        (folder / "vault.db").write_bytes(data)
    assert seen_by_reading > len(pages) // 2


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


def test_pages_added_at_the_end_are_noticed(folder: Path) -> None:
    data = filled(folder)
    for more in (b"x", bytes(PAGE), os.urandom(5 * PAGE)):
        (folder / "vault.db").write_bytes(data + more)
        with pytest.raises(IntegrityError):
            Vault.open(folder, secret())


def test_pages_that_changed_places_are_noticed(folder: Path) -> None:
    data = filled(folder)
    swapped = data[: 5 * PAGE] + data[6 * PAGE : 7 * PAGE] + data[5 * PAGE : 6 * PAGE] + data[7 * PAGE :]
    (folder / "vault.db").write_bytes(swapped)
    with pytest.raises(IntegrityError):
        Vault.open(folder, secret())


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


def test_nothing_readable_is_in_any_file(tmp_path: Path) -> None:
    canary = "CANARYzq7xk2vj9wplm4"
    folder = tmp_path / "v"
    with Vault.create(folder, secret(), kdf=CHEAP) as vault:
        document_id = put(vault, f"About {canary}. " * 200, title=canary, source=f"{canary}.txt", labels=(canary,))
        vault.bm25(f'"{canary}" OR "about"', 5, None)
        talk = vault.start_conversation(canary)
        vault.add_turn(talk, canary, {"answer": canary, "citations": [{"document_id": document_id}]})
        vault.search_conversations(canary)
        vault.pseudonym("PERSON", canary, canary, lambda taken: "Eve Moss")
        vault.save_snapshot("faiss", 1, canary.encode() * 1000)
        vault.put(canary, canary)
        vault.add_user("ann", canary, [], kdf=CHEAP)
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert {"vault.db-wal", "vault.db-shm"} <= {path.name for path in files}
        for path in files:
            data = path.read_bytes().lower()
            assert canary.lower().encode() not in data, path.name
            assert PASSPHRASE.encode() not in data, path.name
            assert not data.startswith(b"sqlite format"), path.name


def test_a_file_size_limit_stops_a_write_and_loses_nothing(folder: Path) -> None:
    """The kernel refuses to let the file grow, as a full disk does."""
    with Vault.create(folder, secret(), kdf=CHEAP) as vault:
        put(vault, "Kept text.", title="kept")
    code = f"""
import resource, signal, sys
from pathlib import Path
from assistant.errors import VaultError
from assistant.vault import Secret, Vault
from assistant.types import Chunk, Document
import random
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
vault = Vault.open(Path({str(folder)!r}), Secret.passphrase({PASSPHRASE!r}))
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
text = "".join(random.Random(1).choices("abcdefgh ", k=3_000_000))
try:
    vault.put_document(Document("big", text, "big.txt"), [Chunk(text, 0, len(text))], None, content_hmac="")
except VaultError as error:
    print(error)
    assert len(vault.documents()) == 1
    sys.exit(0)
sys.exit(9)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "disk" in done.stdout and "Remedy" in done.stdout
    with Vault.open(folder, secret()) as vault:
        assert [info.title for info in vault.documents()] == ["kept"]
        assert vault.integrity() == []


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system needs root")
def test_a_full_disk_stops_a_write_and_loses_nothing(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mount.returncode:
        pytest.skip("this machine may not mount a file system")
    try:
        with Vault.create(disk / "v", secret(), kdf=CHEAP) as vault:
            put(vault, "Kept text.", title="kept")
            noise = random.Random(5)
            with pytest.raises(VaultError, match="disk") as caught:
                for i in range(20):
                    put(vault, "".join(noise.choices("abcdefghijklmnop ", k=200_000)), title=f"n{i}", vectors=False)
            assert caught.value.remedy
            kept = [info.title for info in vault.documents()]
            with pytest.raises(VaultError):
                vault.rekey_full(secret(), kdf=CHEAP)
        # The remedy: space is made.
        subprocess.run(["mount", "-o", "remount,size=16m", str(disk)], check=True)
        with Vault.open(disk / "v", secret()) as vault:
            assert [info.title for info in vault.documents()] == kept and "kept" in kept
            assert vault.integrity() == []
    finally:
        subprocess.run(["umount", str(disk)], check=False)
