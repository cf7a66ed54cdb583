from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input

from assistant.frontends.tui.app import AssistantApp
from assistant.frontends.tui.screens.ingest import IngestScreen
from tests.frontends.tui.support import driven, opened, shown, until


@pytest.mark.weights
def test_what_is_not_there_is_told_and_what_was_not_taken_in_is_named(
    models: Path, ward: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("folder").mkdir()
    Path("folder/lamps.md").write_text("# Lamps\n\nLamps are cleaned with a dry cloth.\n")
    Path("folder/broken.pdf").write_bytes(b"%PDF-1.7 and nothing more")

    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        # Opened without models, which is done at once; taking in needs the embedder alone.
        monkeypatch.setenv("ASSISTANT_MODELS", str(models))
        await app.action_act("ingest")
        await until(pilot, lambda: isinstance(app.screen, IngestScreen))
        path, start = app.screen.query_one("#path", Input), app.screen.query_one("#start", Button)
        for wrong in ("", "nowhere.md"):
            path.value = wrong
            await pilot.press("enter")
            await pilot.pause()
            assert "there is no such file or folder" in shown(app) and app.job is None and not start.disabled
        path.value = "folder"
        app.screen.query_one("#labels", Input).value = " public , internal ,, "
        await pilot.press("enter")
        await pilot.pause()
        assert "there is no such file or folder" not in shown(app), "an error that is past does not stay"
        await until(pilot, lambda: "DONE: " in shown(app))
        assert "NOT TAKEN IN  broken.pdf" in shown(app) and not start.disabled
        lamps = next(info for info in app.session.assistant.documents() if info.title == "Lamps")
        assert lamps.labels == {"public", "internal"} and lamps.collection == "default"

    driven(Path("vault"), steps, size=(100, 50))
