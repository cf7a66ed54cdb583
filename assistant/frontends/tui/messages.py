"""What threads post to the application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual.message import Message


class Later(Message):
    """Something to be done in the application's own thread; dropped where the vault was locked since."""

    def __init__(self, call: Callable[[], Awaitable[None] | None], era: int) -> None:
        super().__init__()
        self.call, self.era = call, era
