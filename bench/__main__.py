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
  python -m bench.vault_speed, vault_kill, vault_flips, vault_audit   the vault: rates, kills, damaged bytes, audit edits
  python -m bench.fishing                            1,000 questions for patients' identifiers, an independent scanner
  python -m bench.injection_effect                   200 instructions in documents: what they do to the answer
  python -m bench.canaries                           planted secrets: what passes the training checks, what a tuned model exposes
  tools/strace_session.sh                            one session under strace: sockets, files written
"""

if __name__ == "__main__":
    done = subprocess.run([sys.executable, "-m", "bench.engines", "--runs", "2"], check=False)
    print(OTHERS)
    raise SystemExit(done.returncode)
