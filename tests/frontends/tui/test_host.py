"""What screens know of the application is what the application is."""

from __future__ import annotations

import inspect
from pathlib import Path

from textual.pilot import Pilot

from assistant.frontends.tui.app import AssistantApp
from assistant.frontends.tui.host import Host, Talk, host
from assistant.frontends.tui.screens.chat import ChatScreen
from assistant.frontends.tui.widgets.lines import KeyHints
from tests.frontends.tui.support import driven, opened


def named(protocol: type) -> set[str]:
    """What a protocol asks for: its methods, properties and annotated values."""
    methods = {name for name in vars(protocol) if not name.startswith("_")}
    return methods | set(protocol.__annotations__)


def test_every_node_leads_to_the_application_which_has_all_that_is_asked_of_a_host(ward: str) -> None:
    async def steps(pilot: Pilot[int], app: AssistantApp) -> None:
        assert host(app.screen) is app and host(app.screen.query_one(KeyHints)) is app
        assert len(named(Host)) > 20
        assert {name for name in named(Host) if not hasattr(app, name)} == set()
        await opened(pilot)
        assert app.chat is not None
        assert {name for name in named(Talk) if not hasattr(app.chat, name)} == set()

    driven(Path("vault"), steps)


def test_what_is_awaited_of_a_host_is_awaitable_in_the_application() -> None:
    for protocol, real in ((Host, AssistantApp), (Talk, ChatScreen)):
        awaited = {n for n, f in vars(protocol).items() if inspect.iscoroutinefunction(f)}
        assert awaited
        assert {name for name in awaited if not inspect.iscoroutinefunction(getattr(real, name))} == set()
