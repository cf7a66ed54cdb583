"""Each action without an answer to act on, and with one."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from assistant.frontends.tui.actions import ACTIONS
from assistant.frontends.tui.app import AssistantApp
from assistant.frontends.tui.keys import KEYS
from assistant.frontends.tui.screens.chat import ChatScreen
from assistant.frontends.tui.screens.why import WhyScreen
from tests.frontends.tui.support import QUESTION, QUOTE, answered, driven, opened, shown, until


def test_every_key_has_its_action_and_every_action_a_key() -> None:
    assert set(ACTIONS) == set(KEYS)


def test_what_needs_an_answer_says_that_there_is_none(ward: str) -> None:
    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        for name, words in (
            ("source", "no answer with a source yet"),
            ("why", "no answer yet"),
            ("hidden", "no answer yet"),
            ("copy", "no answer to copy yet"),
            ("as_typed", "no question yet"),
            ("correct", "no question yet"),
        ):
            await ACTIONS[name](app)
            await pilot.pause()
            assert isinstance(app.screen, ChatScreen) and words in shown(app), name

    driven(Path("vault"), steps)


def test_an_answer_is_copied_with_its_source_explained_and_its_question_taken_up_again(ward: str) -> None:
    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        assert app.chat is not None
        await app.chat.remember(QUESTION, answered(ward))
        await ACTIONS["copy"](app)
        assert app.clipboard == f'{QUOTE} [1]\n[1] Ward seven: "{QUOTE}"'
        await ACTIONS["correct"](app)
        assert app.chat.box.text == QUESTION
        await ACTIONS["why"](app)
        await until(pilot, lambda: isinstance(app.screen, WhyScreen))
        await ACTIONS["new"](app)
        await pilot.pause()
        assert isinstance(app.screen, ChatScreen) and app.chat.last is None and "a new conversation" in shown(app)

    driven(Path("vault"), steps, size=(100, 40))
