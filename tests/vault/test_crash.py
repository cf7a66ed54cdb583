"""kill -9 at any moment, and several processes at once."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from assistant.vault import Vault

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
