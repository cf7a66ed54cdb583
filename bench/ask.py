"""Cold `ask`: a new process each time, from the command to the released answer, with its resident memory and imports.

    ASSISTANT_PASSPHRASE=... python -m bench.ask --vault DIR "question" ...

Prints seconds to exit, the answer's own stage times, peak resident memory, and whether torch was imported; then the same
questions again in one running process, which is what a front end does.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

CHILD = """
import resource, runpy, sys
try:
    runpy.run_module("assistant", run_name="__main__")
finally:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"PEAK {peak:.0f} TORCH {'torch' in sys.modules}", file=sys.stderr)
"""


def cold(vault: Path, question: str) -> None:
    """One process, one question."""
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", CHILD, "ask", question, "--vault", str(vault), "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - begun
    answer = json.loads(done.stdout)
    first = answer["timings_ms"].get("first_sentence", 0) / 1000
    note = next((line for line in done.stderr.splitlines() if line.startswith("PEAK")), "")
    print(
        f"cold  {seconds:5.2f} s in all, first sentence {first:5.2f} s after the question, {answer['status']:<10} {note} MiB"
    )


def warm(vault: Path, questions: list[str]) -> None:
    """One process, the questions one after another."""
    from assistant.config import go_offline

    go_offline()
    from assistant.vault.keys import Secret
    from assistant.wiring import open_assistant

    assistant = open_assistant(vault, Secret.passphrase(os.environ["ASSISTANT_PASSPHRASE"]))
    try:
        for question in questions:
            begun = time.perf_counter()
            answer = assistant.ask(question)
            print(f"warm  {time.perf_counter() - begun:5.2f} s  {answer.status}")
    finally:
        assistant.close()
    print(
        f"resident at the end {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB; torch imported: {'torch' in sys.modules}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vault", type=Path, required=True)
    parser.add_argument("questions", nargs="+")
    given = parser.parse_args()
    for text in given.questions:
        cold(given.vault, text)
    warm(given.vault, given.questions)
