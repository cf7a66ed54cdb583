from __future__ import annotations

import numpy as np
import pytest

from assistant.errors import IntegrityError, UsageError
from assistant.vault import Vault

from .conftest import put


def test_vectors_come_back_by_id_and_the_epoch_moves(vault: Vault) -> None:
    assert vault.vectors()[0].size == 0
    epochs = [vault.vector_epoch()]
    first = put(vault, "abcdefghij" * 20, title="1")
    put(vault, "No vectors here.", title="2", vectors=False)
    epochs.append(vault.vector_epoch())
    put(vault, "Other text.", title="3")
    epochs.append(vault.vector_epoch())
    ids, matrix = vault.vectors()
    assert ids.tolist() == [1, 2, 3, 4, 5, 7]
    assert matrix.dtype == np.float32 and matrix.shape == (6, 8)
    assert np.allclose(matrix[:5], np.linspace(-1, 1, 40).reshape(5, 8), atol=1e-3)
    vault.delete_document(first)
    epochs.append(vault.vector_epoch())
    assert vault.vectors()[0].tolist() == [7]
    assert len(set(epochs)) == 4


def test_vectors_must_fit(vault: Vault) -> None:
    from .conftest import make

    document, chunks = make("Text of one passage.")
    for bad in (np.zeros((2, 8), np.float32), np.zeros(8, np.float32), np.full((1, 8), np.nan, np.float32)):
        with pytest.raises(UsageError):
            vault.put_document(document, chunks, bad, content_hmac="")
    put(vault, "Another.", title="other")
    with pytest.raises(UsageError, match="dimension"):
        vault.put_document(document, chunks, np.zeros((1, 9), np.float32), content_hmac="")
    assert len(vault.documents()) == 1


def test_snapshots_are_replaced_and_dropped_by_an_erasure(vault: Vault) -> None:
    document_id = put(vault, "Text.")
    assert vault.load_snapshot("faiss") is None
    vault.save_snapshot("faiss", 1, b"old" * 10_000_000)
    vault.save_snapshot("faiss", 2, b"new")
    assert vault.load_snapshot("faiss") == (2, b"new")
    vault.save_snapshot("empty", 2, b"")
    assert vault.load_snapshot("empty") == (2, b"")
    assert vault.delete_document(document_id).snapshots == 2
    assert vault.load_snapshot("faiss") is None


def test_vectors_of_sentences_come_back_nearly_as_they_were(vault: Vault) -> None:
    from .conftest import make

    document, chunks = make("One sentence. And two.")
    given = np.random.default_rng(3).normal(size=(2, 384)).astype(np.float32)
    given /= np.linalg.norm(given, axis=1, keepdims=True)
    vault.put_document(document, chunks, np.ones((1, 384), np.float32), content_hmac="", sentences=[given])
    ((_, kept),) = vault.sentence_vectors([1, 2, 99]).items()
    assert kept.dtype == np.float32 and kept.shape == (2, 384)
    assert np.abs((kept * given).sum(axis=1) - 1).max() < 0.005
    assert np.abs(kept @ given.T - given @ given.T).max() < 0.005


def test_a_block_of_sentences_of_a_wrong_length_is_said_to_be_damaged(vault: Vault) -> None:
    from .conftest import make

    document, chunks = make("One sentence. And two.")
    vault.put_document(
        document, chunks, np.ones((1, 8), np.float32), content_hmac="", sentences=[np.ones((2, 8), np.float32)]
    )
    with vault._db.write() as cursor:
        cursor.execute("UPDATE sentence_vectors SET data = substr(data, 2)")
    with pytest.raises(IntegrityError, match="shape"):
        vault.sentence_vectors([1])
