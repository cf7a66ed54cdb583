"""What an assistant is made of, as those see it who walk a question through it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from assistant.packs.pack import Pack
    from assistant.policy.gate import Gate
    from assistant.protocols import Embedder, Engine, Redactor
    from assistant.retrieval.search import Retriever
    from assistant.vault.store import Vault


class Parts(Protocol):
    """The composition root builds each part at its first use."""

    vault: Vault
    pack: Pack
    gate: Gate

    @property
    def retriever(self) -> Retriever: ...

    @property
    def embedder(self) -> Embedder: ...

    @property
    def redactor(self) -> Redactor: ...

    @property
    def engine(self) -> Engine: ...

    def preload(self) -> None: ...

    def close(self) -> None: ...
