"""One run: plan, do, record. Facts never pass through here readable for longer than it takes to write them where asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.batch import plan
from assistant.batch.manifest import Entry, Manifest
from assistant.batch.pool import Pool
from assistant.batch.settings import Failed, Made, Scan, Unit
from assistant.batch.work import Outcome
from assistant.errors import AssistantError
from assistant.protocols import Progress, no_progress
from assistant.records.part import Part

# Told of each summary before it is written: name of the event and fields without text. What it raises stops the run.
Audit = Callable[[str, Mapping[str, object]], object]


@dataclass(slots=True)
class Report:
    """How a run went. `unchanged` were done before; `failures` are (name shown, reason, remedy)."""

    done: int = 0
    unchanged: int = 0
    failed: int = 0
    planned: int = 0
    skipped: int = 0
    seconds: float = 0.0
    failures: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def per_minute(self) -> float:
        """Patients done a minute in this run."""
        return 60 * self.done / self.seconds if self.seconds else 0.0


class Run:
    """A run over one source into one folder. `masked`: names of files and patients' numbers stay out of the manifest."""

    def __init__(
        self,
        pool: Pool,
        manifest: Manifest,
        *,
        masked: bool,
        retry_failed: bool = False,
        audit: Audit | None = None,
        progress: Progress = no_progress,
    ) -> None:
        self._pool, self._manifest, self._masked = pool, manifest, masked
        self._retry, self._audit, self._progress = retry_failed, audit, progress
        self.report = Report()
        self._sources: dict[str, str] = {}

    def __call__(self, scans: Sequence[Scan], root: Path) -> Report:
        """Do it. An interruption passes through after what is finished was recorded."""
        started = time.monotonic()
        status = "interrupted"
        try:
            units = plan.units(self._scanned(scans, root), masked=self._masked)
            self.report.planned = len(units)
            open_units = [unit for unit in units if not self._settled(unit)]
            self._progress(0, len(open_units), "")
            for done, (task, outcome) in enumerate(self._pool.run(iter(open_units)), 1):
                if not isinstance(task, Unit):
                    raise _mixed()
                self._finish(task, outcome)
                self._progress(done, len(open_units), task.name)
            status = "complete"
        finally:
            self.report.seconds = time.monotonic() - started
            self._manifest.seconds += self.report.seconds
            self._manifest.save(status)
        return self.report

    def _scanned(self, scans: Sequence[Scan], root: Path) -> list[Part]:
        """The parts of all scans in the order of the plan, whoever was quicker."""
        found: dict[Scan, list[Part]] = {}
        base = root if root.is_dir() else root.parent
        for number, scan in enumerate(scans, 1):
            for path in scan.paths:
                shown = Path(path)
                self._sources[path] = str(shown.relative_to(base)) if shown.is_relative_to(base) else shown.name
                if self._masked:
                    self._sources[path] = f"file {number}"
        for done, (task, outcome) in enumerate(self._pool.run(iter(scans)), 1):
            if not isinstance(task, Scan):
                raise _mixed()
            self._progress(done, len(scans), "reading")
            key = f"source:{self._sources[task.paths[0]]}"
            if isinstance(outcome, Failed):
                self._note_failure(key, "", [self._sources[task.paths[0]]], outcome, "", 0.0)
            else:
                self._manifest.entries.pop(key, None)
                found[task] = outcome if isinstance(outcome, list) else []
        return [part for scan in scans for part in found.get(scan, ())]

    def _settled(self, unit: Unit) -> bool:
        if not self._manifest.settled(unit.name, unit.digest, retry_failed=self._retry):
            return False
        entry = self._manifest.entries[unit.name]
        if entry["status"] == "done":
            self.report.unchanged += 1
        else:
            self.report.failed += 1
            self.report.failures.append((unit.name, entry["reason"], "run again with --retry-failed"))
        return True

    def _finish(self, unit: Unit, outcome: Outcome) -> None:
        sources = list(dict.fromkeys(self._sources.get(part.path, "") for part in unit.parts))
        if isinstance(outcome, Made):
            ms = float(outcome.figures.get("worker_ms", 0.0))
            if self._audit is not None:
                # No record, no summary.
                self._audit("batch.summary", {"record": unit.digest, "ms": ms})
            entry = self._entry(unit.name, unit.patient_id, sources, "done", unit.note, unit.digest, ms)
            entry["files"] = self._manifest.publish(unit.name, outcome)
            entry["figures"] = outcome.figures
            self._manifest.note(entry)
            self.report.done += 1
        elif isinstance(outcome, Failed):
            self._note_failure(unit.name, unit.patient_id, sources, outcome, unit.digest, 0.0)

    def _note_failure(self, key: str, patient: str, sources: list[str], failed: Failed, digest: str, ms: float) -> None:
        reason = f"{failed.reason}. {failed.remedy}".strip()
        self._manifest.note(self._entry(key, patient, sources, "failed", reason, digest, ms))
        self.report.failed += 1
        self.report.failures.append((sources[0] if sources and not patient else key, failed.reason, failed.remedy))

    def _entry(
        self, key: str, patient: str, sources: list[str], status: str, reason: str, digest: str, ms: float
    ) -> Entry:
        entry: Entry = {"key": key, "patient_id": patient, "source": sources[0] if sources else "", "status": status}
        if len(sources) > 1:
            entry["sources"] = sources
        return entry | {"reason": reason, "ms": ms, "digest": digest}


def _mixed() -> AssistantError:
    return AssistantError("a worker answered another task than the one given", remedy="run the command again")
