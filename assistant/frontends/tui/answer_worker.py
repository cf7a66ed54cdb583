"""The desk: one thread that loads the models and then answers questions in the order in which they were put."""

from __future__ import annotations

import queue
from collections.abc import Callable
from contextlib import closing
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
class Doing:
    """A stage of the answer to a question begins."""

    number: int
    stage: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """A question was given up by the one who asked; nothing of it was released."""

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


Note = Loading | Ready | Began | Doing | AnswerEvent | Stopped | Failed


class _GivenUp(Exception):
    """Raised inside an answer that its asker stopped; its class is what the audit record tells."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in the queue. `as_typed`: no word of it is taken for a misspelt one."""

    number: int
    question: str
    as_typed: bool = False


class AnswerWorker:
    """Questions in, notes out. `run` is the body of a thread; `tell` is called in it."""

    def __init__(self, session: Session, tell: Callable[[Note], None]) -> None:
        self._session, self._tell = session, tell
        self._questions: queue.SimpleQueue[Asked | None] = queue.SimpleQueue()
        self._count = 0
        self._closed = False
        self._given_up: set[int] = set()

    def submit(self, question: str, *, as_typed: bool = False) -> int:
        """Queue a question; its number."""
        self._count += 1
        self._questions.put(Asked(self._count, question, as_typed))
        return self._count

    def stop(self, number: int) -> None:
        """Give a question up: before its turn, or at the next sentence or stage of its answer."""
        self._given_up.add(number)

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
                self._answer(item)

    def _load(self) -> None:
        try:
            self._note(Ready(self._session.load(lambda text: self._note(Loading(text)))))
        except Exception as error:  # noqa: BLE001 - told in words; each question tells it again
            self._note(Ready("", explained(error)))

    def _answer(self, asked: Asked) -> None:
        number = asked.number
        if number in self._given_up:
            self._note(Stopped(number))
            return
        self._note(Began(number))
        try:
            events = self._session.ask(asked.question, as_typed=asked.as_typed, stage=lambda s: self._stage(number, s))
            with closing(events):
                # Drained to the end where nobody watches any more: the audit record is written with the last event.
                for event in events:
                    if not hasattr(event, "answer"):  # the sealed answer is recorded, and stays
                        self._ended(number)
                    self._note(AnswerEvent(number, event))
        except _GivenUp:
            self._note(Stopped(number))
        except AssistantError as error:
            self._note(Failed(number, explained(error)))
        except Exception as error:  # noqa: BLE001 - a thread has nobody above it to tell
            self._note(Failed(number, explained(error)))

    def _stage(self, number: int, stage: str) -> None:
        # Before the first check nothing is recorded that could be broken off.
        if stage != "admit":
            self._ended(number)
        self._note(Doing(number, stage))

    def _ended(self, number: int) -> None:
        if number in self._given_up:
            raise _GivenUp

    def _note(self, note: Note) -> None:
        if not self._closed:
            self._tell(note)
