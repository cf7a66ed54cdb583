"""Recipes are run and their sets opened without a command: progress on the screen, one at a time, the report at the end."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from assistant.frontends.tui.app import AssistantApp
from assistant.frontends.tui.screens.review import ReviewScreen
from assistant.frontends.tui.screens.workshop import WorkshopScreen
from assistant.tune.rows import Answerable, Kind, Piece, Row, lines_of
from tests.frontends.tui.support import driven, opened, shown, until


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
