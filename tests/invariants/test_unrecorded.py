"""Nothing is shown without a record, whoever hangs up and however full the disk is; the long runs are in `bench`."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.config import shipped
from assistant.facade import Assistant
from assistant.vault import KdfCost, Secret, Vault
from assistant.wiring import assemble, create_vault
from tests.frontends.web.support import serving, wait_ready
from tests.invariants.cutting import Shown, cut_many, unrecorded
from tests.invariants.filling import broken_promises, file_limit, fill_many

pytestmark = [pytest.mark.weights, pytest.mark.slow]
CHEAP = KdfCost(memory_kib=1024, iterations=1, lanes=1)
SECRET = Secret.passphrase("four quiet words here")
QUESTIONS = ("How long does standard delivery take?", "How do I descale the kettle?", "When does a gift card expire?")


@pytest.fixture
def shop(tmp_path: Path, models: Path) -> Iterator[Assistant]:
    vault = create_vault(tmp_path / "vault", SECRET, policy=None, domain="customer-service", kdf=CHEAP)
    made = assemble(vault, engine="extractive")
    for name in ("delivery.md", "tarn-kettle-care.md", "gift-cards.md"):
        shutil.copy(shipped("domains") / "customer-service" / "documents" / "public" / name, tmp_path / name)
        made.ingest([tmp_path / name], labels=frozenset({"public"}))
    yield made
    made.close()


def test_what_a_cut_stream_showed_is_recorded(shop: Assistant) -> None:
    with serving(shop) as running:
        wait_ready(running.base)
        key = running.services.access.add_key("program", ["agent"], shop.gate.policy)
        since = int(shop.vault.audit.head().split(":")[1])
        shown = cut_many(running.base, key, QUESTIONS, 12, seed=7)
    assert shown.cut >= 3
    assert shown.begun
    assert unrecorded(shop.vault, shown, since) == []
    never = Counter({"Nobody was shown this.": 1})
    assert unrecorded(shop.vault, Shown(sentences=shown.sentences + never), since), "this check can fail"
    assert shop.vault.audit.verify().ok


def test_a_disk_full_at_random_moments_loses_nothing_and_shows_nothing_unrecorded(
    shop: Assistant, tmp_path: Path
) -> None:
    folder = tmp_path / "vault"
    ledger = fill_many(shop, folder, QUESTIONS, 8, seed=3, full=file_limit)
    assert ledger.sentences
    assert sum(ledger.refused.values()) >= 3, "the disk was never full"
    assert broken_promises(shop.vault, ledger) == []
    shop.close()
    with Vault.open(folder, SECRET) as vault:
        assert broken_promises(vault, ledger) == []
        ledger.sentences.append("Nobody was shown this.")
        assert broken_promises(vault, ledger), "this check can fail"
