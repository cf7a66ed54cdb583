"""The form for a verified answer: what its passage does not bear does not stand."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from assistant.frontends.tui.app import AssistantApp
from assistant.frontends.tui.screens.gap import GapScreen
from tests.frontends.tui.screens.test_gaps import VAIN, shop
from tests.frontends.tui.support import PASSPHRASE, driven, shown, until


@pytest.mark.weights
def test_an_answer_that_its_passage_does_not_bear_is_refused(
    site: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_MODELS", str(models))
    shop(site, "supervisor")

    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await pilot.press(*PASSPHRASE, "enter")
        await until(pilot, lambda: app.chat is not None and not app.chat._loading, seconds=60)
        app.session.assistant.ingest([site / "range.md"], labels=frozenset({"public"}))
        app.session.assistant.ask(VAIN[0])
        await pilot.press("alt+g")
        await until(pilot, lambda: "1 questions" in shown(app), seconds=30)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, GapScreen) and "come close" in shown(app), seconds=30)
        app.screen.query_one("#text", Input).value = "Chairs cost 99 euro."
        app.screen.query_one("#text", Input).focus()
        await pilot.press("enter")
        await until(pilot, lambda: "ERROR" in shown(app), seconds=30)
        assert isinstance(app.screen, GapScreen) and app.screen.query_one("#near", OptionList).option_count

    driven(Path("vault"), steps, size=(120, 50), engine="extractive")
