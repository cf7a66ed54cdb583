"""The worker's thread over a real session: an answer stopped in the middle, the next one whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.frontends.opening import Opening
from assistant.frontends.tui.answer_worker import AnswerEvent, AnswerWorker, Doing, Note, Stopped
from assistant.frontends.tui.session import Session
from assistant.vault import Secret
from tests.frontends.tui.support import PASSPHRASE, QUESTION, QUOTE


@pytest.mark.weights
@pytest.mark.parametrize("at", ["search", "judge", "release"])
def test_a_question_stops_at_its_next_stage_and_leaves_a_record(
    models: Path, ward: str, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    monkeypatch.setenv("ASSISTANT_MODELS", str(models))
    session, notes = Session(Opening(Path("vault"), engine="extractive")), list[Note]()
    session.unlock(Secret.passphrase(PASSPHRASE))

    def told(note: Note) -> None:
        notes.append(note)
        if isinstance(note, Doing) and note.number == 1 and note.stage == at:
            desk.stop(1)
        if isinstance(note, AnswerEvent) and note.number == 2 and hasattr(note.event, "answer"):
            desk.close()

    desk = AnswerWorker(session, told)
    desk.submit(QUESTION)
    desk.submit(QUESTION)
    desk.run()
    first = [note for note in notes if getattr(note, "number", 0) == 1]
    assert isinstance(first[-1], Stopped) and not any(isinstance(note, AnswerEvent) for note in first)
    answers = [note.event.answer for note in notes if isinstance(note, AnswerEvent) and hasattr(note.event, "answer")]
    assert [answer.answer for answer in answers] == [f"{QUOTE} [1]"]
    assert len(session.current().turns) == 1, "what was stopped is no part of the talk"
    session.lock()


def test_a_question_stopped_before_its_turn_is_never_begun(ward: str) -> None:
    session, notes = Session(Opening(Path("vault"))), list[Note]()
    session.unlock(Secret.passphrase(PASSPHRASE))

    def told(note: Note) -> None:
        notes.append(note)
        if isinstance(note, Stopped):
            desk.close()

    desk = AnswerWorker(session, told)
    desk.stop(desk.submit(QUESTION))
    desk.run()
    mine = [note for note in notes if getattr(note, "number", 0) == 1]
    assert mine == [Stopped(1)]
    session.lock()
