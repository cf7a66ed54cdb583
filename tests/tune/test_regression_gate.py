"""What is worse on any set is told by name, and a folder says at once whether its content passed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.tune.loop import Measure, Result
from assistant.tune.regression_gate import (
    LEAST,
    About,
    Judged,
    enough,
    figures_of,
    judged_folder,
    tell,
    worse_than,
)

RESULT = Result(Measure(3, 1.0, 0.5), (), 3, "all steps", "0" * 64)


def test_a_figure_has_its_interval_and_none_without_examples() -> None:
    found = figures_of({"right": [1.0, 0.0, 1.0, 1.0], "clean": []})
    assert set(found) == {"right"}
    assert found["right"]["low"] <= found["right"]["mean"] == 0.75 <= found["right"]["high"]


def test_a_fall_is_worse_and_a_gain_or_the_allowance_is_not() -> None:
    before = {"own": figures_of({"right": [1.0, 0.0]}), "packs": figures_of({"right": [1.0, 1.0, 1.0, 0.0]})}
    fell = {"own": figures_of({"right": [1.0, 1.0]}), "packs": figures_of({"right": [1.0, 1.0, 0.0, 0.0]})}
    assert worse_than(before, fell, 0.0) == ("packs: right",)
    assert worse_than(before, fell, 0.25) == ()
    assert worse_than(before, before, 0.0) == ()


def test_a_figure_that_can_no_longer_be_measured_is_worse() -> None:
    before = {"own": figures_of({"right": [1.0], "clean": [1.0]})}
    assert worse_than(before, {"own": figures_of({"right": [1.0]})}, 1.0) == ("own: clean",)


def test_as_few_as_tell_nothing_are_refused() -> None:
    enough(LEAST, LEAST, "texts")
    with pytest.raises(UsageError, match="too few"):
        enough(LEAST, LEAST - 1, "texts")


@pytest.mark.parametrize(("worse", "name"), [((), "reader"), (("own: right",), "reader.refused")])
def test_manifest_and_report_tell_the_verdict(worse: tuple[str, ...], name: str, tmp_path: Path) -> None:
    base, folder = tmp_path / "base.bin", judged_folder(tmp_path, "reader", worse)
    base.write_bytes(b"base")
    folder.mkdir()
    (folder / "weights").write_bytes(b"weights")
    found = {"own": figures_of({"right": [1.0, 0.0]})}
    made = Judged(folder, {"base": found, "result": found}, worse, RESULT)
    tell(made, About("reader", base, {"last": 2}, {"own": 2, "train": 9}, {"right": "right ones"}), tmp_path)
    told = json.loads((tmp_path / "manifest.json").read_text())
    assert told["output"]["folder"] == folder.name == name and told["worse"] == list(worse)
    text = (tmp_path / "report.md").read_text()
    assert "| own | 2 | right ones | 0.500" in text and "9 examples were learned from" in text
    assert ("Refused, worse on own: right." in text) == bool(worse) == (not made.passed)
