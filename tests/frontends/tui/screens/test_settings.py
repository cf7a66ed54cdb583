from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import DataTable, Input

from assistant.frontends.tui.app import AssistantApp
from assistant.frontends.tui.settings import IDLE_MINUTES, THEMES, Settings, load_settings
from tests.frontends.tui.support import driven, opened, shown


def test_each_setting_is_kept_at_once_and_a_wrong_one_is_not(ward: str) -> None:
    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        await app.action_act("settings")
        await pilot.pause()
        await pilot.press("t")
        await pilot.pause()
        assert app.settings.theme == THEMES[1] == load_settings().theme == app.theme
        minutes = app.screen.query_one("#minutes", Input)
        for wrong in ("0", str(IDLE_MINUTES.stop), ""):
            minutes.value = wrong
            minutes.focus()
            await pilot.press("enter")
            await pilot.pause()
            assert "ERROR  not a number of minutes" in shown(app)
        minutes.value = "3"
        await pilot.press("enter")
        await pilot.pause()
        assert load_settings().idle_minutes == 3 and app.idle_limit_s == 180
        assert isinstance(app.focused, DataTable)
        # The first row is the key of the help.
        await pilot.press("enter", "escape")
        await pilot.pause()
        assert "unchanged" in shown(app)
        await pilot.press("enter", "a")
        await pilot.pause()
        assert "ERROR  this key cannot be used" in shown(app)
        await pilot.press("enter", "f12")
        await pilot.pause()
        assert load_settings().keys == {"help": "f12"} and "F12 *" in shown(app)
        await pilot.press("delete")
        await pilot.pause()
        assert load_settings() == Settings(theme=THEMES[1], idle_minutes=3) and "F12 *" not in shown(app)

    driven(Path("vault"), steps, size=(100, 40))


def test_settings_that_cannot_be_written_are_not_taken(ward: str) -> None:
    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        await app.action_act("settings")
        await pilot.pause()
        Path("home").rmdir() if Path("home").is_dir() else None
        Path("home").write_text("a file where the folder of settings should be")
        await pilot.press("t")
        await pilot.pause()
        assert "ERROR" in shown(app) and app.settings == Settings()

    driven(Path("vault"), steps, size=(100, 40))
