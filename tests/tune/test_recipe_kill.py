"""A recipe that gets SIGKILL in the middle of each of its steps ends, gone on with, in the journal of one that ran through."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.models.quantize import quantize
from assistant.tune.recipe import Recipe
from assistant.tune.recipe_run import STEPS, run_recipe

pytest.importorskip("torch")
pytest.importorskip("peft")
pytestmark = [pytest.mark.weights, pytest.mark.slow, pytest.mark.timeout(3600)]
#: The file of each step at whose writing the process dies, and which time it is written; a model goes into a store of its own.
MIDST = {
    "data": ("data.card.json", 1),
    "train": ("checkpoint.pt.part", 2),
    "export": ("model.gguf", 1),
    "quantize": ("model-Q8_0.gguf", 1),
    "evaluate": ("outcomes-candidate-", 1),
    "compare": ("report.md", 1),
    "register": ("store-killed", 1),
}


def _recipe(pack: Path, tiny: Path) -> Recipe:
    return Recipe.model_validate(
        {
            "schema": 1,
            "domain": str(pack),
            "base": str(tiny),
            "data": {"license": "Apache-2.0", "make": {"most": 3}},
            "lora": {"rank": 2},
            "schedule": {"steps": 4, "batch": 1, "every": 2},
            "quantize": "Q8_0",
            "evaluate": {"rows": 3},
            # A random model may be worse on everything: what is looked at here is whether each step is made again whole.
            "gates": dict.fromkeys(("grounded", "answered", "refused", "supported"), 1.0),
            "register": {"name": "tiny-tuned", "license": "Apache-2.0"},
        }
    )


def _deadly(step: str, at: Callable[[], str]) -> None:
    """Die by SIGKILL where the file of the step is opened for writing while the step is at work, half a line of it written."""
    mark, times = MIDST[step]
    seen = [0]

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event != "open" or seen[0] >= times or not at().split(",")[0].endswith(f": {step}"):
            return
        path, mode, flags = str(arguments[0]), arguments[1], arguments[2]
        written = bool(flags) and isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR))
        if mark not in path or not (written or set(str(mode or "")) & set("wax+")):
            return
        seen[0] += 1
        if seen[0] == times:
            torn = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
            os.write(torn, b'{"half')
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def _child(recipe: Recipe, folder: Path, store: Path, step: str) -> None:
    os.environ["ASSISTANT_MODELS"] = str(store)
    lately = [""]

    def say(line: str) -> None:
        if line.startswith("step ") and ": " in line and line.split(": ")[1] in STEPS:
            lately[0] = line

    if step:
        _deadly(step, lambda: lately[0])
    run_recipe(recipe, folder, quantize=quantize, say=say)


def _run(recipe: Recipe, folder: Path, store: Path, step: str = "") -> int | None:
    """The exit code of a process that runs the recipe. Forked: what is imported here need not be imported eight times."""
    process = multiprocessing.get_context("fork").Process(target=_child, args=(recipe, folder, store, step))
    process.start()
    process.join(900)
    return process.exitcode


def _timeless(found: object) -> object:
    if not isinstance(found, dict):
        return found
    return {name: _timeless(value) for name, value in found.items() if name != "ms"}


@pytest.fixture
def stores(models: Path, tmp_path: Path) -> list[Path]:
    """Two stores of their own: a recipe registers what it made."""
    found = [tmp_path / "store-whole", tmp_path / "store-killed"]
    for store in found:
        shutil.copytree(models, store, symlinks=True)
    return found


def test_killed_in_each_step_it_ends_in_the_same_journal(
    pack: Path, tiny: Path, stores: list[Path], tmp_path: Path
) -> None:
    recipe = _recipe(pack, tiny)
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert _run(recipe, whole, stores[0]) == 0
    for number, step in enumerate(STEPS):
        assert _run(recipe, killed, stores[1], step) == -signal.SIGKILL, f"{step} was not killed"
        path = killed / "journal.json"
        done = list(json.loads(path.read_text())) if path.is_file() else []
        assert done == list(STEPS[:number]), "a step that was killed counts as done"
    assert _run(recipe, killed, stores[1]) == 0
    expected, found = (json.loads((folder / "journal.json").read_text()) for folder in (whole, killed))
    assert {step: found[step] for step in STEPS[:4]} == {step: expected[step] for step in STEPS[:4]}
    # How long an answer took is no property of the model, and stands in the outcomes and in the report.
    told = [{step: _timeless(one[step]["found"]) for step in STEPS[4:]} for one in (found, expected)]
    assert told[0] == told[1]
    names = {path.relative_to(whole) for path in whole.rglob("*.gguf") if "store" not in path.parts}
    assert names, "there is a model to compare"
    assert all((killed / name).read_bytes() == (whole / name).read_bytes() for name in names)
