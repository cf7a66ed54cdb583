from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from assistant.frontends.tui.app import AssistantApp
from assistant.frontends.tui.messages import Later
from tests.frontends.tui.support import driven


def test_what_a_thread_posted_before_a_lock_is_dropped_after_it(ward: str) -> None:
    done: list[str] = []

    async def awaited() -> None:
        done.append("awaited")

    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        before = app.era
        app.post_message(Later(lambda: done.append("now"), before))
        app.post_message(Later(awaited, before))
        await pilot.pause()
        assert done == ["now", "awaited"]
        app.era += 1
        app.post_message(Later(lambda: done.append("too late"), before))
        app.post_message(Later(lambda: done.append("after it"), app.era))
        await pilot.pause()
        assert done == ["now", "awaited", "after it"]

    driven(Path("vault"), steps)
