"""A recipe from documents to catalog on a tiny model: killed at every step and gone on with, it ends in the same report."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from assistant.models.catalog import load_catalog
from assistant.tune.recipe import Recipe
from assistant.tune.recipe_run import STEPS, Finished, run_recipe

pytest.importorskip("torch")
pytest.importorskip("peft")
pytestmark = [pytest.mark.weights, pytest.mark.slow]


def _recipe(pack: Path, tiny: Path, **changed: object) -> Recipe:
    plain = {
        "schema": 1,
        "domain": str(pack),
        "base": str(tiny),
        "data": {"license": "Apache-2.0", "make": {"most": 6}},
        "lora": {"rank": 2},
        "schedule": {"steps": 4, "batch": 1, "every": 2},
        "quantize": "Q8_0",
        "evaluate": {"rows": 4},
        "register": {"name": "tiny-tuned", "license": "Apache-2.0"},
    }
    return Recipe.model_validate({**plain, **changed})


def _copying(source: Path, target: Path, kind: str) -> None:
    """In the place of the quantizer: the same weights under another name and with a padding, so that its hash differs."""
    assert kind == "Q8_0"
    target.write_bytes(source.read_bytes() + bytes(32))


class Killed(Exception):
    pass


def test_a_recipe_goes_on_where_it_was_stopped(
    pack: Path, tiny: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "models"
    shutil.copytree(models, store, symlinks=True)
    monkeypatch.setenv("ASSISTANT_MODELS", str(store))
    recipe, folder = _recipe(pack, tiny), tmp_path / "work"
    told: list[str] = []

    def stops_at(step: str):
        def say(line: str) -> None:
            told.append(line)
            if line.startswith("step ") and line.endswith(f": {step}"):
                raise Killed

        return say

    for step in STEPS[1:]:
        with pytest.raises(Killed):
            run_recipe(recipe, folder, quantize=_copying, say=stops_at(step))
    told.clear()
    done = run_recipe(recipe, folder, quantize=_copying, say=told.append)
    assert [line for line in told if line.startswith("step ")] == [
        *(f"step {n} of 7: {name}, done before" for n, name in enumerate(STEPS[:-1], 1)), "step 7 of 7: register"
    ]  # fmt: skip
    journal = json.loads((folder / "journal.json").read_text())
    assert tuple(journal) == STEPS
    assert (done.registered == "tiny-tuned") == done.decision.passed
    if done.decision.passed:
        assert load_catalog(store).get("tiny-tuned").own
    _nothing_is_done_twice(recipe, folder, done)


def _nothing_is_done_twice(recipe: Recipe, folder: Path, done: Finished) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}

    def never(*_: object) -> None:
        raise AssertionError("a step was done twice")

    assert run_recipe(recipe, folder, quantize=never) == done
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()} == before
