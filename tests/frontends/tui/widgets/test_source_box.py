from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from textual.pilot import Pilot

from assistant.frontends.tui.app import AssistantApp
from assistant.frontends.tui.history import past_answer
from assistant.frontends.tui.widgets.source_box import SourceBox
from tests.frontends.tui.support import QUESTION, QUOTE, answered, driven, opened, shown, until


def test_a_quote_that_a_check_mended_says_so_and_what_was_closed_meanwhile_stays_closed(ward: str) -> None:
    (cited,) = past_answer(answered(ward)).citations

    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        box = SourceBox()
        await app.screen.mount(box)
        box.show(cited, of=QUESTION)
        await until(pilot, lambda: "the quote is marked by > and by colour" in shown(app))
        assert box.document is not None and f"to: {QUESTION}" in " ".join(shown(app).split())
        box.show(replace(cited, quote="Visiting hours of [WARD] begin at 14:00."))
        await until(pilot, lambda: "were mended by a check" in shown(app))
        assert f"> {QUOTE}" in shown(app), "the stored words stand marked in their place"
        box.show(cited)
        box.clear()
        await pilot.pause(0.3)
        assert box.document is None and QUOTE not in shown(app), "an answer to what was closed opens nothing"

    driven(Path("vault"), steps, size=(100, 50))
