"""The desk: one thread that loads the models and then answers questions in the order in which they were put."""

from __future__ import annotations

import queue
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.errors import AssistantError
from assistant.frontends.tui.error_text import Trouble, explained

if TYPE_CHECKING:
    from assistant.facade import Event
    from assistant.frontends.tui.session import Session


@dataclass(frozen=True, slots=True)
class Loading:
    """A step of the loading of the models."""

    text: str


@dataclass(frozen=True, slots=True)
class Ready:
    """The models are loaded (or could not be: then `trouble` says why, and each question says it again)."""

    text: str
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Began:
    """A question left the queue."""

    number: int


@dataclass(frozen=True, slots=True)
class AnswerEvent:
    """An event of the answer to a question."""

    number: int
    event: Event


@dataclass(frozen=True, slots=True)
class Failed:
    """A question could not be answered for a reason outside the policy."""

    number: int
    trouble: Trouble


Note = Loading | Ready | Began | AnswerEvent | Failed


class AnswerWorker:
    """Questions in, notes out. `run` is the body of a thread; `tell` is called in it."""

    def __init__(self, session: Session, tell: Callable[[Note], None]) -> None:
        self._session, self._tell = session, tell
        self._questions: queue.SimpleQueue[tuple[int, str] | None] = queue.SimpleQueue()
        self._count = 0
        self._closed = False

    def submit(self, question: str) -> int:
        """Queue a question; its number."""
        self._count += 1
        self._questions.put((self._count, question))
        return self._count

    def close(self) -> None:
        """Let the thread end after the sentence in hand; questions that wait are dropped."""
        self._closed = True
        self._questions.put(None)

    def run(self) -> None:
        """Load the models, then answer until closed. Raises nothing."""
        self._load()
        while not self._closed:
            item = self._questions.get()
            if item is not None and not self._closed:
                self._answer(*item)

    def _load(self) -> None:
        try:
            self._note(Ready(self._session.load(lambda text: self._note(Loading(text)))))
        except Exception as error:  # noqa: BLE001 - told in words; each question tells it again
            self._note(Ready("", explained(error)))

    def _answer(self, number: int, question: str) -> None:
        self._note(Began(number))
        try:
            # Drained to the end even where nobody watches any more: the audit record is written with the last event.
            for event in self._session.ask(question):
                self._note(AnswerEvent(number, event))
        except AssistantError as error:
            self._note(Failed(number, explained(error)))
        except Exception as error:  # noqa: BLE001 - a thread has nobody above it to tell
            self._note(Failed(number, explained(error)))

    def _note(self, note: Note) -> None:
        if not self._closed:
            self._tell(note)
