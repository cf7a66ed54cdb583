"""Taking files in, behind the screen: progress, cancelling, and closing the vault afterwards where the screen was locked."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.facade import Assistant
    from assistant.intake.run import IngestReport


@dataclass(frozen=True, slots=True)
class Batch:
    """Files that get the same labels; none means those that the policy gives."""

    paths: tuple[Path, ...]
    labels: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Progressed:
    """How far it has come; names of files, never contents."""

    done: int
    total: int
    what: str
    seconds: float

    @property
    def rate(self) -> str:
        """Files a second and the time left, where they can be told."""
        if not self.done or self.seconds < 0.5:
            return ""
        speed = self.done / self.seconds
        return f"{speed:.1f} files/s, about {(self.total - self.done) / speed:.0f} s left"


class IngestJob:
    """One run over one or several batches. `run` is the body of a thread and raises what ingest raises."""

    def __init__(
        self, assistant: Assistant, batches: Sequence[Batch], collection: str, told: Callable[[Progressed], None]
    ) -> None:
        self._assistant, self._batches, self._collection, self._told = assistant, batches, collection, told
        self._cancelled = threading.Event()
        self._guard = threading.Lock()
        self._close: Assistant | None = None
        self.running = True

    def cancel(self) -> None:
        """Stop after the file in hand; what was stored stays, and the next run goes on from there."""
        self._cancelled.set()

    def close_when_done(self, assistant: Assistant) -> None:
        """Nobody watches any more: close the vault at the end, or now where the end has come."""
        with self._guard:
            self._close = assistant
            done = not self.running
        if done:
            assistant.close()

    def run(self) -> list[IngestReport]:
        """The reports of all batches, as far as it came."""
        started = time.monotonic()
        reports: list[IngestReport] = []
        before, every = 0, sum(len(batch.paths) for batch in self._batches)

        def progress(done: int, total: int, what: str) -> None:
            if self._cancelled.is_set():
                # What ingest takes for Ctrl-C: it ends the run in order and keeps what was committed.
                raise KeyboardInterrupt
            whole = max(every, before + total)
            self._told(Progressed(before + done, whole, what, time.monotonic() - started))

        try:
            for batch in self._batches:
                reports.append(
                    self._assistant.ingest(
                        batch.paths, labels=batch.labels, collection=self._collection, progress=progress
                    )
                )
                before += len(batch.paths)
                if reports[-1].partial:
                    break
        finally:
            with self._guard:
                self.running = False
                left = self._close
            if left is not None:
                left.close()
        return reports


def outcome(reports: Sequence[IngestReport]) -> str:
    """The runs in one sentence."""
    added, replaced, same, bad, passages = (
        sum(len(report.added) for report in reports),
        sum(len(report.replaced) for report in reports),
        sum(len(report.unchanged) for report in reports),
        sum(len(report.problems) + len(report.skipped) for report in reports),
        sum(report.passages for report in reports),
    )
    end = "CANCELLED: " if any(report.partial for report in reports) else "DONE: "
    return f"{end}{added} added, {replaced} replaced, {same} unchanged, {bad} not taken in; {passages} passages"


def stored_under(reports: Sequence[IngestReport]) -> list[str]:
    """Under which labels documents were stored, and which roles can read nothing of the vault."""
    labels = Counter[str]()
    for report in reports:
        labels.update(report.labels)
    lines = [f"STORED  {count} under {name}" for name, count in sorted(labels.items())]
    nothing = [role for role, count in (reports[-1].roles if reports else {}).items() if count == 0]
    return lines + ([f"CAN READ NOTHING  {', '.join(nothing)}"] if labels and nothing else [])
