"""Keeping an agent's memory off the disk, as far as the system lets it."""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from pathlib import Path
from typing import Final

# Linux' numbers: the pages there are, those to come, and each only once it is touched (a model file is not read whole).
_CURRENT, _FUTURE, _ON_FAULT = 1, 2, 4
_WORDS: Final = {True: "all of its memory is locked", False: "only its keys are locked in memory"}


def lock_memory() -> str:
    """Lock every page of this process into memory where no limit could stop it later; in words, what is locked now.

    With a limit (`ulimit -l`) nothing but the keys is: the first page beyond it would end the process in the middle of an answer.
    """
    if not sys.platform.startswith("linux"):
        return _WORDS[False]
    if resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] != resource.RLIM_INFINITY and not _may_lock():
        return f"{_WORDS[False]} (the limit on locked memory, `ulimit -l`, is not `unlimited`); encrypt the swap or switch it off"
    if ctypes.CDLL(None, use_errno=True).mlockall(_CURRENT | _FUTURE | _ON_FAULT):
        return f"{_WORDS[False]} ({os.strerror(ctypes.get_errno())}); encrypt the swap or switch it off"
    return _WORDS[True]


def _may_lock() -> bool:
    """Whether this process holds the right that the limit does not bind (CAP_IPC_LOCK, bit 14)."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    held = next((line.split()[1] for line in lines if line.startswith("CapEff:")), "0")
    return bool(int(held, 16) >> 14 & 1)
