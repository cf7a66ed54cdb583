"""The first run: what a passphrase must have is told while it is typed, and there is a way back."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from assistant.frontends.tui.app import AssistantApp
from tests.frontends.tui.support import driven, shown, until


def test_the_rule_is_told_before_and_while_it_is_typed_and_escape_steps_back(site: Path) -> None:
    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await pilot.press("down", "enter")
        await until(pilot, lambda: "Step 2 of 4" in shown(app))
        assert "12 characters or more" in " ".join(shown(app).split()), "before a letter is typed"
        await pilot.press(*"short")
        await until(pilot, lambda: "so far: fewer than 12 characters" in shown(app))
        await pilot.press(*" but now long")
        await until(pilot, lambda: "this one will do" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: "Step 1 of 4" in shown(app))
        assert "short" not in shown(app)
        await pilot.press("enter")
        await until(pilot, lambda: "Step 2 of 4" in shown(app))

    driven(Path("vault"), steps)
    assert not (site / "vault").exists()
