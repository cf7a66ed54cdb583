"""Kept questions: in, out, with vectors, and gone from every page when erased."""

from __future__ import annotations

import numpy as np

from assistant.vault import Vault
from assistant.vault.gaps import GapKind

from .conftest import CHEAP, secret


def test_questions_come_back_in_order_with_their_vectors(vault: Vault) -> None:
    first = vault.add_gap(GapKind.CLOSEST, "answerable", "Do you sell chairs?", ["customer", "agent"])
    second = vault.add_gap(GapKind.DISLIKED, "", "And tables?", [])
    assert [(gap.id, gap.kind, gap.question) for gap in vault.gaps()] == [
        (first, GapKind.CLOSEST, "Do you sell chairs?"),
        (second, GapKind.DISLIKED, "And tables?"),
    ]
    assert vault.gaps()[0].roles == {"customer", "agent"}
    assert [gap.id for gap in vault.gaps(1)] == [second], "the newest"
    vault.put_gap_vectors({first: np.arange(4, dtype=np.float32)})
    assert list(vault.gap_vectors([first, second])) == [first]
    assert vault.gap_vectors([first])[first].tolist() == [0, 1, 2, 3]


def test_an_erased_question_is_in_no_page(folder) -> None:
    with Vault.create(folder, secret(), kdf=CHEAP) as vault:
        gone = vault.add_gap(GapKind.NOTHING, "", "Where is the zanzibar lamp?", [])
        kept = vault.add_gap(GapKind.NOTHING, "", "Where is the door?", [])
        assert vault.drop_gaps([gone]) == 1
        assert [gap.id for gap in vault.gaps()] == [kept]
    with Vault.open(folder, secret()) as vault:
        assert vault.scan(b"zanzibar lamp") == 0
        assert vault.integrity() == []


def test_a_moment_parts_old_from_new(vault: Vault) -> None:
    vault.add_gap(GapKind.NOTHING, "", "Old?", [])
    with vault._db.write() as cursor:
        cursor.execute("UPDATE gaps SET at = '2024-06-01T00:00:00Z'")
    vault.add_gap(GapKind.NOTHING, "", "New?", [])
    assert vault.drop_gaps_before("2024-01-01T00:00:00Z") == 0
    assert vault.drop_gaps_before("2025-01-01T00:00:00Z") == 1
    assert [gap.question for gap in vault.gaps()] == ["New?"]
    assert vault.drop_gaps_before(None) == 1
