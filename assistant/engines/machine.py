"""What this machine can do, measured once and kept, and the settings that follow from it.

Writing a token reads every weight once, so its pace is that of memory: more threads than memory can feed only get in each other's
way. `measure` copies a block with one thread, two, four .. and takes the fewest that come within a tenth of the best.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.config import data_home, threads

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Instructions that the engines use where they are there: bytes times bytes, 16-bit floats, and tiles of either.
FEATURES: Final = (
    "avx2", "avx512f", "avx_vnni", "avx512_vnni", "avx512_bf16", "avx512_fp16", "amx_int8", "amx_bf16", "asimd", "asimddp", "i8mm",
    "bf16", "sve", "aes", "sha_ni",
)  # fmt: skip
_FILE: Final = "machine.json"
_SCHEMA: Final = 1
_BLOCK: Final = 32 << 20
_TIMES: Final = 4
_ENOUGH: Final = 0.9
# Above this share of busy cores a measurement would be one of the neighbours.
_BUSY: Final = 0.5


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine. `bandwidth` is GB/s read and written by a copy with `writers` threads; `lock_mb` is how much memory a process
    may keep from being swapped (-1: no limit). `busy` says that others were using the machine, and figures are too low.
    """

    cpu: str
    cores: int
    features: tuple[str, ...]
    bandwidth: float
    writers: int
    lock_mb: int
    busy: bool

    def as_json(self) -> dict[str, object]:
        """As `doctor --json` prints it."""
        return {
            "cpu": self.cpu,
            "cores": self.cores,
            "features": list(self.features),
            "bandwidth": self.bandwidth,
            "writers": self.writers,
            "lock_mb": self.lock_mb,
            "busy": self.busy,
        }


def measure() -> Machine:
    """Measure now; half a second on an idle machine."""
    cores = threads()
    counts = sorted({1, *(2**n for n in range(1, 8) if 2**n < cores), cores})
    rates = {count: _copy_rate(count) for count in counts}
    best = max(rates.values())
    writers = next(count for count in counts if rates[count] >= _ENOUGH * best)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return Machine(cpu_name(), cores, features(), round(best, 1), writers, lock_limit(), load > _BUSY * cores)


def known(path: Path | None = None) -> Machine | None:
    """What was kept of this machine; None where nothing was, or where it is of another one."""
    try:
        raw = json.loads((path or _path()).read_text(encoding="utf-8"))
        if raw.pop("schema") != _SCHEMA:
            return None
        found = Machine(**{**raw, "features": tuple(raw["features"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if (found.cpu, found.cores) == (cpu_name(), threads()) else None


def measured(
    again: bool = False, path: Path | None = None, take: Callable[[], Machine] = measure
) -> tuple[Machine, bool]:
    """What is known of this machine, measured where nothing is or `again`; and whether it is kept now.

    A busy machine is measured and not kept, nor is one whose data folder cannot be written.
    """
    before = None if again else known(path)
    if before is not None:
        return before, True
    found = take()
    return found, not found.busy and _keep(found, path or _path())


def features() -> tuple[str, ...]:
    """Those of `FEATURES` that the processor tells of."""
    line = next((line for line in _cpuinfo() if line.startswith(("flags", "Features"))), "")
    flags = set(line.split())
    return tuple(feature for feature in FEATURES if feature in flags)


def cpu_name() -> str:
    """What the processor calls itself; empty where the system does not say."""
    lines = (line for line in _cpuinfo() if line.startswith(("model name", "CPU part")))
    return next(lines, "").partition(":")[2].strip()


def lock_limit() -> int:
    """Memory in MB that a process may lock; -1 without a limit, 0 where the system has none to tell."""
    if sys.platform == "win32":
        return 0
    import resource

    soft = resource.getrlimit(resource.RLIMIT_MEMLOCK)[0]
    return -1 if soft == resource.RLIM_INFINITY else soft >> 20


def _copy_rate(count: int) -> float:
    """GB/s of `count` threads that copy blocks of their own."""
    import numpy as np

    pairs = [(np.ones(_BLOCK, np.uint8), np.empty(_BLOCK, np.uint8)) for _ in range(count)]

    def copy(pair: tuple[NDArray[np.uint8], NDArray[np.uint8]]) -> None:
        np.copyto(pair[1], pair[0])

    with ThreadPoolExecutor(count) as pool:
        list(pool.map(copy, pairs))  # brings the pages in
        rates = []
        for _ in range(_TIMES):
            began = time.perf_counter()
            list(pool.map(copy, pairs))
            rates.append(2 * _BLOCK * count / (time.perf_counter() - began) / 1e9)
    return max(rates)


def _keep(found: Machine, path: Path) -> bool:
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch.write_text(json.dumps({"schema": _SCHEMA, **found.as_json()}), encoding="utf-8")
        scratch.replace(path)
    except OSError:
        scratch.unlink(missing_ok=True)
        return False
    return True


def _path() -> Path:
    return data_home() / _FILE


def _cpuinfo() -> list[str]:
    try:
        return Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return []
