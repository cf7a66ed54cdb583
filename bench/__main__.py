"""`make bench`: the measurement that needs no data, and how to run the others."""

from __future__ import annotations

import subprocess
import sys

OTHERS = """
Others, each with --help or its docstring:
  python -m bench.ask --vault DIR "question" ..      cold and warm questions, resident memory
  python -m bench.prompts FILE.jsonl [N]             prompt variants for the small writer
  python -m bench.redaction FILE.jsonl               speed and recall beside stock Presidio
  python -m bench.retrieval                          index kinds and query time by size
  python -m bench.vault_speed, vault_kill, vault_flips   the vault: rates, 200 kills, 2,000 damaged bytes
"""

if __name__ == "__main__":
    done = subprocess.run([sys.executable, "-m", "bench.engines", "--runs", "2"], check=False)
    print(OTHERS)
    raise SystemExit(done.returncode)
