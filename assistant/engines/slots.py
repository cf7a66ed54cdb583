"""Which of an engine's parallel slots is free, and which prefix each holds computed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Slots:
    """Hands out slots; prefers the one whose computed prefix is the wanted one, else the one unused for longest.

    Thread-safe. A slot is held until it is given back.
    """

    __slots__ = ("_changed", "_free", "_prefix", "count")

    def __init__(self, count: int) -> None:
        self.count = count
        self._free = list(range(count))  # longest unused first
        self._prefix = [""] * count
        self._changed = threading.Condition()

    def take(self, prefix: str, deadline: float, stopped: Callable[[], bool]) -> tuple[int, bool] | None:
        """A slot and whether it already holds `prefix`; None when `deadline` (monotonic seconds) passes or it is stopped."""
        with self._changed:
            while not self._free:
                left = deadline - time.monotonic()
                if left <= 0 or stopped():
                    return None
                self._changed.wait(min(left, 0.1))
            ready = [slot for slot in self._free if prefix and self._prefix[slot] == prefix]
            slot = ready[0] if ready else self._free[0]
            self._free.remove(slot)
            return slot, bool(ready)

    def give_back(self, slot: int, prefix: str) -> None:
        """The slot is free again and holds `prefix` ("" for unknown)."""
        with self._changed:
            self._prefix[slot] = prefix
            self._free.append(slot)
            self._changed.notify()

    def wait_idle(self, deadline: float) -> bool:
        """Wait until no slot is held; False when `deadline` passes first."""
        with self._changed:
            while len(self._free) < self.count:
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._changed.wait(min(left, 0.1))
            return True
