"""Earlier conversations of the person who asks, where the policy keeps them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.errors import AssistantError

if TYPE_CHECKING:
    from assistant.facade import Assistant, Conversation
    from assistant.vault.records import StoredTurn


@dataclass(frozen=True, slots=True)
class PastTurn:
    """A kept question with its released answer in the plain form of `ask --json`."""

    conversation_id: str
    at: str
    question: str
    answer: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """A kept conversation: when it began, its first question, how many turns it has."""

    id: str
    at: str
    question: str
    turns: int


def conversations(assistant: Assistant, search: str = "") -> list[ConversationSummary]:
    """The person's own conversations, newest first; with `search` those in which question or answer holds it."""
    vault = assistant.vault
    wanted = {turn.conversation_id for turn in vault.search_conversations(search)} if search else None
    found = []
    for info in vault.conversations():
        if info.turns == 0 or (wanted is not None and info.id not in wanted):
            continue
        mine = turns_of(assistant, info.id)
        if mine:
            found.append(ConversationSummary(info.id, info.started_at, mine[0].question, len(mine)))
    return found


def turns_of(assistant: Assistant, conversation_id: str) -> list[PastTurn]:
    """The turns of a conversation that this person asked and whose sources this person may still see."""
    return list(_own(assistant, assistant.vault.conversation(conversation_id)))


def reopened(assistant: Assistant, conversation_id: str) -> Conversation:
    """The conversation to go on with, holding as many turns as the policy lets the model remember."""
    from assistant.facade import Conversation
    from assistant.types import Turn

    kept = assistant.gate.policy.history.turns
    turns = [Turn(turn.question, str(turn.answer.get("answer", ""))) for turn in turns_of(assistant, conversation_id)]
    return Conversation(conversation_id, turns[-kept:] if kept else [])


def _own(assistant: Assistant, turns: Iterable[StoredTurn]) -> Iterable[PastTurn]:
    visible = {info.id for info in assistant.documents()}
    for turn in turns:
        answer = json.loads(turn.answer)
        cited = {citation["document_id"] for key in ("citations", "related") for citation in answer.get(key, ())}
        # Who asked stands in the audit record; without one nobody can say whose it is, so nobody sees it.
        if cited <= visible and _asked_by(assistant, answer.get("audit_id", "")) == assistant.principal.name:
            yield PastTurn(turn.conversation_id, turn.at, turn.question, answer)


def _asked_by(assistant: Assistant, audit_id: str) -> str:
    try:
        return str(assistant.vault.audit.record(audit_id).record.get("principal", ""))
    except AssistantError:
        return ""
