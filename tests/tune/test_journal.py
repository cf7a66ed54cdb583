"""A step is done once, unless what went in or what came out has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import ConfigError
from assistant.tune.journal import JOURNAL, Journal


def _maker(folder: Path, counts: list[int]):
    def make() -> tuple[list[Path], dict[str, object]]:
        counts.append(1)
        (folder / "out").write_text("made")
        return [folder / "out"], {"n": len(counts)}

    return make


def test_a_step_is_done_once(tmp_path: Path) -> None:
    counts: list[int] = []
    make = _maker(tmp_path, counts)
    assert not Journal(tmp_path).is_done("data", ["a"])
    Journal(tmp_path).step("data", ["a"], make)
    assert Journal(tmp_path).is_done("data", ["a"]) and not Journal(tmp_path).is_done("data", ["b"])
    again = Journal(tmp_path).step("data", ["a"], make)
    assert counts == [1]
    assert again.found == {"n": 1}


def test_other_inputs_and_changed_files_are_done_again(tmp_path: Path) -> None:
    counts: list[int] = []
    make = _maker(tmp_path, counts)
    first = Journal(tmp_path).step("data", ["a"], make)
    assert Journal(tmp_path).step("data", ["b"], make).sha256 != first.sha256
    (tmp_path / "out").write_text("changed by hand")
    Journal(tmp_path).step("data", ["b"], make)
    (tmp_path / "out").unlink()
    Journal(tmp_path).step("data", ["b"], make)
    assert len(counts) == 4


def test_a_step_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fails() -> tuple[list[Path], dict[str, object]]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Journal(tmp_path).step("data", ["a"], fails)
    with pytest.raises(ConfigError, match="is not done"):
        Journal(tmp_path).done("data")


def test_a_broken_journal_is_refused(tmp_path: Path) -> None:
    (tmp_path / JOURNAL).write_text("{half")
    with pytest.raises(ConfigError, match="not a journal"):
        Journal(tmp_path)
