"""A candidate that is worse on one gate metric does not pass, and the report says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.tune.recipe import Gates, Recipe
from assistant.tune.recipe_report import decide, write_report

RECIPE = Recipe.model_validate(
    {"schema": 1, "domain": "healthcare", "base": "tiny", "data": {"license": "Apache-2.0"}, "lora": {}}
)


def _found(**candidate: float) -> dict[str, object]:
    def shares(**means: float) -> dict[str, object]:
        values = {"grounded": 0.5, "answered": 0.5, "refused": 0.5, "supported": 0.5, **means}
        told = {name: {"mean": mean, "low": mean - 0.05, "high": mean + 0.05} for name, mean in values.items()}
        return {**told, "by_kind": {"fact": told["grounded"]}, "n": 10, "words": 12.0, "ms": 20.0}

    return {"quotes": shares(), "base": shares(), "candidate": shares(**candidate)}


@pytest.mark.parametrize(
    ("candidate", "gates", "worse", "beats"),
    [
        ({}, {}, (), False),
        ({"grounded": 0.7}, {}, (), True),
        ({"grounded": 0.9, "refused": 0.49}, {}, ("refused",), True),
        ({"refused": 0.49}, {"refused": 0.02}, (), False),
    ],
)
def test_the_gates(candidate: dict[str, float], gates: dict[str, float], worse: tuple[str, ...], beats: bool) -> None:
    decision = decide(_found(**candidate), Gates(**gates))
    assert (decision.worse, decision.passed, decision.beats_quotes) == (worse, not worse, beats)


def test_the_report_tells_what_is_worse(tmp_path: Path) -> None:
    decision = decide(_found(refused=0.1), Gates())
    run = {
        "history": [{"step": 5, "train": 1.0, "held": 0.9}], "steps": 5, "ended": "all steps", "best_step": 5,
        "held_out_best": 0.9, "held_out_before": 1.2,
    }  # fmt: skip
    files = write_report(tmp_path, RECIPE, decision, run, 12345)
    assert {file.name for file in files} == {"report.md", "grounded.svg", "loss.svg"}
    text = (tmp_path / "report.md").read_text()
    assert "Worse than the base: refused." in text
    assert "0.100 (0.050 to 0.150)" in text
    assert "12,345 bytes" in text
