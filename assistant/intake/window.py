"""A window of documents on their way into the vault: their passages are embedded together, whatever file they are of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from assistant.intake.duplicates import Entry
from assistant.protocols import Embedder
from assistant.retrieval.chunk import embedded
from assistant.retrieval.sentence_vectors import grouped, sentences_of
from assistant.types import Chunk, Document, Loss

if TYPE_CHECKING:
    from assistant.protocols import Vectors
    from assistant.vault.store import Vault

WINDOW: Final = 512
"""Passages embedded at once, from as many files as it takes: the embedder sorts them by length, so that little padding is
computed (64 a batch); also what a kill can cost in work."""


@dataclass(slots=True)
class Item:
    """One document on its way: its passages get their vectors batch by batch."""

    document: Document
    record: str
    chunks: list[Chunk]
    vectors: Vectors
    scope: str
    sketch: str = ""
    entry: Entry | None = None
    repeats: Entry | None = None
    sentences: list[Vectors] = field(default_factory=list)
    """Vectors of the sentences of each passage."""


@dataclass(slots=True)
class Job:
    """One file whose documents wait to be embedded and stored together."""

    source: str
    fingerprint: str
    items: list[Item]
    held: frozenset[str] = frozenset()
    """Records of the file that were kept out: what is stored of them is not erased."""
    file: bytes = b""
    """The file, where the policy keeps it."""

    @property
    def passages(self) -> int:
        """How many passages its documents have."""
        return sum(len(item.chunks) for item in self.items)

    @property
    def losses(self) -> list[Loss]:
        """What was lost in reading; a document that is stored in two forms is told of once."""
        return [loss for item in self.items if item.entry for loss in item.document.losses]


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing a file did: the ids of its documents, and the `stale` ones of an earlier version that go now."""

    source: str
    ids: list[str]
    stale: list[str]
    replaced: bool


def embed(items: Sequence[Item], embedder: Embedder, told: Callable[[int], None]) -> None:
    """Give every passage its vector and those of its sentences.

    Before each further window `told` gets the percentage that is done, and may raise.
    """
    places = [(item, n) for item in items for n in range(len(item.chunks))]
    for item in items:
        item.sentences = [item.vectors[:0]] * len(item.chunks)
    # By length, so that the passages of one window are of one size and little padding is computed.
    places.sort(key=lambda place: len(place[0].chunks[place[1]].text))
    for at in range(0, len(places), WINDOW):
        part = places[at : at + WINDOW]
        if at:
            told(100 * at // len(places))
        texts = [embedded(i.document.title, i.chunks[n].heading, i.chunks[n].text) for i, n in part]
        for (item, n), vector in zip(part, embedder.passages(texts), strict=True):
            item.vectors[n] = vector
        split = [sentences_of(i.document.title, i.chunks[n].heading, i.chunks[n].text) for i, n in part]
        for (item, n), vectors in zip(part, grouped(split, embedder), strict=True):
            item.sentences[n] = vectors


def store(item: Item, job: Job, vault: Vault, collection: str) -> str:
    """Put one document with its vectors into the vault, inside the caller's transaction; its id."""
    repeats = vault.mark_of(item.repeats.id) if item.repeats and item.repeats.id else ""
    marks = {key: value for key, value in (("sketch", item.sketch), ("duplicate_of", repeats)) if value}
    document_id = vault.put_document(
        replace(item.document, metadata={**item.document.metadata, **marks}),
        item.chunks,
        item.vectors,
        collection=collection,
        content_hmac=job.fingerprint,
        record=item.record,
        scope=item.scope,
        sentences=item.sentences,
    )
    if job.file:
        vault.put_file(document_id, job.file)
    if item.entry is not None:
        item.entry.id = document_id
    return document_id
