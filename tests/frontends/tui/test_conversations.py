"""Whose conversation it is, and what is shown of it once a source may not be seen any more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.facade import Assistant
from assistant.frontends.tui.conversations import conversations, reopened, turns_of
from assistant.types import Principal
from assistant.vault import Secret, Vault
from assistant.wiring import assemble
from tests.frontends.tui.support import PASSPHRASE, QUESTION, answered, make_vault


@pytest.fixture
def wards(tmp_path: Path) -> Iterator[tuple[Assistant, str]]:
    document = make_vault(tmp_path / "vault")
    made = assemble(Vault.open(tmp_path / "vault", Secret.passphrase(PASSPHRASE)), engine="extractive")
    yield made, document
    made.close()


def keep(assistant: Assistant, document: str, *questions: str, by: str = "local", **changed: Any) -> str:
    """A conversation as `ask` keeps one: each turn with the record of who asked."""
    talk = assistant.vault.start_conversation()
    for question in questions:
        record = assistant.vault.audit.append("answer", {"principal": by})
        assistant.vault.add_turn(talk, question, answered(document) | {"audit_id": record} | changed)
    return talk


def test_the_newest_comes_first_with_its_first_question(wards: tuple[Assistant, str]) -> None:
    assistant, document = wards
    older, newer = keep(assistant, document, "One?"), keep(assistant, document, "Two?", "Three?")
    assert [(c.id, c.question, c.turns) for c in conversations(assistant)] == [(newer, "Two?", 2), (older, "One?", 1)]


def test_what_somebody_else_asked_or_nobody_can_be_named_for_is_not_shown(wards: tuple[Assistant, str]) -> None:
    assistant, document = wards
    keep(assistant, document, "Hers?", by="ann")
    unknown = assistant.vault.start_conversation()
    assistant.vault.add_turn(unknown, "Whose?", answered(document) | {"audit_id": "a99-000000000000"})
    assistant.vault.start_conversation("nothing was asked in it")
    assert conversations(assistant) == [] and turns_of(assistant, unknown) == []
    ann = Assistant(assistant.parts, Principal("ann", assistant.principal.roles))
    assert [c.question for c in conversations(ann)] == ["Hers?"]


def test_a_turn_whose_source_may_not_be_seen_is_left_out_and_the_others_stay(wards: tuple[Assistant, str]) -> None:
    assistant, document = wards
    talk = keep(assistant, document, QUESTION)
    record = assistant.vault.audit.append("answer", {"principal": "local"})
    assistant.vault.add_turn(talk, "And ward nine?", answered("another-document") | {"audit_id": record})
    assert [turn.question for turn in turns_of(assistant, talk)] == [QUESTION]
    blind = Assistant(assistant.parts, Principal("local", frozenset()))
    assert turns_of(blind, talk) == [] and conversations(blind) == []


def test_a_search_finds_by_question_and_by_answer(wards: tuple[Assistant, str]) -> None:
    assistant, document = wards
    keep(assistant, document, "Where is the 100%_car park?")
    keep(assistant, document, "And the garden?", answer="It opens at noon.")
    assert [c.question for c in conversations(assistant, "100%_car")] == ["Where is the 100%_car park?"]
    assert [c.question for c in conversations(assistant, "noon")] == ["And the garden?"]
    assert conversations(assistant, "helicopter") == []


def test_as_many_turns_are_remembered_as_the_policy_lets_the_model(wards: tuple[Assistant, str]) -> None:
    assistant, document = wards
    kept = assistant.gate.policy.history.turns
    talk = keep(assistant, document, *(f"Question {n}?" for n in range(kept + 2)))
    again = reopened(assistant, talk)
    assert again.id == talk
    assert [turn.question for turn in again.turns] == [f"Question {n}?" for n in range(2, kept + 2)]
    assert len(turns_of(assistant, talk)) == kept + 2, "read they are all"
