"""What the dial shows goes back into a policy and is then obeyed."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from assistant.evaluate.calibration import Outcome, dial
from assistant.evaluate.dial_report import policy_lines, table, write
from assistant.reading.judging import Params


def rows() -> list[Outcome]:
    rng = random.Random(2)
    return [Outcome(s := rng.random(), rng.random() < s, f"d{n % 12}") for n in range(500)]


def test_the_printed_line_is_the_one_that_the_policy_then_uses() -> None:
    found = dial(rows(), 0.8)
    assert found.line is not None
    params = Params.model_validate(yaml.safe_load(policy_lines(found))["with"])
    assert params.line == pytest.approx(found.line, abs=1e-3)


def test_a_precision_that_nothing_holds_lets_nothing_pass() -> None:
    found = dial([Outcome(0.9, False, "d1"), Outcome(0.8, False, "d2"), Outcome(0.7, True, "d3")], 0.95)
    assert found.line is None
    assert any("no line holds" in line for line in table(found))
    params = Params.model_validate({"min_precision": 0.95, "curve": [[0.5, 0.1]]})
    assert params.line > 1


def test_a_precision_without_its_curve_is_refused() -> None:
    with pytest.raises(ValidationError, match="eval calibrate"):
        Params.model_validate({"min_precision": 0.9})


def test_without_a_precision_the_line_is_the_policys_own() -> None:
    assert Params(min_released=0.7).line == 0.7


def test_curve_and_plot_are_written(tmp_path: Path) -> None:
    write(tmp_path / "new", dial(rows(), 0.8))
    assert json.loads((tmp_path / "new" / "dial.json").read_text("utf-8"))["wanted"] == 0.8
    assert (tmp_path / "new" / "risk-coverage.svg").read_text("utf-8").startswith("<svg")
