"""A picture of the screen: only after a yes, recorded, for its owner alone, and with nothing that a viewer would fetch."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from assistant.frontends.tui.app import AssistantApp
from tests.frontends.tui.support import QUESTION, answered, driven, opened, shown, until


def test_it_is_written_after_a_yes_and_recorded(ward: str) -> None:
    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        assert app.chat is not None
        await app.chat.remember(QUESTION, answered(ward))
        audit = app.session.assistant.vault.audit
        before = len(audit)
        await pilot.press("alt+s")
        await until(pilot, lambda: "as a picture" in shown(app))
        await pilot.press("escape")
        await pilot.pause()
        assert not list(Path().glob("*.svg")) and len(audit) == before, "a no writes nothing"
        await pilot.press("alt+s")
        await until(pilot, lambda: "as a picture" in shown(app))
        await pilot.press("y")
        await until(pilot, lambda: "written:" in shown(app))
        assert [record.kind for record in audit.records(before)][-1] == "screenshot"

    driven(Path("vault"), steps, size=(100, 40))
    (picture,) = Path().glob("*.svg")
    drawn = picture.read_text(encoding="utf-8")
    assert "14:00" in drawn and picture.stat().st_mode & 0o777 == 0o600
    assert "cdnjs" not in drawn and "@font-face" not in drawn
