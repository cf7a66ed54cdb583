from __future__ import annotations

import pytest

from assistant.errors import UsageError
from assistant.vault import Vault
from tests.vault.conftest import put

PUBLIC, CLINICAL = frozenset({"public"}), frozenset({"clinical"})


def _found(vault: Vault, word: str, labels: frozenset[str]) -> int:
    return len(vault.bm25(word, 10, [labels]))


@pytest.mark.parametrize("beside", [True, False], ids=["others-stay", "last-of-its-partition"])
def test_a_document_moves_with_its_words_and_vectors(vault: Vault, beside: bool) -> None:
    moved = put(vault, "Fever is treated with rest and water.")
    if beside:
        put(vault, "Fever in children.", source="other.txt")
    before = vault.vector_epoch()
    assert vault.set_labels(moved, CLINICAL)
    assert vault.document_info(moved).labels == CLINICAL
    assert _found(vault, "water", CLINICAL) == 1
    assert _found(vault, "water", PUBLIC) == 0
    assert _found(vault, "fever", PUBLIC) == int(beside)
    assert vault.vector_epoch() > before
    assert len(vault.visible_ids([CLINICAL])) == vault.document_info(moved).passages
    assert not vault.set_labels(moved, CLINICAL)
    assert vault.set_labels(moved, PUBLIC)
    assert _found(vault, "fever", PUBLIC) == 1 + int(beside)
    assert vault.integrity() == []
    vault.delete_document(moved)
    assert vault.integrity() == []


def test_quarantine_adds_a_label_that_no_policy_has(vault: Vault) -> None:
    kept = put(vault, "Fever is treated with rest.")
    assert vault.quarantine(kept)
    assert vault.document_info(kept).labels == {"public", "quarantine"}
    assert not vault.quarantine(kept)
    with pytest.raises(UsageError):
        vault.quarantine("nothing")
