from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from assistant.frontends.tui.app import AssistantApp
from assistant.frontends.tui.screens.documents import DocumentsScreen
from assistant.frontends.tui.screens.ingest import IngestScreen
from assistant.frontends.tui.screens.source import SourceScreen
from tests.frontends.tui.support import driven, opened, shown, until


def test_documents_are_found_read_and_erased_after_a_plain_yes(ward: str) -> None:
    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        await app.action_act("documents")
        await until(pilot, lambda: "3 documents that you may see" in shown(app))
        await pilot.press("slash", *"EIGHT")
        await until(pilot, lambda: "1 of 3 documents" in shown(app))
        assert "Ward eight" in shown(app) and "Car park" not in shown(app)
        await pilot.press("enter", "enter")
        await until(pilot, lambda: isinstance(app.screen, SourceScreen) and "Ward eight is closed." in shown(app))
        await pilot.press("escape", "d", "n")
        await pilot.pause()
        assert len(app.session.assistant.documents()) == 3, "no is no"
        await pilot.press("d", "y")
        await until(pilot, lambda: "ERASED  1 passages" in shown(app))
        left = {info.title for info in app.session.assistant.documents()}
        assert left == {"Ward seven", "Car park"}
        await pilot.press("d", "enter")
        await pilot.pause()
        assert isinstance(app.screen, DocumentsScreen), "where no row is chosen there is nothing to do"
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, IngestScreen))

    driven(Path("vault"), steps, size=(100, 40))
