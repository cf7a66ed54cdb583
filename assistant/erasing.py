"""Proving an erasure through the whole assistant: what the vault still holds, and what it still answers."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass

from assistant.facade import Assistant
from assistant.vault.proof import ErasureProof


@dataclass(frozen=True, slots=True)
class Proof:
    """The vault's part, and in how many places an answer or a search still says something of the document."""

    vault: ErasureProof
    asked: int
    answers: int
    audit_id: str = ""

    @property
    def holds(self) -> bool:
        """Whether nothing is left and nothing is answered."""
        return self.vault.holds and self.answers == 0

    def as_json(self) -> dict[str, object]:
        """Plain values."""
        return {
            "document_id": self.vault.document_id,
            "proven": self.holds,
            **{k: v for k, v in asdict(self.vault).items() if k != "document_id"},
            "questions_asked": self.asked,
            "answers": self.answers,
            "audit_id": self.audit_id,
        }


def prove_erased(assistant: Assistant, document_id: str, *, marker: str = "", question: str = "") -> Proof:
    """Look for an erased document in the vault and in the assistant's answers, and record the result.

    `marker` is a stretch of at least 12 bytes that stood in it; `question` is asked through the whole path (without one, the
    marker is). Raises UsageError where no such document was erased here.
    """
    vault = assistant.vault.prove_erased(document_id, marker)
    asked = list(dict.fromkeys(text for text in (question, marker) if text))
    answers = sum(_said(assistant, text, document_id, marker) for text in asked)
    if marker:
        answers += _searched(assistant, marker)
    proof = Proof(vault, len(asked), answers)
    record = {name: value for name, value in asdict(vault).items() if isinstance(value, int)}
    audit_id = assistant.vault.audit.append(
        "prove-erased",
        {
            "document": document_id,
            "principal": assistant.principal.name,
            "proven": proof.holds,
            "answers": answers,
            **record,
        },
    )
    return Proof(vault, len(asked), answers, audit_id)


def _said(assistant: Assistant, question: str, document_id: str, marker: str) -> int:
    """Whether the answer cites the document, offers it as near, or holds the marker (1) or not (0)."""
    answer = assistant.ask(question)
    shown = [answer.answer, answer.reason, *(c.quote for c in (*answer.citations, *answer.related))]
    shown += [c.title for c in (*answer.citations, *answer.related)]
    shown += [near.text for near in answer.closest]
    cited = any(c.document_id == document_id for c in (*answer.citations, *answer.related))
    return int(cited or bool(marker and any(marker.lower() in text.lower() for text in shown)))


def _searched(assistant: Assistant, marker: str) -> int:
    """Passages that full-text search finds for the marker as a phrase, whoever may see them."""
    phrase = " ".join(re.findall(r"\w+", marker))
    return len(assistant.vault.bm25(f'"{phrase}"', 5, None)) if phrase else 0
