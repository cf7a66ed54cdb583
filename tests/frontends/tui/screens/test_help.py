from __future__ import annotations

from pathlib import Path

from textual.containers import VerticalScroll
from textual.pilot import Pilot

from assistant.frontends.tui.app import AssistantApp
from assistant.frontends.tui.keys import KEYS
from assistant.frontends.tui.screens.help import HelpScreen
from assistant.frontends.tui.settings import Settings
from assistant.frontends.tui.words import ACTIONS, STATUS
from tests.frontends.tui.support import driven, opened, shown


def test_it_tells_every_key_as_it_is_set_and_every_word_of_a_verdict(ward: str) -> None:
    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await app.push_screen(HelpScreen())
        await pilot.pause()
        text = " ".join(shown(app).split())
        assert {key.label for key in KEYS.values() if f" {key.label} " not in text} == set()
        assert {word for word, _ in STATUS.values() if word not in text} == set()
        assert {word for word in ACTIONS.values() if word not in text} == set()
        assert "F12 Lock" in text and "Ctrl+L" not in text, "a key of one's own stands in place of the shipped one"

    driven(Path("vault"), steps, size=(120, 120), settings=Settings(keys={"lock": "f12"}))


def test_on_a_small_screen_it_scrolls_by_the_arrow_keys(ward: str) -> None:
    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        await app.action_act("help")
        await pilot.pause()
        before = shown(app)
        await pilot.press("end")
        await pilot.pause()
        assert shown(app) != before and app.screen.query_one(VerticalScroll).scroll_offset.y > 0

    driven(Path("vault"), steps)
