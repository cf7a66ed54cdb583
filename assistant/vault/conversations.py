"""Conversations: turns with the released answers, and which documents each answer rests on."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping

from assistant.errors import UsageError
from assistant.vault.database import now
from assistant.vault.part import Part
from assistant.vault.records import ConversationInfo, StoredTurn


class Conversations(Part):
    """The conversations of a vault."""

    def start_conversation(self, title: str = "") -> str:
        """A new conversation; its id."""
        conversation_id = secrets.token_hex(12)
        with self._db.write() as cursor:
            cursor.execute("INSERT INTO conversations VALUES (?, ?, ?)", (conversation_id, title, now()))
        return conversation_id

    def add_turn(self, conversation_id: str, question: str, answer_json: str | Mapping[str, object]) -> int:
        """Keep a question and its released answer; the turn's id. Raises UsageError where the conversation is unknown.

        Every `document_id` in the answer ties the turn to that document: erasing the document erases the turn.
        """
        parsed = json.loads(answer_json) if isinstance(answer_json, str) else answer_json
        with self._db.write() as cursor:
            if not cursor.execute("SELECT 1 FROM conversations WHERE id = ?", (conversation_id,)).fetchall():
                raise UsageError("there is no such conversation", remedy="start one first")
            cursor.execute(
                "INSERT INTO turns(at, question, answer, conversation_id) VALUES (?,?,?,?)",
                (now(), question, json.dumps(parsed, ensure_ascii=False), conversation_id),
            )
            turn = int(cursor.lastrowid)
            cursor.executemany(
                "INSERT INTO turn_documents VALUES (?, ?)", ((turn, document) for document in set(_documents(parsed)))
            )
        return turn

    def conversation(self, conversation_id: str) -> list[StoredTurn]:
        """The turns of a conversation, oldest first. Raises UsageError where it is unknown."""
        with self._db.snapshot() as cursor:
            if not cursor.execute("SELECT 1 FROM conversations WHERE id = ?", (conversation_id,)).fetchall():
                raise UsageError("there is no such conversation", remedy="start one first")
            rows = cursor.execute(
                "SELECT id, conversation_id, at, question, answer FROM turns WHERE conversation_id = ? ORDER BY id",
                (conversation_id,),
            ).fetchall()
        return [StoredTurn(*row) for row in rows]

    def conversations(self) -> list[ConversationInfo]:
        """All conversations, newest first."""
        with self._db.read() as cursor:
            rows = cursor.execute(
                "SELECT c.id, c.title, c.started_at, (SELECT count(*) FROM turns t WHERE t.conversation_id = c.id) "
                "FROM conversations c ORDER BY c.rowid DESC"
            ).fetchall()
        return [ConversationInfo(*row) for row in rows]

    def delete_conversation(self, conversation_id: str) -> int:
        """Erase a conversation and the pseudonyms made for it; how many turns went."""
        with self._db.write() as cursor:
            turns = cursor.execute("DELETE FROM turns WHERE conversation_id = ?", (conversation_id,)).rowcount
            cursor.execute("DELETE FROM conversations WHERE id = ?", (conversation_id,))
            cursor.execute(
                "DELETE FROM pseudonyms WHERE scope IN (?, ?)", (conversation_id, f"conversation:{conversation_id}")
            )
        self._db.checkpoint()
        return int(turns)

    def search_conversations(self, text: str, limit: int = 100) -> list[StoredTurn]:
        """Turns whose question or answer contains the text, newest first; ASCII letters match in either case."""
        pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        with self._db.read() as cursor:
            rows = cursor.execute(
                "SELECT id, conversation_id, at, question, answer FROM turns "
                "WHERE question LIKE ? ESCAPE '\\' OR json_extract(answer, '$.answer') LIKE ? ESCAPE '\\' "
                "ORDER BY id DESC LIMIT ?",
                (pattern, pattern, limit),
            ).fetchall()
        return [StoredTurn(*row) for row in rows]


def _documents(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "document_id" and isinstance(inner, str):
                yield inner
            else:
                yield from _documents(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _documents(inner)
