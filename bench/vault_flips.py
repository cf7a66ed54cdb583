"""Flip bytes and cut lengths across every file of a vault and its backup; each must end in IntegrityError.

The files `attempts`, `lock` and `vault.db-shm` hold nothing that is kept and are left out; `erased` is judged by the
full check. Prints how many were noticed, by file. Usage: python bench/vault_flips.py [--changes 2000] [--seed 1]
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

from assistant.errors import IntegrityError
from assistant.types import Chunk, Document
from assistant.vault import KdfCost, Secret, Vault, backup, verify

SECRET = Secret.passphrase("correct horse battery staple")
FILES = ("vault.db", "slots.json", "mark", "erased", "vault.backup")


def fill(folder: Path) -> None:
    with Vault.create(folder / "v", SECRET, kdf=KdfCost(64, 1, 1)) as vault:
        for i in range(120):
            text = f"Document {i} speaks of fever, cough, rash and rest. " * 30
            chunks = [Chunk(text[at : at + 300], at, min(at + 300, len(text))) for at in range(0, len(text), 300)]
            document = Document(f"D{i}", text, f"{i}.txt", labels=frozenset({f"l{i % 3}"}))
            vault.put_document(document, chunks, np.ones((len(chunks), 64), np.float32), content_hmac="x")
            vault.audit.append("ingest", {"n": i})
        vault.delete_document(vault.documents()[0].id)
        backup(vault, folder / "v" / "vault.backup")


def noticed(folder: Path, name: str) -> bool:
    """What `vault status --verify` or a restore would say."""
    try:
        if name == "vault.backup":
            verify(folder / name, SECRET)
            return False
        with Vault.open(folder, SECRET) as vault:
            return bool(vault.integrity())
    except IntegrityError:
        return True


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--changes", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng, start = random.Random(options.seed), time.perf_counter()
    tried: Counter[str] = Counter()
    missed: list[tuple[str, str, int]] = []
    with tempfile.TemporaryDirectory() as base:
        fill(Path(base))
        good, folder = Path(base) / "v", Path(base) / "w"
        for _ in range(options.changes):
            name = rng.choices(FILES, weights=(60, 12, 6, 2, 20))[0]
            data = bytearray((good / name).read_bytes())
            at, cut = rng.randrange(len(data)), rng.random() < 0.15
            if cut:
                del data[at:]
            else:
                data[at] ^= 1 << rng.randrange(8)
            shutil.copytree(good, folder)
            (folder / name).write_bytes(data)
            tried[name] += 1
            # An erasure list in which the last line merely lacks its line end, or that opening has put right, is whole.
            if not noticed(folder, name) and not (name == "erased" and mended(folder)):
                missed.append((name, "cut" if cut else "flip", at))
            shutil.rmtree(folder)
    seconds = round(time.perf_counter() - start, 1)
    print(json.dumps({"changes": options.changes, "tried": tried, "missed": missed, "seconds": seconds}))


def mended(folder: Path) -> bool:
    with Vault.open(folder, SECRET) as vault:
        return not vault.integrity() and vault.status().erased >= 1


if __name__ == "__main__":
    main()
