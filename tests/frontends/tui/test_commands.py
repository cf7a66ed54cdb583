"""Lines with a slash, as typed."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from assistant.frontends.tui.app import AssistantApp
from assistant.frontends.tui.screens.policy import PolicyScreen
from assistant.frontends.tui.screens.source import SourceScreen
from assistant.frontends.tui.widgets.exchange import Exchange
from tests.frontends.tui.support import QUESTION, QUOTE, answered, driven, opened, shown, until


def test_a_source_is_opened_by_the_number_that_is_shown(ward: str) -> None:
    kept = answered(ward)
    kept["citations"][0]["n"] = 4
    kept["answer"] = f"{QUOTE} [4]"

    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        assert app.chat is not None
        await app.chat.remember(QUESTION, kept)
        await pilot.pause()
        assert f"{QUOTE} [1]" in " ".join(shown(app).split()) and "[4]" not in shown(app)
        await pilot.press(*"/source 4", "enter")
        await until(pilot, lambda: "no such source" in shown(app))
        await pilot.press(*"/source 1", "enter")
        await until(pilot, lambda: isinstance(app.screen, SourceScreen) and f"> {QUOTE}" in shown(app))

    driven(Path("vault"), steps)


def test_a_line_is_an_action_and_never_a_question(ward: str) -> None:
    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        await pilot.press(*"/nonsense", "enter")
        await until(pilot, lambda: "no command /nonsense" in shown(app))
        await pilot.press(*"/policy", "enter")
        await until(pilot, lambda: isinstance(app.screen, PolicyScreen))
        await pilot.press("escape")
        await pilot.press(*"/new", "enter")
        await until(pilot, lambda: "a new conversation" in shown(app))
        assert not app.screen.query(Exchange)

    driven(Path("vault"), steps, size=(120, 40))
