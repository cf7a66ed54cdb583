"""Progress as lines, for whoever reads a pipe: the screens and the admin page, which run a command beside them."""

from __future__ import annotations

import time
from collections.abc import Callable


class ProgressLines:
    """A `protocols.Progress` that says how far a step is and how long it will take, at most once in `every_s` seconds."""

    def __init__(self, say: Callable[[str], None], *, every_s: float = 10.0) -> None:
        self._say, self._every = say, every_s
        self._total, self._first, self._began = -1, 0, 0.0
        self._said = time.monotonic()

    def __call__(self, done: int, total: int, what: str) -> None:  # noqa: ARG002 - the protocol names it
        """`what` names the item at hand and is left out: it may be a text."""
        now = time.monotonic()
        if total != self._total or done < self._first:
            # Another step: its pace is its own.
            self._total, self._first, self._began = total, done, now
        if now - self._said >= self._every and total > 0:
            self._said = now
            self._say(f"{done} of {total}{self._left(done, now)}")

    def _left(self, done: int, now: float) -> str:
        if done <= self._first:
            return ""
        seconds = (self._total - done) * (now - self._began) / (done - self._first)
        return f", {seconds / 60:.0f} min left" if seconds >= 90 else f", {seconds:.0f} s left"
