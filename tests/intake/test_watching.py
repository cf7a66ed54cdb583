from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from assistant.intake.report import IngestReport
from assistant.intake.watching import Watcher, watch


class Vault:
    """Records what is audited; the vault's own audit has tests of its own."""

    def __init__(self) -> None:
        self.audit = self
        self.records: list[dict[str, Any]] = []

    def append(self, kind: str, record: dict[str, Any]) -> None:
        assert kind == "watch"
        self.records.append(record)

    def find_source(self, source: str) -> list[Any]:
        return []


def test_a_file_is_due_when_it_has_stopped_growing(tmp_path: Path) -> None:
    watcher = Watcher([tmp_path])
    file = tmp_path / "a.txt"
    file.write_text("one")
    assert watcher.look() == ([], [])
    file.write_text("one two")
    assert watcher.look() == ([], [])
    assert watcher.look() == ([file], [])
    watcher.took([file])
    assert watcher.look() == ([], [])
    os.utime(file, (1, 1))
    assert watcher.look() == ([], [])
    assert watcher.look() == ([file], [])


def test_a_file_that_goes_is_named_once(tmp_path: Path) -> None:
    below = tmp_path / "sub"
    below.mkdir()
    (below / "a.txt").write_text("one")
    watcher = Watcher([tmp_path])
    watcher.look()
    watcher.took(watcher.look()[0])
    shutil.rmtree(below)
    assert watcher.look() == ([], [below / "a.txt"])
    assert watcher.look() == ([], [])


def test_watching_takes_reports_audits_and_ends(tmp_path: Path) -> None:
    vault, looks, taken = Vault(), 0, []
    (tmp_path / "a.txt").write_text("one")

    def wait(seconds: float) -> None:
        nonlocal looks
        looks += 1
        if looks == 3:
            (tmp_path / "a.txt").unlink()
        if looks == 5:
            raise KeyboardInterrupt

    def take(files: list[Path]) -> IngestReport:
        taken.extend(files)
        return IngestReport(added=tuple(map(str, files)))

    seen = list(watch([tmp_path], take, vault, every=0, wait=wait))
    assert taken == [tmp_path / "a.txt"]
    assert [(report is not None, gone) for report, gone in seen] == [(True, []), (False, [tmp_path / "a.txt"])]
    assert [record["event"] for record in vault.records] == ["begin", "gone", "end"]
    assert vault.records[-1] == {"event": "end", "taken": 1, "gone": 1}


def test_an_interrupted_ingest_ends_it_and_errors_are_raised(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one")
    vault = Vault()
    assert len(list(watch([tmp_path], lambda files: IngestReport(partial=True), vault, wait=lambda s: None))) == 1

    def broken(files: list[Path]) -> IngestReport:
        raise OSError

    with pytest.raises(OSError):
        list(watch([tmp_path], broken, vault, wait=lambda s: None))
    assert vault.records[-1]["event"] == "end"
