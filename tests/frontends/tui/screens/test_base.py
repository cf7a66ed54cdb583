from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.pilot import Pilot

from assistant.frontends.tui.app import AssistantApp
from assistant.frontends.tui.error_text import Trouble
from assistant.frontends.tui.screens.base import Hint, Reading
from assistant.frontends.tui.widgets.plain import Plain
from tests.frontends.tui.support import driven, shown


class Sheet(Reading):
    name_shown = "A sheet"
    app_keys: ClassVar[tuple[str, ...]] = ("help",)
    own_keys: ClassVar[tuple[Hint, ...]] = (("Esc", "Back", "screen.back"), ("X", "Something", "screen.something"))

    def body(self) -> ComposeResult:
        yield Plain("the body")

    def begin(self) -> None:
        self.tell("begun")


def test_a_page_has_a_banner_its_body_a_status_line_and_its_keys_and_escape_leaves_it(ward: str) -> None:
    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        locked, sheet = app.screen, Sheet()
        await app.push_screen(sheet)
        await pilot.pause()
        text = shown(app)
        assert text.split() == "A sheet vault locked the body begun Esc Back X Something F1 Help".split()
        sheet.trouble(Trouble("[b]it broke[/b]", "mend it"))
        await pilot.pause()
        assert "ERROR  [b]it broke[/b]. Remedy: mend it" in shown(app)
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert "vault locked" in shown(app).splitlines()[0], "the banner spans the new width"
        await pilot.press("escape")
        assert app.screen is locked

    driven(Path("vault"), steps)
