"""What checks may use, and the shape of a check. The composition root hands the tools over; policy builds none itself."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol, TypeVar

from pydantic import BaseModel

from assistant.errors import VaultError
from assistant.protocols import Embedder, Outcome, Redactor, Subject
from assistant.types import Document

if TYPE_CHECKING:
    from assistant.packs.pack import Pack

P_contra = TypeVar("P_contra", bound=BaseModel, contravariant=True)


class Store(Protocol):
    """What checks and audit records use of a vault."""

    def content_hmac(self, data: bytes) -> str: ...

    def receipt_salt(self, nonce: str) -> bytes: ...

    def known_originals(self, candidates: set[str]) -> set[str]: ...

    def is_written(self, phrase: str, labels: frozenset[str]) -> bool: ...

    def document(self, document_id: str) -> Document: ...

    def transaction(self) -> AbstractContextManager[None]: ...


class Tools(Protocol):
    """What checks may use; each part is built at first use, so that a policy without a check does not pay for it."""

    @property
    def redactor(self) -> Redactor: ...

    @property
    def embedder(self) -> Embedder: ...

    @property
    def pack(self) -> Pack: ...

    @property
    def vault(self) -> Store | None: ...


class Check(Protocol[P_contra]):
    """A check. `params` are of its own `Params` class: the policy validated them. Thread-safe; whatever it raises blocks."""

    def __call__(self, params: P_contra, subject: Subject, tools: Tools) -> Outcome: ...


def store(tools: Tools) -> Store:
    """The vault that records need. Raises VaultError where there is none: without a record nothing is answered."""
    if tools.vault is None:
        raise VaultError("there is no vault to record in", remedy="open the assistant over a vault")
    return tools.vault
