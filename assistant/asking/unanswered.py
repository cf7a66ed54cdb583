"""Questions that the documents did not answer, kept redacted for those who mend the documents, where the policy says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assistant.policy.query import typed
from assistant.privacy.leak import leaks
from assistant.types import Action, Answer, Level, Principal, Status
from assistant.vault.gaps import GapKind

if TYPE_CHECKING:
    from assistant.asking.parts import Parts

_KINDS: Final = {Level.CLOSEST: GapKind.CLOSEST, Level.NOTHING: GapKind.NOTHING}
_DECIDING: Final = (Action.BLOCK, Action.ABSTAIN)
# A longer question is somebody's story and nobody's question.
_LONGEST: Final = 400


def note_unanswered(parts: Parts, question: str, principal: Principal, answer: Answer) -> int | None:
    """Keep a question that was not answered, inside the transaction that records its answer; its number, None where not kept.

    What the policy refused is none of the documents' gaps, and what had no time may be answered the next time.
    """
    if answer.status is not Status.ABSTAINED or answer.level not in _KINDS:
        return None
    return _note(parts, question, principal, _KINDS[answer.level], deciding(answer))


def rated(parts: Parts, answer: Answer, principal: Principal, *, liked: bool, reason: str = "") -> None:
    """Record what the asker thought of an answer, and keep the question of one that he rejected, in one transaction."""
    with parts.vault.transaction():
        record = {"answer": answer.audit_id, "vote": "up" if liked else "down", "principal": principal.name}
        record |= {"reason": reason} if reason else {}
        parts.vault.audit.append("feedback", record)
        if not liked:
            _note(parts, answer.question, principal, GapKind.DISLIKED, reason or str(answer.status))


def deciding(answer: Answer) -> str:
    """The check that held an answer back; "" where none did and nothing was found."""
    return next((v.check for v in reversed(answer.verdicts) if v.action in _DECIDING), "")


def redacted(parts: Parts, question: str) -> str:
    """A question with a word for its kind in place of every identifier; "" where it cannot be redacted."""
    text = typed(question)[:_LONGEST]
    try:
        spans = [*parts.redactor.find(text), *leaks(text, parts.vault)]
        return parts.redactor.apply(text, spans, "replace")[0]
    except Exception:  # noqa: BLE001 - what cannot be redacted is not kept; the answer itself is none the worse for it
        return ""


def _note(parts: Parts, question: str, principal: Principal, kind: GapKind, reason: str) -> int | None:
    if not parts.gate.policy.gaps.keep:
        return None
    text = redacted(parts, question)
    return parts.vault.add_gap(kind, reason, text, principal.roles) if text else None
