"""Recipes are run and their sets opened without a command: progress on the screen, one at a time, the report at the end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.pilot import Pilot

from assistant.frontends.tui.app import AssistantApp
from assistant.frontends.tui.screens.review import ReviewScreen
from assistant.frontends.tui.screens.workshop import WorkshopScreen
from assistant.tune.recipe_run import STEPS
from assistant.tune.rows import Answerable, Kind, Piece, Row, lines_of
from tests.frontends.tui.support import driven, opened, shown, until
from tests.tune.conftest import header, pack, tiny

__all__ = ["header", "pack", "tiny"]


def test_a_recipe_says_how_it_ended_and_the_screen_stays(ward: str, site: Path) -> None:
    (site / "home" / "recipes").mkdir(parents=True)
    (site / "home" / "recipes" / "aa.yaml").write_text("schema: 1\nshedule: {steps: 3}\n")

    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        await pilot.press("f10")
        await until(pilot, lambda: "3 recipes, 0 sets" in shown(app))
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: "aa.yaml" in shown(app), seconds=90)
        assert isinstance(app.screen, WorkshopScreen)
        assert app.recipe is not None
        await until(pilot, lambda: app.recipe is not None and not app.recipe.running, seconds=60)
        await pilot.press("s")
        await until(pilot, lambda: "nothing runs" in shown(app))

    driven(Path("vault"), steps)


def test_the_report_and_the_set_of_a_recipe_are_opened_by_keys(ward: str, site: Path) -> None:
    work = site / "home" / "workshop" / "customer-service"
    work.mkdir(parents=True)
    (work / "report.md").write_text("# lora of a model\n\nNo gate metric is worse.\n")
    piece = Piece(n=1, title="Desks", text="Desk 1 opens at one.")
    row = Row(
        kind=Kind.FACT, answerable=Answerable.YES, question="When?", evidence=(piece,), answer="At one [1].",
        citations=(1,), document="0" * 64,
    )  # fmt: skip
    (work / "data.jsonl").write_text(lines_of([row]))

    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        await pilot.press("f10")
        await until(pilot, lambda: "report is there" in shown(app))
        await pilot.press("r")
        await until(pilot, lambda: "No gate metric is worse." in shown(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, ReviewScreen) and "Row 1 of 1" in shown(app))
        await pilot.press("r")
        await until(pilot, lambda: "every row is decided" in shown(app))

    driven(Path("vault"), steps)
    assert (work / "data.review.json").is_file()


RECIPE = """schema: 1
domain: {pack}
base: {base}
data: {{license: Apache-2.0, make: {{most: 3}}}}
lora: {{rank: 2}}
schedule: {{steps: 4, batch: 1, every: 2}}
evaluate: {{rows: 3}}
"""


@pytest.mark.weights
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_recipe_is_stopped_and_gone_on_with_to_its_report(
    models: Path, pack: Path, tiny: Path, ward: str, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No command is typed: F10, Enter, S, Enter, R. What was done before the stop is not done again."""
    (site / "home" / "recipes").mkdir(parents=True)
    (site / "home" / "recipes" / "small.yaml").write_text(RECIPE.format(pack=pack, base=tiny))
    work = site / "home" / "workshop" / "small"

    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        def said(line: str) -> bool:
            return app.recipe is not None and any(line in told for told in app.recipe.lines)

        await opened(pilot)
        # The run has its models; the screen need not wait for them.
        monkeypatch.setenv("ASSISTANT_MODELS", str(models))
        await pilot.press("f10")
        await until(pilot, lambda: "3 recipes, 0 sets" in shown(app))
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: said("step 2 of 7: train"), seconds=600)
        await until(pilot, lambda: "running" in shown(app))
        (site / "running.svg").write_text(app.export_screenshot())
        await pilot.press("s")
        await until(pilot, lambda: "STOPPED" in shown(app), seconds=60)
        made = (work / "data.jsonl").stat().st_mtime_ns
        assert list(json.loads((work / "journal.json").read_text())) == ["data"]
        await pilot.press("enter")
        await until(pilot, lambda: said("step 1 of 7: data, done before"), seconds=300)
        await until(pilot, lambda: "DONE" in shown(app), seconds=900)
        (site / "ended.svg").write_text(app.export_screenshot())
        assert (work / "data.jsonl").stat().st_mtime_ns == made
        await pilot.press("r")
        await until(pilot, lambda: "lora of tiny" in shown(app) or "quotes alone" in shown(app))
        (site / "report.svg").write_text(app.export_screenshot())

    driven(Path("vault"), steps, size=(120, 40))
    assert list(json.loads((work / "journal.json").read_text())) == list(STEPS)
