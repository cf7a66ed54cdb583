"""Kill -9 workers on one vault at random moments and check it fully after each: opens, whole, nothing reported is lost.

The work: ingest, questions to the store and through the whole assistant (`answer`), delete, backup, rekey, key slots. Under
load: `--companions` further workers write into the same vault and are killed with it, `--burners` keep the processors busy.

Usage: python bench/vault_kill.py [--kills 200] [--seed 1] [--companions 1] [--burners 2]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from vault.killing import SECRET, kill_many

from assistant.vault import KdfCost, Vault

WORKS = (
    "ingest rekey ingest+delete ingest+ask+backup rekey+ingest slots+ask delete+ingest+ask backup+ingest ingest+answer"
).split()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--companions", type=int, default=1)
    parser.add_argument("--burners", type=int, default=2)
    options = parser.parse_args()
    os.environ["WORKER_DIMENSION"] = "384"
    start = time.perf_counter()
    burners = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(options.burners)]
    try:
        result = torture(options)
    finally:
        for burner in burners:
            burner.kill()
            burner.wait()
    print(json.dumps({**result, "seconds": round(time.perf_counter() - start, 1)}))


def torture(options: argparse.Namespace) -> dict[str, object]:
    """So many kills; whatever is lost or half there ends the run with an assertion."""
    with tempfile.TemporaryDirectory() as base:
        folder = Path(base) / "v"
        Vault.create(folder, SECRET, kdf=KdfCost(64, 1, 1)).close()
        ledger = kill_many(folder, WORKS, options.kills, options.seed, companions=options.companions)
        with Vault.open(folder, SECRET) as vault:
            held = len(vault.documents())
            chain = vault.audit.verify()
    return {
        "kills": options.kills,
        "companions": options.companions,
        "burners": options.burners,
        "steps": ledger.steps,
        "documents": held,
        "lost": 0,
        "half": 0,
        "audit_records": chain.records,
        "audit_ok": chain.ok,
    }


if __name__ == "__main__":
    main()
