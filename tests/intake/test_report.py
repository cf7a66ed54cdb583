from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.intake.report import IngestReport, readable
from assistant.policy.model import load_policy
from assistant.types import Chunk, Document
from assistant.vault import KdfCost, Secret, Vault


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with Vault.create(tmp_path / "v", Secret.passphrase("four quiet words here"), kdf=KdfCost(64, 1, 1)) as made:
        yield made


def put(vault: Vault, name: str, *labels: str) -> None:
    text = f"A text of {name}."
    vault.put_document(
        Document(name, text, name, labels=frozenset(labels)), [Chunk(text, 0, len(text))], None, content_hmac=""
    )


def test_each_role_is_told_how_many_documents_it_can_read_alone(vault: Vault) -> None:
    policy = load_policy("healthcare")
    for name, labels in (("a", ("public",)), ("b", ("clinical",)), ("c", ("clinical",)), ("d", ("psychotherapy",))):
        put(vault, name, *labels)
    found = readable(vault, policy)
    assert set(found) == set(policy.roles)
    assert found["clinician"] == 3 and found["psychiatry"] == 4
    assert all(n <= 4 for n in found.values())


def test_a_document_under_two_labels_needs_both(vault: Vault) -> None:
    put(vault, "both", "clinical", "psychotherapy")
    found = readable(vault, load_policy("healthcare"))
    assert found["clinician"] == 0 and found["psychiatry"] == 1


def test_an_empty_vault_is_nothing_for_everybody(vault: Vault) -> None:
    assert set(readable(vault, load_policy("healthcare")).values()) == {0}


def test_two_reports_share_nothing() -> None:
    assert IngestReport().verdicts is not IngestReport().verdicts and IngestReport().labels is not IngestReport().roles
