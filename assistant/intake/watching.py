"""Watching folders: files are taken in once they have stopped growing; files that go are reported, never erased."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.readers.registry import source_of
from assistant.readers.walk import walk

if TYPE_CHECKING:
    from assistant.intake.report import IngestReport
    from assistant.vault.store import Vault

State = tuple[int, int, int]
Take = Callable[[list[Path]], "IngestReport"]


@dataclass(slots=True)
class Watcher:
    """Finds what is to be taken in, look by look.

    A file is due when its size, time and inode are the same at two looks in a row and are not those at which it was taken
    last: a copy that still runs is left alone. Nothing is kept on disk.
    """

    paths: list[Path]
    _seen: dict[Path, State] = field(default_factory=dict)
    _taken: dict[Path, State] = field(default_factory=dict)

    def look(self) -> tuple[list[Path], list[Path]]:
        """Files that are due, and files that were taken and are gone (each named once)."""
        found = walk(self.paths)
        now = {path: state for path in found.files if (state := _state(path)) is not None}
        due = [p for p, state in now.items() if self._seen.get(p) == state and self._taken.get(p) != state]
        # What lies in a folder that cannot be listed now is not gone.
        gone = [p for p in self._taken if p not in now and not any(p.is_relative_to(lost) for lost in found.lost)]
        for path in gone:
            del self._taken[path]
        self._seen = now
        return due, gone

    def took(self, files: Iterable[Path]) -> None:
        """These files were handed over, in the state of the last look."""
        self._taken.update((path, self._seen[path]) for path in files if path in self._seen)


def _state(path: Path) -> State | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino


def watch(
    paths: list[Path], take: Take, vault: Vault, *, every: float = 5.0, wait: Callable[[float], None] = time.sleep
) -> Iterator[tuple[IngestReport | None, list[Path]]]:
    """Look every so many seconds until Ctrl-C; yields what each look brought: a report and the files that are gone.

    Begin, end and each file that is gone are audited (ids and counts), taking in is audited by ingest itself. Ctrl-C ends it
    cleanly: what was committed stays. Errors of the vault are raised.
    """
    watcher = Watcher(paths)
    vault.audit.append("watch", {"event": "begin", "paths": len(paths)})
    taken = lost = 0
    try:
        while True:
            due, gone = watcher.look()
            report = take(due) if due else None
            watcher.took(due)
            if gone:
                ids = [info.id for path in gone for info in vault.find_source(source_of(path))]
                vault.audit.append("watch", {"event": "gone", "files": len(gone), "ids": ids[:500]})
            taken, lost = taken + len(due), lost + len(gone)
            if report is not None or gone:
                yield report, gone
            if report is not None and report.partial:
                return
            wait(every)
    except KeyboardInterrupt:
        return
    finally:
        vault.audit.append("watch", {"event": "end", "taken": taken, "gone": lost})
