"""Options that the tuning commands share: a schedule of what was said, and the rows of a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.frontends.tune_options import SetOptions, TrainingOptions
from assistant.tune.rows import Split, lines_of
from tests.tune.conftest import row


def test_a_schedule_holds_what_was_said() -> None:
    pytest.importorskip("torch")
    found = TrainingOptions(steps=7, batch=2, every=3, patience=5, minutes=1.5, seed=9).schedule(0.5)
    assert (found.steps, found.batch, found.rate, found.every) == (7, 2, 0.5, 3)
    assert (found.patience, found.minutes, found.seed) == (5, 1.5, 9)


def test_a_file_is_read_and_a_missing_one_told(tmp_path: Path) -> None:
    rows = [row(n, Split.TRAIN) for n in range(3)]
    (tmp_path / "set.jsonl").write_text(lines_of(rows))
    found, prompts = SetOptions(domain="healthcare").read(str(tmp_path / "set.jsonl"))
    assert list(found) == rows and prompts.system
    with pytest.raises(UsageError, match="no such training set"):
        SetOptions().read(str(tmp_path / "none.jsonl"))
