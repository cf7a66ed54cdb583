"""Writes that find no room, another writer, or a page check at their side."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.errors import VaultError
from assistant.vault import Vault, integrity

from .conftest import CHEAP, PASSPHRASE, put, secret


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


def test_a_busy_vault_says_so(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.vault.database.BUSY_MS", 200)
    with Vault.open(vault.folder, secret()) as other, vault._db.write():
        with pytest.raises(VaultError, match="busy"):
            put(other, "Text.")
        assert other.documents() == []
    put(vault, "Text.")


def test_a_commit_of_another_process_during_the_page_check_is_no_damage(vault: Vault) -> None:
    """The moment between emptying the log and holding writers off, when another process may still commit."""
    put(vault, "Mine.")
    with Vault.open(vault.folder, secret()) as other:
        number = 0

        def commit_between(statement: str) -> None:
            nonlocal number
            if statement == "BEGIN IMMEDIATE":
                number += 1
                put(other, f"Theirs {number}. " * 400, title=f"theirs-{number}")

        vault._db._writer.set_trace_callback(commit_between)
        for _ in range(3):
            assert integrity.check_pages(vault._db) == []
        vault._db._writer.set_trace_callback(None)
        assert number == 3 and len(other.documents()) == 4
