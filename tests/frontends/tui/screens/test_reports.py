from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from assistant.config import reports_home
from assistant.frontends.tui.app import AssistantApp
from tests.frontends.tui.support import driven, opened, shown, until


def test_a_report_is_chosen_and_read_and_one_that_is_gone_is_told(ward: str) -> None:
    folder = reports_home()
    folder.mkdir(parents=True)
    (folder / "answers.md").write_text("# Precision [b]0.93[/b]\n")
    (folder / "redaction.json").write_text('{"recall": 0.98765}')

    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        await app.action_act("reports")
        await until(pilot, lambda: "2 reports, newest first" in shown(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: "Tab leads to the text" in shown(app))
        first = shown(app)
        await pilot.press("up", "enter")
        await until(pilot, lambda: shown(app) != first)
        both = first + shown(app)
        assert "# Precision [b]0.93[/b]" in both and "recall: 0.9877" in both
        for path in folder.iterdir():
            path.unlink()
        await pilot.press("enter")
        await until(pilot, lambda: "ERROR" in shown(app))

    driven(Path("vault"), steps, size=(100, 40))
