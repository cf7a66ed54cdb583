"""Vectors for the passages of many documents at once, and one document into a real vault."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from assistant.intake.duplicates import Entry
from assistant.intake.window import WINDOW, Item, Job, embed, store
from assistant.types import Chunk, Document
from assistant.vault import KdfCost, Secret, Vault

if TYPE_CHECKING:
    from assistant.protocols import Vectors


class Counting:
    """Vectors that say how long a text is: enough to see which passage got which."""

    name, dimension = "counting-1", 1

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def query(self, texts: Sequence[str]) -> Vectors:
        return np.array([[len(text)] for text in texts], np.float32)

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.batches.append(list(texts))
        return self.query(texts)


def item(*texts: str, **more: str) -> Item:
    chunks, at = [], 0
    for text in texts:
        chunks.append(Chunk(text, at, at + len(text)))
        at += len(text)
    document = Document("T", "".join(texts), "t.txt", labels=frozenset({"public"}), metadata={"author": "Ward 3"})
    return Item(document, "", chunks, np.zeros((len(chunks), 1), np.float32), "", **more)


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with Vault.create(tmp_path / "v", Secret.passphrase("four quiet words here"), kdf=KdfCost(64, 1, 1)) as made:
        yield made


def test_every_passage_gets_its_own_vector_whatever_order_they_are_embedded_in() -> None:
    items = [item("x" * 30, "x"), item("x" * 9)]
    embedder = Counting()
    embed(items, embedder, lambda percent: pytest.fail("one window needs no telling"))
    longer = len(embedder.batches[0][0]) - 1  # the title goes along with each
    assert [vector[0] for one in items for vector in one.vectors] == [30 + longer, 1 + longer, 9 + longer]
    assert [len(text) for text in embedder.batches[0]] == sorted(len(text) for text in embedder.batches[0])


def test_nothing_to_embed_asks_nothing() -> None:
    embedder = Counting()
    embed([], embedder, lambda percent: None)
    assert embedder.batches == []


def test_a_long_file_is_told_of_window_by_window_and_can_be_stopped() -> None:
    told: list[int] = []
    embedder = Counting()
    embed([item(*["x"] * (2 * WINDOW + 1))], embedder, told.append)
    # Each window twice: its passages, and the sentences of them.
    assert [len(batch) for batch in embedder.batches] == [WINDOW, WINDOW, WINDOW, WINDOW, 1, 1]
    assert told == [49, 99]

    def stop(percent: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        embed([item(*["x"] * (WINDOW + 1))], Counting(), stop)


def test_a_stored_document_keeps_its_own_marks_and_names_what_it_repeats(vault: Vault) -> None:
    job = Job("t.txt", "fingerprint", [])
    entry = Entry("t.txt")
    first = store(item("Fever.", sketch="s1", entry=entry), job, vault, "default")  # type: ignore[arg-type]
    assert entry.id == first
    again = item("Fever.", repeats=entry)  # type: ignore[arg-type]
    again.record = "2"
    second = store(again, job, vault, "default")
    assert dict(vault.document(first).metadata) == {"author": "Ward 3", "sketch": "s1"}
    assert vault.document(second).metadata["duplicate_of"] == vault.mark_of(first)
    assert {info.content_hmac for info in vault.documents()} == {"fingerprint"}
    assert {info.id: info.duplicate_of for info in vault.documents()} == {first: "", second: first}
