"""Verified answers in a vault: signed, read back, replaced, withdrawn, and refused where a letter was changed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from assistant.errors import IntegrityError, UsageError
from assistant.vault import Vault
from assistant.vault.verified import VerifiedAnswer, check_signed

from .conftest import put

VECTORS = np.eye(2, 8, dtype=np.float32)


def answer(document_id: str) -> VerifiedAnswer:
    return VerifiedAnswer("Ten.", ("How many?", "How much?"), document_id, "Fever", "page 1", "Text.", 0, 5, "mark", "sam",
                          "2027-01-31", frozenset({"agent", "customer"}))  # fmt: skip


def test_it_comes_back_as_it_was_signed(vault: Vault) -> None:
    kept = vault.put_verified(answer(put(vault, "Text.")), VECTORS)
    assert kept.id and kept.at
    assert vault.verified_answers() == [kept] == [vault.verified_answer(kept.id)]
    keys, vectors = vault.verified_vectors()
    assert keys == [(kept.id, 0), (kept.id, 1)]
    assert np.array_equal(vectors, VECTORS)
    again = vault.put_verified(replace(kept, text="Eleven."), VECTORS[:1])
    assert (again.id, vault.verified_answers()) == (kept.id, [again])
    assert len(vault.verified_vectors()[0]) == 1


def test_what_is_withdrawn_has_no_vectors_any_more(vault: Vault) -> None:
    kept = vault.put_verified(answer(put(vault, "Text.")), VECTORS)
    vault.withdraw_verified(kept.id)
    assert vault.verified_vectors()[0] == []
    assert vault.verified_answer(kept.id).withdrawn_at
    for call in (vault.withdraw_verified, vault.verified_answer):
        with pytest.raises(UsageError):
            call("nothing")


def test_another_vault_checks_the_signature(vault: Vault) -> None:
    kept = vault.put_verified(answer(put(vault, "Text.")), VECTORS)
    signed = vault.signed_verified(kept)
    assert check_signed(signed, vault.receipt_key()) == kept
    for changed in ({**signed, "text": "Nine."}, {**signed, "audience": ["public"]}, {**signed, "signature": "00"}):
        with pytest.raises(IntegrityError):
            check_signed(changed, vault.receipt_key())
    with pytest.raises(IntegrityError):
        check_signed(signed, "11" * 32)


def test_it_goes_with_its_document_and_stays_through_a_rekey(vault: Vault) -> None:
    gone, stays = put(vault, "Text."), put(vault, "Text.", source="other.txt")
    vault.put_verified(answer(gone), VECTORS)
    kept = vault.put_verified(answer(stays), VECTORS)
    vault.delete_document(gone)
    assert vault.verified_answers() == [kept]
    assert vault.integrity() == []
