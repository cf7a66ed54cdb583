"""A fair, bounded queue in front of the one engine: clients take turns, whoever asks much waits behind his own questions."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable
from typing import Final

# An answer's length of time before any was measured; afterwards an exponential mean over about ten answers.
_FIRST_GUESS_S: Final = 3.0
_WEIGHT: Final = 0.2
_LONGEST_RETRY_S: Final = 300


class Overloaded(Exception):
    """No place is free. `retry_after` seconds from now there should be one."""

    def __init__(self, retry_after: float) -> None:
        super().__init__("overloaded")
        self.retry_after = retry_after


class Place:
    """A place in the queue. `told` is called with every new position: 1 is next, 0 is now."""

    __slots__ = ("_turn", "alone", "client", "position", "told")

    def __init__(self, client: str, told: Callable[[int], None], *, alone: bool) -> None:
        self.client, self.told, self.alone = client, told, alone
        self.position = -1
        self._turn = asyncio.Event()

    async def turn(self) -> None:
        """Wait until it is this one's turn."""
        await self._turn.wait()

    def _move(self, position: int) -> None:
        if position != self.position:
            self.position = position
            self.told(position)
        if position == 0:
            self._turn.set()


class FairQueue:
    """`workers` at once, `max_waiting` behind them. Used from the event loop only, so it takes no lock."""

    def __init__(self, workers: int, max_waiting: int) -> None:
        self._workers, self._max_waiting = workers, max_waiting
        self._turns: deque[str] = deque()
        self._waiting: dict[str, deque[Place]] = {}
        self._running: list[Place] = []
        self._mean = _FIRST_GUESS_S

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(len(places) for places in self._waiting.values())

    @property
    def running(self) -> int:
        """How many are being answered."""
        return len(self._running)

    @property
    def retry_after(self) -> float:
        """Seconds until a quarter of those who wait should be through, at the mean speed of late: then there is room."""
        rounds = math.ceil((self.waiting + 1) / self._workers)
        return float(min(_LONGEST_RETRY_S, max(1, math.ceil(rounds * self._mean / 4))))

    def join(self, client: str, told: Callable[[int], None], *, most: int, alone: bool = True) -> Place:
        """Take a place. Raises Overloaded where the queue is full or the client has `most` waiting already.

        `alone`: two questions of this client are never answered at once (they are turns of one conversation).
        """
        mine = self._waiting.get(client)
        idle = len(self._running) < self._workers
        if (not idle and self.waiting >= self._max_waiting) or (mine is not None and len(mine) >= most):
            raise Overloaded(self.retry_after)
        place = Place(client, told, alone=alone)
        if mine is None:
            mine = self._waiting[client] = deque()
            self._turns.append(client)
        mine.append(place)
        self._advance()
        return place

    def leave(self, place: Place, seconds: float | None = None) -> None:
        """Give the place up, done or not; `seconds` is how long the answer took. Safe to call twice."""
        if place in self._running:
            self._running.remove(place)
            if seconds is not None:
                self._mean += _WEIGHT * (seconds - self._mean)
        elif place in (mine := self._waiting.get(place.client, deque())):
            mine.remove(place)
            self._forget(place.client)
        self._advance()

    def _advance(self) -> None:
        while len(self._running) < self._workers and (place := self._next()) is not None:
            self._running.append(place)
            place._move(0)
        for position, place in enumerate(self._order(), 1):
            place._move(position)

    def _next(self) -> Place | None:
        """The oldest place of the client whose turn it is."""
        busy = {place.client for place in self._running if place.alone}
        for client in list(self._turns):
            if client in busy:
                continue
            place = self._waiting[client].popleft()
            self._turns.remove(client)
            self._turns.append(client)
            self._forget(client)
            return place
        return None

    def _forget(self, client: str) -> None:
        if not self._waiting.get(client):
            self._waiting.pop(client, None)
            if client in self._turns:
                self._turns.remove(client)

    def _order(self) -> list[Place]:
        """Who comes when, as it stands: one of each client in turn, round after round."""
        lines = [list(self._waiting[client]) for client in self._turns]
        return [line[n] for n in range(max(map(len, lines), default=0)) for line in lines if n < len(line)]
