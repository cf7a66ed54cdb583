"""What the vault gives back besides documents and passages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.vault.slots import SlotInfo


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """A stored document without its text. `record` tells several documents of one source apart."""

    id: str
    title: str
    source: str
    record: str
    collection: str
    media_type: str
    labels: frozenset[str]
    passages: int
    characters: int
    content_hmac: str
    added_at: str
    duplicate_of: str = ""
    """The id of the document that this one repeated when it came: in listings only, '' where it is gone or there was none."""

    def without_words(self) -> DocumentInfo:
        """What may be known of it by who may not read it: a title or a file's name may name a person."""
        return replace(self, title="", source="", record="", duplicate_of="")


@dataclass(frozen=True, slots=True)
class Erasure:
    """What went when a document was erased: counts only. `mark` is the keyed hash that restores look for."""

    document_id: str
    mark: str
    passages: int
    vectors: int
    pseudonyms: int
    turns: int
    snapshots: int


@dataclass(frozen=True, slots=True)
class ConversationInfo:
    """A conversation and how many turns it has."""

    id: str
    title: str
    started_at: str
    turns: int


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """One turn as stored: the question and the released answer's JSON."""

    id: int
    conversation_id: str
    at: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Mapped:
    """One entry of the pseudonym map; `original` is in normalized form, `written` as it stood ("" in older vaults)."""

    entity: str
    original: str
    surrogate: str
    scope: str
    written: str = ""


@dataclass(frozen=True, slots=True)
class User:
    """A user of the vault and the roles that the policy reads."""

    name: str
    roles: frozenset[str]
    created_at: str
    locked: bool
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class VaultStatus:
    """What `vault status` shows; counts, sizes in bytes, no text."""

    folder: Path
    vault_id: str
    created_at: str
    cipher: str
    file_bytes: int
    documents: int
    passages: int
    vectors: int
    conversations: int
    users: int
    audit_records: int
    audit_head: str
    erased: int
    collections: Mapping[str, int]
    label_sets: Mapping[str, int]
    slots: tuple[SlotInfo, ...]
