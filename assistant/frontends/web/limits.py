"""How often somebody may ask: token buckets, one for each key, the idle ones forgotten."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, NamedTuple

# Buckets kept; beyond it the one unused for longest goes, which is full again by then but for a flood of addresses.
_KEPT: Final = 10_000


class Rate(NamedTuple):
    """`per_minute` in the long run, `burst` at once."""

    per_minute: float
    burst: int

    @classmethod
    def parse(cls, text: str) -> Rate:
        """`60` or `60/20` (burst). Raises ValueError for anything else."""
        minute, _, burst = text.partition("/")
        rate = cls(float(minute), int(burst) if burst else max(1, int(float(minute) / 3)))
        if rate.per_minute <= 0 or rate.burst < 1:
            raise ValueError("a rate is positive")
        return rate


class Standing(NamedTuple):
    """How a key stands: uses at once in all, uses left now, seconds until all of them are back."""

    most: int
    left: int
    full_in: float


class Limiter:
    """One rate, many keys. Used from the event loop only, so it takes no lock."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._clock = rate, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> float:
        """Count one use. 0 where it is allowed, else the seconds until the next one is."""
        now = self._clock()
        level, at = self._buckets.pop(key, (float(self._rate.burst), now))
        level = min(float(self._rate.burst), level + (now - at) * self._rate.per_minute / 60)
        allowed = level >= 1
        self._buckets[key] = (level - 1 if allowed else level, now)
        if len(self._buckets) > _KEPT:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - level) * 60 / self._rate.per_minute

    def peek(self, key: str) -> float:
        """Seconds until the next use would be allowed, without counting one."""
        level, at = self._buckets.get(key, (float(self._rate.burst), self._clock()))
        level = min(float(self._rate.burst), level + (self._clock() - at) * self._rate.per_minute / 60)
        return 0.0 if level >= 1 else (1 - level) * 60 / self._rate.per_minute

    def standing(self, key: str) -> Standing:
        """How a key stands now, without counting a use."""
        level, at = self._buckets.get(key, (float(self._rate.burst), self._clock()))
        level = min(float(self._rate.burst), level + (self._clock() - at) * self._rate.per_minute / 60)
        return Standing(self._rate.burst, int(level), (self._rate.burst - level) * 60 / self._rate.per_minute)
