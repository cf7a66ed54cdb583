from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from assistant.frontends.tui.app import AssistantApp
from assistant.frontends.tui.screens.chat import ChatScreen
from assistant.frontends.tui.screens.models import QUOTES_ONLY, ModelsScreen
from assistant.models.catalog import states
from tests.frontends.tui.support import driven, opened, shown, until


def test_what_is_missing_or_does_not_write_is_not_taken_and_quotes_are_always_there(ward: str) -> None:
    roles = [state.entry.role for state in states()]

    async def choose(pilot: Pilot[int], row: int) -> None:
        await pilot.press(*["up"] * (len(roles) + 1), *["down"] * row, "enter")
        await pilot.pause()

    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        await app.action_act("models")
        await until(pilot, lambda: QUOTES_ONLY in shown(app))
        assert "not installed" in shown(app) and "installed " not in shown(app).replace("not installed", "")
        await choose(pilot, next(n for n, role in enumerate(roles) if role != "writer"))
        assert "does not write" in shown(app)
        await choose(pilot, roles.index("writer"))
        assert "ERROR" in shown(app) and "assistant models pull" in " ".join(shown(app).split())
        assert isinstance(app.screen, ModelsScreen) and app.session.engine != "extractive"
        await choose(pilot, len(roles))
        await until(pilot, lambda: isinstance(app.screen, ChatScreen))
        assert app.session.engine == "extractive" and app.session.model is None

    driven(Path("vault"), steps, size=(120, 60))


@pytest.mark.weights
def test_a_verified_writer_is_marked_and_taken_into_use(
    models: Path, ward: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_MODELS", str(models))

    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        await opened(pilot)
        await app.action_act("models")
        await until(pilot, lambda: f"* {QUOTES_ONLY}" in shown(app), seconds=60)
        writer = next(s.entry.name for s in app.screen._found if s.entry.role == "writer" and s.verified)  # type: ignore[attr-defined]
        app.screen._use(writer)  # type: ignore[attr-defined]
        await until(pilot, lambda: isinstance(app.screen, ChatScreen))
        assert (app.session.engine, app.session.model) == ("llamacpp", writer)

    driven(Path("vault"), steps, size=(120, 60), engine="extractive")
