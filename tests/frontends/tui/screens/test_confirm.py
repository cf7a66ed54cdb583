from __future__ import annotations

import pytest
from textual.pilot import Pilot

from assistant.frontends.tui.screens.confirm import ConfirmScreen
from tests.frontends.tui.support import Stage, shown, staged


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (["y"], True),
        (["n"], False),
        (["escape"], False),
        (["enter"], False),
        (["tab", "enter"], True),
        (["x", "space", "n"], False),
    ],
)
def test_only_a_plain_yes_is_one(keys: list[str], answer: bool) -> None:
    answers: list[bool | None] = []

    async def steps(pilot: Pilot[int], stage: Stage) -> None:
        await stage.push_screen(ConfirmScreen("Erase [b]this[/b]?", "Erase"), answers.append)
        await pilot.pause()
        assert "Erase [b]this[/b]?" in shown(stage) and "Erase (Y)" in shown(stage)
        await pilot.press(*keys)
        await pilot.pause()

    staged(steps, size=(60, 12))
    assert answers == [answer]
