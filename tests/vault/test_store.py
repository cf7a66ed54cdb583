from __future__ import annotations

import os
import stat
import threading
import time
from pathlib import Path

import pytest

from assistant.errors import LockedError, UsageError, VaultError
from assistant.vault import Secret, Vault, slots

from .conftest import CHEAP, PASSPHRASE, put, secret


def test_what_was_put_is_there_after_opening_again(folder: Path) -> None:
    text = "Paracetamol lowers fever. " * 10
    with Vault.create(folder, secret(), kdf=CHEAP) as vault:
        document_id = put(vault, text)
        vault.put("policy", "healthcare")
    with Vault.open(folder, secret()) as vault:
        document = vault.document(document_id)
        assert document.text == text
        assert document.id == document_id
        assert document.labels == {"public"}
        assert document.fields == {"MRN": ("12345",)}
        assert document.sections[0].locator == "page 1"
        assert vault.get("policy") == "healthcare"
        passages = vault.document_passages(document_id)
        assert passages
        for passage in passages:
            assert text[passage.start : passage.end] == passage.text
        assert vault.integrity() == []


def test_the_folder_and_every_file_belong_to_the_owner_alone(vault: Vault) -> None:
    put(vault, "Some text.")
    assert stat.S_IMODE(vault.folder.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in vault.folder.iterdir()}
    assert "vault.db-wal" in modes
    assert set(modes.values()) == {0o600}


def test_create_refuses_where_a_vault_is(vault: Vault) -> None:
    vault.close()
    with pytest.raises(VaultError, match="already"):
        Vault.create(vault.folder, secret(), kdf=CHEAP)
    Vault.open(vault.folder, secret()).close()


def test_create_goes_on_after_a_creation_that_was_killed(folder: Path) -> None:
    folder.mkdir()
    (folder / "vault.db.next").write_bytes(b"half written")
    Vault.create(folder, secret(), kdf=CHEAP).close()
    assert not (folder / "vault.db.next").exists()


def test_no_vault_is_told_from_a_wrong_key(tmp_path: Path, vault: Vault) -> None:
    with pytest.raises(VaultError, match="no vault"):
        Vault.open(tmp_path / "elsewhere", secret())
    with pytest.raises(LockedError, match="does not open"):
        Vault.open(vault.folder, Secret.passphrase("wrong"))


def test_wrong_keys_make_the_next_try_wait_and_the_right_one_clears_it(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = Secret.passphrase("wrong")
    for _ in range(3):
        with pytest.raises(LockedError, match="does not open"):
            Vault.open(vault.folder, wrong)
    with pytest.raises(LockedError, match="wait 1 s"):
        Vault.open(vault.folder, secret())  # the right one waits too: nothing is tried
    later = time.time() + 5
    monkeypatch.setattr("assistant.vault.lock.time.time", lambda: later)
    with pytest.raises(LockedError, match="in 2 s"):
        Vault.open(vault.folder, wrong)
    monkeypatch.setattr("assistant.vault.lock.time.time", lambda: later + 5)
    Vault.open(vault.folder, secret()).close()
    assert (vault.folder / "attempts").read_bytes() == b""


def test_a_closed_vault_is_locked(vault: Vault) -> None:
    vault.close()
    vault.close()
    with pytest.raises(LockedError):
        vault.documents()
    with pytest.raises(LockedError):
        vault.audit.append("ask", {})
    assert bytes(vault._keys.vault.raw) == bytes(32)


def test_an_idle_vault_locks_itself(vault: Vault) -> None:
    vault.lock_after(0.3)
    for _ in range(5):
        vault.documents()
        time.sleep(0.1)
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and not vault._db._closed:
        time.sleep(0.05)
    with pytest.raises(LockedError, match="without use"):
        vault.documents()


def test_threads_share_a_vault(vault: Vault) -> None:
    problems: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for i in range(8):
                document_id = put(vault, f"Thread {number} says fever {i}.", title=f"{number}-{i}")
                assert vault.document(document_id).text.endswith(f"{i}.")
                vault.bm25('"fever"', 5, None)
                vault.audit.append("ask", {"n": i})
        except BaseException as error:
            problems.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(vault.documents()) == 48
    assert vault.audit.verify().records == 48
    assert vault.integrity() == []


def test_a_child_process_may_not_use_the_parents_vault(vault: Vault) -> None:
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            vault.documents()
        except VaultError:
            code = 0
        finally:
            os._exit(code)
    assert os.waitpid(pid, 0)[1] == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(VaultError, match="Remedy"):
        Vault.create(tmp_path / "v", secret(), kdf=CHEAP)


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "v").write_text("")
    with pytest.raises(VaultError) as caught:
        Vault.create(tmp_path / "v", secret(), kdf=CHEAP)
    assert caught.value.remedy and str(tmp_path) in str(caught.value)


def test_errors_never_quote_what_was_searched_for(vault: Vault) -> None:
    put(vault, "Some text.")
    with pytest.raises(UsageError) as caught:
        vault.bm25('"secretword', 5, None)
    assert "secretword" not in str(caught.value)
    assert caught.value.__cause__ is None and caught.value.__suppress_context__


def test_the_secret_is_not_in_any_repr(vault: Vault) -> None:
    assert PASSPHRASE not in repr(secret()) + repr(vault) + repr(vault._keys) + repr(vault.slots())
    assert slots.load(vault.folder).vault_id == vault.vault_id


def test_cores_are_off_once_a_vault_was_opened(vault: Vault) -> None:
    import resource

    assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0
