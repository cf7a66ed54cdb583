"""How much memory a model takes, and how much this machine can give."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

# Tokens of context that the writing engine holds: two slots of 4096 (`assistant/engines/llamacpp.py`).
_TOKENS: Final = 8192
_KEYS_AND_VALUES: Final = 2
_BYTES: Final = 2  # keys and values are kept in 16 bits
# llama.cpp's buffers beside the weights and the cache: 60 MB for SmolLM2-135M, measured; more for wider models.
_BUFFERS_MB: Final = 60
_BUFFERS_SHARE: Final = 0.03
_CGROUP: Final = Path("/sys/fs/cgroup")


def resident_mb(file_mb: float, kv_layers: int, kv_width: int, context: int) -> int:
    """Resident memory in MB of a model: its file, the keys and values of the engine's slots, and buffers. An estimate."""
    tokens = min(_TOKENS, 2 * context) if context else _TOKENS
    cache = _KEYS_AND_VALUES * _BYTES * kv_layers * kv_width * tokens / 1e6
    return round(file_mb * (1 + _BUFFERS_SHARE) + cache + _BUFFERS_MB)


def available_mb() -> int | None:
    """Memory in MB that a process may still take: what the system calls available, within the limit of its control group.

    None where the system does not say.
    """
    free = _meminfo("MemAvailable:")
    if free is None:
        try:
            free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        except (ValueError, OSError, AttributeError):
            return None
    limit, used = _number(_CGROUP / "memory.max"), _number(_CGROUP / "memory.current")
    if limit is not None:
        free = min(free, max(0, limit - (used or 0)))
    return round(free / 1e6)


def why_not(ram_mb: int, available: int | None) -> str:
    """Why a model of this size cannot run now, in words for people; empty where it can, or where nobody knows."""
    if available is None or ram_mb <= available:
        return ""
    return f"needs {ram_mb} MB of memory; {available} MB are free"


def _meminfo(key: str) -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(key)), None)


def _number(path: Path) -> int | None:
    try:
        text = path.read_text(encoding="ascii").strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None
