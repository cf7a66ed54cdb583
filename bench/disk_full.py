"""A vault on a small file system that is full at random moments: is anything shown without a record, or lost?

    python bench/disk_full.py [--rounds 100] [--seed 1]     (root; mounts a tmpfs of 48 MB in a throw-away folder)

In each round the rest of the disk is some random kilobytes; questions are asked and documents taken in until something is
refused. In the end the vault is opened anew and everything that was shown or reported is looked for. Where nothing can be mounted, a
limit on the size of files stands for the full disk. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from assistant.config import go_offline, shipped  # noqa: E402 - the path comes first
from assistant.vault import KdfCost, Secret, Vault  # noqa: E402 - the path comes first
from assistant.wiring import assemble, create_vault  # noqa: E402 - the path comes first
from bench.stream_cuts import QUESTIONS  # noqa: E402 - the path comes first
from tests.invariants.filling import broken_promises, file_limit, fill_many, filler  # noqa: E402 - the path comes first

SECRET = Secret.passphrase("four quiet words here")


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A tmpfs on the folder for the time of the block; False where this machine may not mount one."""
    command = ["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(folder)]
    mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    go_offline()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as base, small_disk(Path(base)) as mounted:
        folder = Path(base) / "vault"
        kdf = KdfCost(memory_kib=1024, iterations=1, lanes=1)
        assistant = assemble(
            create_vault(folder, SECRET, policy=None, domain="customer-service", kdf=kdf), engine="extractive"
        )
        public = shipped("domains") / "customer-service" / "documents" / "public"
        assistant.ingest([public], labels=frozenset({"public"}))
        full = filler if mounted else file_limit
        ledger = fill_many(assistant, folder, QUESTIONS, options.rounds, options.seed, full)
        broken = broken_promises(assistant.vault, ledger)
        assistant.close()
        with Vault.open(folder, SECRET) as vault:
            broken += broken_promises(vault, ledger)
            documents = len(vault.documents())
    print(
        json.dumps(
            {
                "disk": "tmpfs" if mounted else "limit on the size of files",
                "rounds": ledger.rounds, "refused": dict(ledger.refused), "sentences_shown": len(ledger.sentences),
                "answers": len(ledger.answers), "documents_reported": len(ledger.stored), "documents_held": documents,
                "broken_promises": broken, "seconds": round(time.monotonic() - began),
            },
            indent=1,
        )
    )  # fmt: skip
    assert not broken


if __name__ == "__main__":
    main()
