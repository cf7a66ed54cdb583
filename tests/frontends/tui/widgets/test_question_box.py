"""The question box in the app: pasted lines stay, what is typed ahead is a question of its own."""

from __future__ import annotations

from pathlib import Path

from textual import events
from textual.pilot import Pilot

from assistant.frontends.tui.app import AssistantApp
from assistant.frontends.tui.widgets.exchange import Exchange
from tests.frontends.tui.support import driven, opened, until


def test_pasted_lines_stay_and_ctrl_j_begins_a_line(ward: str) -> None:
    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        assert app.chat is not None
        app.post_message(events.Paste("one\ntwo\n[three]"))
        await pilot.pause()
        await pilot.press("ctrl+j", *"four")
        assert app.chat.box.text == "one\ntwo\n[three]\nfour"
        await pilot.press("enter")
        await until(pilot, lambda: len(app.screen.query(Exchange)) == 1)
        assert app.screen.query_one(Exchange).question == "one\ntwo\n[three]\nfour" and app.chat.box.text == ""

    driven(Path("vault"), steps, size=(100, 40))


def test_what_is_typed_while_a_question_is_taken_is_the_next_one(ward: str) -> None:
    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        assert app.chat is not None
        # All keys are in the queue before the first of them is handled: as somebody types ahead of a busy machine.
        for key in (*"one", "enter", *"two", "enter", *"three"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: len(app.screen.query(Exchange)) == 2 and app.chat.box.text == "three")  # type: ignore[union-attr]
        assert [exchange.question for exchange in app.screen.query(Exchange)] == ["one", "two"]

    driven(Path("vault"), steps, size=(100, 40))


def test_up_leaves_the_box_only_from_its_first_line(ward: str) -> None:
    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        from tests.frontends.tui.support import QUESTION, answered

        await opened(pilot)
        assert app.chat is not None
        await app.chat.remember(QUESTION, answered(ward))
        app.chat.box.put("one\ntwo")
        await pilot.press("up")
        assert app.focused is app.chat.box
        await pilot.press("up")
        await pilot.pause()
        assert app.focused is not app.chat.box

    driven(Path("vault"), steps, size=(100, 40))
