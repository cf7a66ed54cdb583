"""The asker reads the name that was typed; model, history, audit and every other text keep the stand-in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.asking.reidentification import Reidentification
from assistant.facade import Assistant, Conversation, Finished, Released
from assistant.frontends.web import events
from assistant.types import Document
from assistant.vault import KdfCost, Secret
from assistant.wiring import assemble, create_vault

NAME = "Grace Whitcombe"
NOTE = f"Patient {NAME} was seen on ward seven. {NAME} was given Oramorph 5 mg at noon."
QUESTION = f"What was {NAME} given at noon?"


@pytest.fixture
def hospital(tmp_path: Path, models: Path) -> Iterator[Assistant]:
    secret = Secret.passphrase("four quiet words here")
    vault = create_vault(tmp_path / "vault", secret, policy=None, domain="healthcare", kdf=KdfCost(1024, 1, 1))
    made = assemble(vault, engine="extractive")
    yield made
    made.close()


def _ask(
    assistant: Assistant, question: str, conversation: Conversation | None = None
) -> tuple[list[Released], Finished]:
    told = list(assistant.stream(question, conversation=conversation))
    assert isinstance(told[-1], Finished)
    return [event for event in told if isinstance(event, Released)], told[-1]


def test_the_asker_reads_what_was_typed_and_nothing_that_is_kept_holds_it(hospital: Assistant) -> None:
    talk = Conversation()
    _, finished = _ask(hospital, QUESTION, talk)
    assert finished.question == f"What was «{NAME}» given at noon?"
    assert NAME not in finished.answer.question
    assert "Whitcombe" not in json.dumps(finished.answer.as_json())
    assert "Whitcombe" not in repr((talk, finished)), "nor what a log would print"
    assert not any("Whitcombe" in f"{turn.question} {turn.answer}" for turn in talk.turns)
    assert "Whitcombe" not in repr(list(hospital.vault.audit.records()))
    assert "Whitcombe" not in json.dumps(hospital.vault.conversation(talk.id), default=str)


def test_the_web_shows_it_in_the_stream_and_in_the_answer(hospital: Assistant) -> None:
    _, finished = _ask(hospital, QUESTION)
    name, data = events.of(finished, public=True)
    assert name == "finished"
    assert data["answer"]["question"] == f"What was «{NAME}» given at noon?"


def test_a_follow_up_keeps_the_word_and_the_end_forgets_it(hospital: Assistant) -> None:
    talk = Conversation()
    _ask(hospital, QUESTION, talk)
    assert NAME in talk.own.values()
    hospital.end(talk)
    assert talk.own == {}


def test_nobody_elses_words_are_put_back(hospital: Assistant) -> None:
    """Another conversation has other stand-ins, and the first one's are nothing to it."""
    _ask(hospital, QUESTION, Conversation())
    _, finished = _ask(hospital, "What is given at noon?", Conversation())
    assert not finished.asked.typed
    assert "«" not in finished.shown


def test_a_released_sentence_is_shown_with_the_typed_name() -> None:
    own = Reidentification({"Ann Lee": NAME, "Ann": "Grace", "Lee": "Whitcombe"})
    event = Released("Ms. Lee is well, and Ann Lee sleeps; Annette leaves.", (), own)
    assert event.shown == f"Ms. «Whitcombe» is well, and «{NAME}» sleeps; Annette leaves."
    assert events.of(event)[1]["text"] == event.shown
    assert event.text.startswith("Ms. Lee")


def test_a_stand_in_that_a_cited_text_holds_by_itself_may_be_another_person(hospital: Assistant) -> None:
    """The note's own name is then nobody's that was typed: it is shown as it stands."""
    from assistant.asking.reidentification import sure
    from assistant.types import Citation

    hospital.ingest([Document("Rota", "Ann Lee is on call on Friday.", "g1")], labels=frozenset({"internal"}))
    (info,) = hospital.documents()
    cited = Citation(1, info.id, "Rota", "", "Ann Lee is on call on Friday.", 0, 29, 1.0)
    own = Reidentification({"Ann Lee": NAME, "Bea Moss": "Tomas Lindgren"})
    shown = sure(own, [cited], lambda document_id: hospital.vault.document(document_id).text)
    assert shown.typed == {"Bea Moss": "Tomas Lindgren"}
    gone = Citation(1, "0" * 32, "", "", "", 0, 0, 1.0)
    assert not sure(own, [gone], lambda document_id: hospital.vault.document(document_id).text).typed


def test_an_answer_about_the_typed_person_reads_with_the_typed_name(hospital: Assistant) -> None:
    """Given passages stand for a note of which the policy hides the name on its way to the answer."""
    hospital.ingest([Document("Note", NOTE, "n1")], labels=frozenset({"clinical"}))
    released, finished = _ask(hospital, QUESTION, Conversation())
    assert NAME not in finished.answer.answer
    assert not any(NAME in event.text for event in released)
