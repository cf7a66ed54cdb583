"""Time from exec to the first painted frame of `assistant tui`, in a pseudo-terminal, next to a bare `import textual`.

Usage: python -m bench.tui_paint [--runs 10] [--columns 120] [--rows 40]
Prints one JSON object: medians of wall and of processor seconds, for the locked screen and the first-run wizard. The wall clock
is the one that a person sees; the processor time tells how much of it was waiting for other work of a busy machine.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import platform
import pty
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# The words that stand on each first screen once it is painted whole: the key hints are its last line.
LAST_WORDS = {"locked": b"Open the vault", "wizard": b"Next field"}
PATIENCE_S = 20.0


def painted(argv: list[str], env: dict[str, str], words: bytes, columns: int, rows: int) -> tuple[float, float]:
    """Wall and processor seconds until `words` came out of the terminal. Raises RuntimeError where they never do."""
    started = time.perf_counter()
    child, screen = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.execve(argv[0], argv, env)  # the pseudo-terminal's own process
    seen = b""
    try:
        while words not in seen:
            ready, _, _ = select.select([screen], [], [], PATIENCE_S)
            if not ready:
                raise RuntimeError(f"nothing was painted in {PATIENCE_S:.0f} s")
            seen += os.read(screen, 65536)
        wall = time.perf_counter() - started
    finally:
        os.kill(child, signal.SIGKILL)
        _, _, used = os.wait4(child, 0)
        os.close(screen)
    return wall, used.ru_utime + used.ru_stime


def imported(argv: list[str], env: dict[str, str]) -> tuple[float, float]:
    """Wall and processor seconds of a process that only imports."""
    started = time.perf_counter()
    child = os.posix_spawn(argv[0], argv, env)
    _, _, used = os.wait4(child, 0)
    return time.perf_counter() - started, used.ru_utime + used.ru_stime


def median(runs: int, once: Callable[[], tuple[float, float]]) -> dict[str, float]:
    once()  # the first run fills the file cache
    walls, busy = zip(*(once() for _ in range(runs)), strict=True)
    return {
        "wall_s": round(statistics.median(walls), 3),
        "wall_best_s": round(min(walls), 3),
        "cpu_s": round(statistics.median(busy), 3),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--columns", type=int, default=120)
    parser.add_argument("--rows", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        env = {
            "PATH": os.environ["PATH"], "HOME": folder, "TERM": "xterm-256color", "LANG": "C.UTF-8",
            "PYTHONPATH": str(ROOT), "ASSISTANT_HOME": folder,
        }  # fmt: skip
        closed = Path(folder) / "closed"
        closed.mkdir()
        # A name is enough for the locked screen: the vault itself is looked at when a passphrase comes.
        (closed / "slots.json").write_text("{}", encoding="utf-8")
        start = [sys.executable, "-m", "assistant", "tui", "--vault"]
        size = (options.columns, options.rows)
        found = {
            "machine": f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}",
            "runs": options.runs,
            "import textual": median(
                options.runs, lambda: imported([sys.executable, "-c", "import textual.app, textual.widgets"], env)
            ),
            "locked": median(
                options.runs, lambda: painted([*start, str(closed)], env, LAST_WORDS["locked"], *size)
            ),
            "wizard": median(
                options.runs, lambda: painted([*start, f"{folder}/none"], env, LAST_WORDS["wizard"], *size)
            ),
        }  # fmt: skip
    print(json.dumps(found, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
