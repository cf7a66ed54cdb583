"""kill -9 at any moment, and several processes at once."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from assistant.errors import VaultError
from assistant.vault import Vault, integrity, recovery, slots
from assistant.vault.database import NAME, NEXT

from .conftest import CHEAP, put, secret
from .killing import WORKER, Ledger, check, kill_many


def test_killed_at_any_moment_the_vault_is_whole(folder: Path) -> None:
    with Vault.create(folder, secret(), kdf=CHEAP) as vault:
        put(vault, "There from the beginning.", title="first")
    works = ["ingest", "rekey", "ingest+delete", "ingest+ask+backup", "rekey+ingest", "slots+ask"]
    ledger = kill_many(folder, works, kills=12, seed=1)
    assert ledger.steps > 6
    with Vault.open(folder, secret()) as vault:
        assert "first" in {info.title for info in vault.documents()}


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


def test_two_processes_write_into_one_vault(folder: Path) -> None:
    Vault.create(folder, secret(), kdf=CHEAP).close()
    ledger = Ledger()
    with Vault.open(folder, secret()) as vault:
        workers = [
            subprocess.Popen(
                [sys.executable, str(WORKER), str(folder), f"p{i}", "ingest+ask+delete"],
                stdout=subprocess.PIPE,
                text=True,
            )
            for i in range(2)
        ]
        assert len(workers) == 2
        for worker in workers:
            assert worker.stdout is not None and worker.stdout.readline() == "ready\n"
        deadline = time.monotonic() + 3
        mine = 0
        while time.monotonic() < deadline:
            put(vault, f"Mine {mine}.", title=f"mine-{mine}")
            mine += 1
            vault.bm25('"fever"', 5, None)
        for worker in workers:
            worker.kill()
            out, _ = worker.communicate()
            for line in out.split("\n")[:-1]:
                ledger.note(line)
        assert vault.integrity() == []
        titles = {info.title for info in vault.documents()}
        assert {f"mine-{i}" for i in range(mine)} <= titles
    assert ledger.steps > 4
    check(folder, ledger)


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
