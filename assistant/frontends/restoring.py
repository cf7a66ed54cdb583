"""Turning stand-ins back into names: by permission of the policy's roles, and recorded each time, refusals too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from assistant.errors import AccessDenied, UsageError

if TYPE_CHECKING:
    from assistant.facade import Assistant
    from assistant.types import Citation, Document


@dataclass(frozen=True, slots=True)
class Hidden:
    """An identifier that was hidden, without it: what kind it is and what stands in its place."""

    entity: str
    stand_in: str


def document_scopes(assistant: Assistant, document: Document) -> tuple[str, ...]:
    """The scopes under which stand-ins in a stored document may have been given out."""
    try:
        stored = assistant.vault.scope_of(document.id)
    except UsageError:
        stored = ""  # erased since it was read
    named = (document.metadata.get(key, "") for key in ("scope", "patient_id"))
    return tuple(
        dict.fromkeys(scope for scope in (stored, *named, document.source, f"document:{document.id}") if scope)
    )


class Cites(Protocol):
    """What cites documents: an answer, or one that was kept."""

    @property
    def citations(self) -> Sequence[Citation]: ...

    @property
    def related(self) -> Sequence[Citation]: ...


def answer_scopes(assistant: Assistant, conversation_id: str, answer: Cites) -> tuple[str, ...]:
    """The scopes of a conversation's own stand-ins and of those in the documents that an answer cites and one may see."""
    visible = {info.id for info in assistant.documents()}
    cited = dict.fromkeys(citation.document_id for citation in (*answer.citations, *answer.related))
    scopes = [conversation_id]
    for document_id in cited:
        if document_id in visible:
            scopes += document_scopes(assistant, assistant.vault.document(document_id))
    return tuple(dict.fromkeys(scope for scope in scopes if scope))


def hidden_in(assistant: Assistant, text: str, scopes: Iterable[str]) -> list[Hidden]:
    """The stand-ins of these scopes that the text holds, in the order in which they appear."""
    found = {
        (entry.entity, entry.surrogate)
        for scope in scopes
        for entry in assistant.vault.originals(scope)
        if entry.surrogate in text
    }
    return [Hidden(*item) for item in sorted(found, key=lambda item: text.index(item[1]))]


def may_restore(assistant: Assistant) -> bool:
    """Whether one of the person's roles is named by the policy."""
    return bool(assistant.principal.roles & assistant.gate.policy.restore_roles)


def restored(assistant: Assistant, texts: list[str], scopes: Iterable[str], *, about: str) -> list[str]:
    """The texts with the originals in them. `about` is an id for the record: a document or a conversation.

    Raises AccessDenied where no role of the person is named by the policy; that is recorded too, and nothing is shown
    before its record is written.
    """
    from assistant.privacy.pseudonyms import restore

    principal, policy = assistant.principal, assistant.gate.policy
    entry = {"principal": principal.name, "roles": sorted(principal.roles), "about": about, "policy": policy.sha256}
    if not may_restore(assistant):
        assistant.vault.audit.append("restore.denied", entry)
        allowed = ", ".join(sorted(policy.restore_roles)) or "nobody"
        raise AccessDenied(
            f"your roles ({', '.join(sorted(principal.roles)) or 'none'}) may not restore names",
            remedy=f"the policy allows it to: {allowed}; this attempt was recorded",
        )
    known = list(scopes)
    assistant.vault.audit.append("restore", {**entry, "scopes": len(known)})
    for scope in known:
        texts = [restore(text, assistant.vault, scope) for text in texts]
    return texts
