"""Kill a worker again and again and look at what it left: shared by the test (few kills) and the benchmark (many)."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from assistant.vault import Secret, Vault, verify

WORKER = Path(__file__).with_name("worker.py")
SECRET = Secret.passphrase("correct horse battery staple")


@dataclass
class Ledger:
    """What the workers reported: documents with their passages, erased documents, audit ids, backups."""

    documents: dict[str, int] = field(default_factory=dict)
    deleting: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    audits: set[str] = field(default_factory=set)
    backups: set[str] = field(default_factory=set)
    steps: int = 0

    def note(self, line: str) -> None:
        kind, *rest = line.split()
        self.steps += kind != "ready"
        if kind == "put":
            self.documents[rest[0]] = int(rest[1])
        elif kind == "deleting":
            self.deleting.add(rest[0])
        elif kind == "deleted":
            self.deleted.add(rest[0])
        elif kind == "ask":
            self.audits.add(rest[0])
        elif kind == "backup":
            self.backups.add(rest[0])


def start(folder: Path, tag: str, work: str) -> subprocess.Popen[str]:
    """A worker that has the vault open."""
    process = subprocess.Popen(
        [sys.executable, "-W", "error", str(WORKER), str(folder), tag, work], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", "the worker could not open the vault"
    return process


def end(process: subprocess.Popen[str], ledger: Ledger) -> None:
    """Kill -9, and note what the worker had reported in whole lines."""
    assert process.stdout is not None
    process.kill()
    out = process.stdout.read()
    process.stdout.close()
    assert process.wait() == -9, "the worker ended by itself"
    for line in out.split("\n")[:-1]:
        ledger.note(line)


def kill_once(folder: Path, tag: str, work: str, after_s: float, ledger: Ledger, companions: int = 0) -> None:
    """Start a worker, and with `companions` others that load the same vault; let them work; kill all of them."""
    # A rekey needs the vault alone, so such a worker has no company.
    beside = 0 if "rekey" in work else companions
    processes = [start(folder, f"{tag}-{i}", "ingest+ask+delete") for i in range(beside)]
    processes.insert(0, start(folder, tag, work))
    time.sleep(after_s)
    for process in processes:
        end(process, ledger)


def check(folder: Path, ledger: Ledger) -> None:
    """The vault opens, is whole, holds every reported document whole and none that was erased."""
    with Vault.open(folder, SECRET) as vault:
        problems = vault.integrity()
        assert problems == [], problems
        assert vault.audit.verify().ok
        stored = {info.id: info.passages for info in vault.documents()}
        for document_id, passages in ledger.documents.items():
            if document_id in ledger.deleted:
                assert document_id not in stored
            elif document_id not in ledger.deleting:
                assert stored[document_id] == passages == len(vault.document_passages(document_id))
        known = {record.id for record in vault.audit.records()}
        assert ledger.audits <= known
        ids, _ = vault.vectors()
        assert len(ids) == sum(stored.values())
    for name in sorted(ledger.backups):
        verify(folder.parent / name, SECRET)
        (folder.parent / name).unlink()
    ledger.backups.clear()
    assert not [path.name for path in folder.iterdir() if path.name.endswith((".next", ".tmp", "-journal"))]


def kill_many(
    folder: Path, works: list[str], kills: int, seed: int, longest_s: float = 0.25, companions: int = 0
) -> Ledger:
    """So many kills at random moments, with a full check after each."""
    rng, ledger = random.Random(seed), Ledger()
    for i in range(kills):
        kill_once(folder, f"w{seed}-{i}", works[i % len(works)], rng.uniform(0.0, longest_s), ledger, companions)
        check(folder, ledger)
    return ledger
