from __future__ import annotations

from pathlib import Path

import pytest

from assistant.frontends.samples import COLLECTION, batches
from assistant.packs.pack import load_pack
from tests.frontends.commands.support import PASSPHRASE, Shell


@pytest.mark.parametrize("name", ["healthcare", "customer-service"])
def test_every_document_of_a_pack_comes_once_under_its_own_labels(name: str) -> None:
    pack = load_pack(name)
    given = {path: labels for labels, paths in batches(pack) for path in paths}
    assert given == {document.path: document.labels for document in pack.documents}
    assert len({labels for labels, _ in batches(pack)}) == len(batches(pack)) > 1


@pytest.mark.slow
@pytest.mark.weights
def test_a_vault_made_with_samples_answers_at_once(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shell = Shell(capsys)
    monkeypatch.setenv("ASSISTANT_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("ASSISTANT_VAULT", str(tmp_path / "new"))
    made = shell.json("init", "--domain", "customer-service", "--samples")
    pack = load_pack("customer-service")
    assert made["samples"]["problems"] == 0 and made["samples"]["passages"] > made["samples"]["documents"] > 20
    documents = shell.json("docs", "list")["documents"]
    assert {document["collection"] for document in documents} == {COLLECTION}
    # Tickets are for supervisors: samples come under the labels of the pack's table, not under those of everybody.
    assert {label for document in documents for label in document["labels"]} == {"public", "internal"}
    answer = shell.json("ask", pack.scope.inside[0])
    assert answer["status"] in ("answered", "extracted") and "30 days" in answer["answer"]
