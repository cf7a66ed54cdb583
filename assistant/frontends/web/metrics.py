"""Counts and durations in the Prometheus text format (version 0.0.4). Labels are names of routes and outcomes, never text."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter as Tally
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

# From a warm short answer to a full queue, in seconds.
_BOUNDS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)


class Counter:
    """A count for each combination of label values. Thread-safe."""

    def __init__(self, name: str, told: str, *labels: str) -> None:
        self.name, self._told, self._labels = name, told, labels
        self._tally: Tally[tuple[str, ...]] = Tally()
        self._lock = threading.Lock()

    def add(self, *values: str) -> None:
        """Count one."""
        with self._lock:
            self._tally[values] += 1

    def lines(self) -> Iterator[str]:
        """The metric as text."""
        yield f"# HELP {self.name} {self._told}"
        yield f"# TYPE {self.name} counter"
        with self._lock:
            items = sorted(self._tally.items())
        for values, count in items:
            pairs = ",".join(f'{k}="{_escaped(v)}"' for k, v in zip(self._labels, values, strict=True))
            yield f"{self.name}{{{pairs}}} {count}" if pairs else f"{self.name} {count}"


class Histogram:
    """Durations in seconds. Thread-safe."""

    def __init__(self, name: str, told: str) -> None:
        self.name, self._told = name, told
        self._counts = [0] * (len(_BOUNDS) + 1)
        self._sum = 0.0
        self._lock = threading.Lock()

    def observe(self, seconds: float) -> None:
        """Count one duration."""
        at = next((n for n, bound in enumerate(_BOUNDS) if seconds <= bound), len(_BOUNDS))
        with self._lock:
            self._counts[at] += 1
            self._sum += seconds

    def lines(self) -> Iterator[str]:
        """The metric as text."""
        with self._lock:
            counts, total = list(self._counts), self._sum
        yield f"# HELP {self.name} {self._told}"
        yield f"# TYPE {self.name} histogram"
        running = 0
        for bound, count in zip((*map(str, _BOUNDS), "+Inf"), counts, strict=True):
            running += count
            yield f'{self.name}_bucket{{le="{bound}"}} {running}'
        yield f"{self.name}_sum {total:.6f}"
        yield f"{self.name}_count {running}"


class Metrics:
    """Everything that is measured."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self.requests = Counter("assistant_http_requests_total", "HTTP requests.", "route", "method", "status")
        self.request_seconds = Histogram("assistant_http_request_seconds", "Time until an answer's last byte.")
        self.answers = Counter("assistant_answers_total", "Questions by how they ended.", "front", "outcome")
        self.answer_seconds = Histogram("assistant_answer_seconds", "Time of answering, without waiting.")
        self.queue_seconds = Histogram("assistant_queue_seconds", "Time of waiting for a turn.")
        self.rejected = Counter("assistant_rejected_total", "Requests turned away at the door.", "reason")
        self.gauges: dict[str, tuple[str, Callable[[], float]]] = {
            "assistant_uptime_seconds": ("Time since the start.", lambda: time.monotonic() - self._started),
            "assistant_resident_bytes": ("Memory of the process.", resident_bytes),
        }

    def text(self) -> str:
        """All metrics."""
        lines: list[str] = []
        for metric in (
            self.requests,
            self.request_seconds,
            self.answers,
            self.answer_seconds,
            self.queue_seconds,
            self.rejected,
        ):
            lines += metric.lines()
        for name, (told, read) in self.gauges.items():
            lines += [f"# HELP {name} {told}", f"# TYPE {name} gauge", f"{name} {read():.10g}"]
        return "\n".join(lines) + "\n"


def resident_bytes() -> float:
    """Memory that the process holds now, where the system tells it (Linux), else 0."""
    try:
        status = Path("/proc/self/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0.0

    return float(status[1]) * os.sysconf("SC_PAGE_SIZE")


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
