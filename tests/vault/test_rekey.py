from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import UsageError, VaultError
from assistant.vault import Secret, Vault

from .conftest import CHEAP, put, secret


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
