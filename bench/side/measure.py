"""Two ways of doing one thing, run in turns; what is told is the ratio of each pair of runs, not two times of two days."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Side:
    """One comparison: what the work is, and both ways of doing it. Each call does the same amount of work."""

    name: str
    work: str
    peer: str
    ours: Callable[[], object]
    theirs: Callable[[], object]
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """Ratios above 1 say that ours is so many times as fast; `low` and `high` are the least and the greatest of the pairs.

    Seconds are of the clock, `cpu` figures of the processor (all threads): on a busy machine those are the steadier ones.
    """

    name: str
    work: str
    peer: str
    runs: int
    ratio: float
    low: float
    high: float
    cpu_ratio: float
    ours_s: float
    theirs_s: float
    note: str


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and by the processor."""
    began, spent = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - spent


def compare(side: Side, runs: int) -> Figure:
    """Run both once for nothing, then in turns, whoever was second before first; the figure of all pairs."""
    side.ours()
    side.theirs()
    pairs = []
    for number in range(runs):
        if number % 2:
            other, own = timed(side.theirs), timed(side.ours)
        else:
            own, other = timed(side.ours), timed(side.theirs)
        pairs.append((own, other))
    clock = [other[0] / own[0] for own, other in pairs]
    # A processor's time of nought (what runs in a thread of a library that is not counted) says nothing.
    spent = [other[1] / own[1] for own, other in pairs if own[1] > 0]
    return Figure(
        side.name,
        side.work,
        side.peer,
        runs,
        statistics.median(clock),
        min(clock),
        max(clock),
        statistics.median(spent) if spent else float("nan"),
        statistics.median(own[0] for own, _ in pairs),
        statistics.median(other[0] for _, other in pairs),
        side.note,
    )
