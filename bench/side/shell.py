"""A question from the shell: a new process that opens everything, and one that asks the agent, in turns."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.side import texts


@dataclass(frozen=True)
class Shell:
    """Medians in seconds: a process that opens everything, by clock and processor; one that asks the agent, and its own share."""

    runs: int
    cold_s: float
    cold_cpu_s: float
    agent_s: float
    client_cpu_s: float


def measured(runs: int) -> Shell:
    """Medians of both ways over a vault of the sample collection."""
    from assistant.vault.keys import Secret
    from assistant.wiring import assemble, create_vault

    words = "a passphrase of the measurement alone"
    with tempfile.TemporaryDirectory(prefix="as-") as scratch:
        folder = Path(scratch) / "vault"
        made = assemble(create_vault(folder, Secret.passphrase(words), policy=None, domain="healthcare"))
        made.ingest(list(texts.documents()), labels=frozenset({"public"}))
        made.close()
        variables = os.environ | {
            "XDG_RUNTIME_DIR": scratch,
            "ASSISTANT_VAULT": str(folder),
            "ASSISTANT_PASSPHRASE": words,
        }
        # Nobody listens there: the same command opens everything itself.
        alone = variables | {"XDG_RUNTIME_DIR": str(Path(scratch) / "nowhere")}
        _run(["unlock"], variables)
        try:
            cold, warm = [], []
            for number in range(runs):
                question = texts.QUESTIONS[number % len(texts.QUESTIONS)]
                cold.append(_run(["ask", question], alone))
                warm.append(_run(["ask", question], variables))
        finally:
            _run(["lock"], variables)
    return Shell(
        runs,
        statistics.median(clock for clock, _ in cold),
        statistics.median(spent for _, spent in cold),
        statistics.median(clock for clock, _ in warm),
        statistics.median(spent for _, spent in warm),
    )


def _run(argv: list[str], variables: dict[str, str]) -> tuple[float, float]:
    """Seconds by the clock and of the processor that the command's own process took."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-m", "assistant", *argv], env=variables, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return time.perf_counter() - began, spent
