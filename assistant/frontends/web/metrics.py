"""Counts and durations for Prometheus, in a registry of their own. Labels are names of routes and outcomes, never text."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Histogram

# From a warm short answer to a full queue, in seconds.
_BOUNDS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)


class Metrics:
    """Everything that is measured. Thread-safe; two of them in one process do not meet."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, disable_created_metrics

        disable_created_metrics()  # type: ignore[no-untyped-call]
        kept = self._registry = CollectorRegistry()
        started = time.monotonic()
        self.requests = Counter(
            "assistant_http_requests", "HTTP requests.", ("route", "method", "status"), registry=kept
        )
        self.request_seconds = _durations("assistant_http_request_seconds", "Time until an answer's last byte.", kept)
        self.answers = Counter("assistant_answers", "Questions by how they ended.", ("front", "outcome"), registry=kept)
        self.answer_seconds = _durations("assistant_answer_seconds", "Time of answering, without waiting.", kept)
        self.queue_seconds = _durations("assistant_queue_seconds", "Time of waiting for a turn.", kept)
        self.rejected = Counter("assistant_rejected", "Requests turned away at the door.", ("reason",), registry=kept)
        self.gauge("assistant_uptime_seconds", "Time since the start.", lambda: time.monotonic() - started)
        self.gauge("assistant_resident_bytes", "Memory of the process.", resident_bytes)

    def gauge(self, name: str, told: str, read: Callable[[], float]) -> None:
        """A figure that is read whenever the metrics are asked for."""
        from prometheus_client import Gauge

        Gauge(name, told, registry=self._registry).set_function(read)

    def text(self) -> str:
        """All metrics in the Prometheus text format."""
        from prometheus_client import generate_latest

        return generate_latest(self._registry).decode()


def _durations(name: str, told: str, registry: CollectorRegistry) -> Histogram:
    from prometheus_client import Histogram

    return Histogram(name, told, buckets=_BOUNDS, registry=registry)


def resident_bytes() -> float:
    """Memory that the process holds now, where the system tells it (Linux), else 0."""
    try:
        status = Path("/proc/self/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0.0

    return float(status[1]) * os.sysconf("SC_PAGE_SIZE")
