"""The file browser fills the path of the form."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import DirectoryTree, Input

from assistant.frontends.tui.app import AssistantApp
from assistant.frontends.tui.screens.files import FilesScreen
from assistant.frontends.tui.screens.ingest import IngestScreen
from tests.frontends.tui.support import driven, opened, shown, until


def test_a_file_or_a_folder_is_chosen_without_typing(ward: str) -> None:
    folder = Path("guidelines")
    folder.mkdir()
    (folder / "lamps.md").write_text("# Lamps\n")
    (folder / ".hidden.md").write_text("no\n")

    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        await app.push_screen(IngestScreen())
        app.screen.query_one("#path", Input).value = "guidelines"
        await pilot.press("ctrl+b")
        await until(pilot, lambda: isinstance(app.screen, FilesScreen) and "lamps.md" in shown(app))
        assert ".hidden.md" not in shown(app)
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, IngestScreen))
        assert Path(app.screen.query_one("#path", Input).value) == (folder / "lamps.md").resolve()
        await pilot.press("ctrl+b")
        await until(pilot, lambda: isinstance(app.screen, FilesScreen))
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, IngestScreen))
        assert Path(app.screen.query_one("#path", Input).value) == folder.resolve()
        await pilot.press("ctrl+b")
        await until(pilot, lambda: isinstance(app.screen, FilesScreen))
        await pilot.press("backspace")
        await until(pilot, lambda: app.screen.query_one(DirectoryTree).path == Path().resolve())
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, IngestScreen))
        assert Path(app.screen.query_one("#path", Input).value) == folder.resolve(), "Escape changes nothing"

    driven(Path("vault"), steps, size=(100, 40))
