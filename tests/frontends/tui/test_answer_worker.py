from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

from assistant.errors import LockedError, ModelError
from assistant.frontends.tui.answer_worker import AnswerEvent, AnswerWorker, Began, Failed, Loading, Note, Ready


class Session:
    """A session whose answers are written down."""

    def __init__(self, answers: dict[str, list[Any]], trouble: Exception | None = None) -> None:
        self.answers, self.trouble = answers, trouble
        self.finished: list[str] = []

    def load(self, report: Callable[[str], None]) -> str:
        report("loading models (1 of 3): checks")
        if self.trouble is not None:
            raise self.trouble
        return "ready"

    def ask(self, question: str) -> Iterator[Any]:
        for event in self.answers[question]:
            if isinstance(event, Exception):
                raise event
            yield event
        self.finished.append(question)


def notes(session: Session, *questions: str, until: int) -> list[Note]:
    """What the worker tells, to that many notes."""
    told: list[Note] = []
    enough = threading.Event()

    def tell(note: Note) -> None:
        told.append(note)
        if len(told) >= until:
            enough.set()

    worker = AnswerWorker(session, tell)  # type: ignore[arg-type]
    thread = threading.Thread(target=worker.run)
    thread.start()
    for question in questions:
        worker.submit(question)
    assert enough.wait(20)
    worker.close()
    thread.join(20)
    assert not thread.is_alive()
    return told


def test_models_first_then_the_questions_in_their_order() -> None:
    told = notes(Session({"one": ["a", "b"], "two": ["c"]}), "one", "two", until=7)
    assert told == [
        Loading("loading models (1 of 3): checks"), Ready("ready"), Began(1), AnswerEvent(1, "a"), AnswerEvent(1, "b"), Began(2),
        AnswerEvent(2, "c"),
    ]  # fmt: skip


def test_models_that_cannot_be_loaded_are_told_and_questions_still_get_their_answer() -> None:
    told = notes(Session({"one": ["a"]}, ModelError("no writer", remedy="pull it")), "one", until=4)
    assert isinstance(told[1], Ready) and told[1].trouble is not None and "no writer" in str(told[1].trouble)
    assert told[2:] == [Began(1), AnswerEvent(1, "a")]


def test_a_question_that_fails_is_told_in_words_and_the_next_is_answered() -> None:
    session = Session(
        {
            "one": ["a", LockedError("the vault is closed", remedy="open it")],
            "two": [ValueError("Grace")],
            "three": ["c"],
        }
    )
    told = notes(session, "one", "two", "three", until=9)
    failed = [note for note in told if isinstance(note, Failed)]
    assert [note.number for note in failed] == [1, 2]
    assert "the vault is closed" in str(failed[0].trouble) and "Grace" not in str(failed[1].trouble)
    assert told[-1] == AnswerEvent(3, "c")


def test_after_its_end_nothing_is_told_and_what_waits_is_dropped_but_the_answer_in_hand_is_drained() -> None:
    go, session = threading.Event(), Session({"one": ["a", "b"], "two": ["c"]})
    told: list[Note] = []

    def tell(note: Note) -> None:
        told.append(note)
        if isinstance(note, AnswerEvent):
            worker.close()
            go.set()

    worker = AnswerWorker(session, tell)  # type: ignore[arg-type]
    worker.submit("one")
    worker.submit("two")
    worker.run()
    assert go.is_set()
    assert told[-1] == AnswerEvent(1, "a") and Began(2) not in told
    assert session.finished == ["one"], "its record is written with the last event"
