"""Conversations of widget visitors: each belongs to one token's session and to nobody else."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from assistant.facade import Conversation
from assistant.types import Answer, Citation

if TYPE_CHECKING:
    from assistant.facade import Assistant

# Answers of a session whose citations can be opened and that can be rated; older ones are forgotten.
_ANSWERS: Final = 20


@dataclass(slots=True)
class Session:
    """One visitor's conversation and the answers given in it."""

    conversation: Conversation = field(default_factory=Conversation)
    answers: OrderedDict[str, Answer] = field(default_factory=OrderedDict)
    used: float = 0.0

    def keep(self, answer: Answer) -> None:
        """Remember an answer for as long as its citations may be opened."""
        self.answers[answer.audit_id] = answer
        while len(self.answers) > _ANSWERS:
            self.answers.popitem(last=False)

    def citation(self, audit_id: str, start: int, end: int) -> tuple[Answer, Citation] | None:
        """A citation or related passage of one of the session's answers."""
        answer = self.answers.get(audit_id)
        if answer is None:
            return None
        found = (c for c in (*answer.citations, *answer.related) if (c.start, c.end) == (start, end))
        return next(((answer, citation) for citation in found), None)


class Sessions:
    """All sessions; idle ones and the oldest beyond the bound are ended. Belongs to the event loop."""

    def __init__(
        self,
        assistant: Assistant,
        *,
        most: int,
        idle: float,
        busy: Callable[[str], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.assistant, self._most, self._idle, self._busy, self._clock = assistant, most, idle, busy, clock
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._ending: set[asyncio.Future[Any]] = set()

    def __len__(self) -> int:
        return len(self._sessions)

    def get(self, client: str) -> Session:
        """The session of a client, begun where there is none."""
        session = self._sessions.pop(client, None) or Session()
        session.used = self._clock()
        self._sessions[client] = session
        self.sweep()
        return session

    def find(self, client: str) -> Session | None:
        """The session of a client, if there is one."""
        return self._sessions.get(client)

    def end(self, client: str) -> None:
        """End a session: its history goes, and what the vault kept of it where the policy says so."""
        session = self._sessions.pop(client, None)
        if session is not None:
            loop = asyncio.get_running_loop()
            ending = loop.run_in_executor(None, self.assistant.end, session.conversation)
            self._ending.add(ending)
            ending.add_done_callback(self._ended)

    def sweep(self) -> None:
        """End what is idle or too much, but for sessions with a question on its way."""
        now = self._clock()
        for client, session in list(self._sessions.items()):
            if now - session.used < self._idle and len(self._sessions) <= self._most:
                return
            if not self._busy(client):
                self.end(client)

    async def shut(self) -> None:
        """End all."""
        for client in list(self._sessions):
            self.end(client)
        if self._ending:
            await asyncio.wait(set(self._ending))

    def _ended(self, ending: asyncio.Future[Any]) -> None:
        self._ending.discard(ending)
        # Read, so that a vault that is busy or closed is not reported as an error that nobody looked at.
        if not ending.cancelled():
            ending.exception()
