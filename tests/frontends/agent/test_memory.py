"""Locked memory: by the kernel's own count, and never with a limit that could end the process later."""

from __future__ import annotations

import subprocess
import sys

LOOK = """
import os, resource
from assistant.frontends.agent.memory import lock_memory
{limit}
said = lock_memory()
block = bytearray(32 << 20)
block[::4096] = b"x" * (8 << 10)
locked = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmLck"))
print(said, locked, sep="|")
"""


def look(limit: str) -> tuple[str, int]:
    done = subprocess.run([sys.executable, "-c", LOOK.format(limit=limit)], capture_output=True, text=True, check=True)
    said, locked = done.stdout.strip().split("|")
    return said, int(locked)


def test_what_is_said_is_what_the_kernel_counts() -> None:
    said, locked = look("")
    assert (locked > 32 << 10) == (said == "all of its memory is locked")


def test_a_limit_leaves_the_process_able_to_grow() -> None:
    drop = (
        "resource.setrlimit(resource.RLIMIT_MEMLOCK, (1 << 20, 1 << 20))\n"
        "if os.geteuid() == 0: os.setgid(12345); os.setuid(12345)\n"
    )
    said, locked = look(drop)
    assert said.startswith("only its keys") and "ulimit -l" in said
    assert locked < 1 << 10
