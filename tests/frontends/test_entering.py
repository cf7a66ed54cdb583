from __future__ import annotations

from pathlib import Path

import pytest

from assistant.config import shipped
from assistant.errors import AccessDenied, BlockedError, LockedError
from assistant.frontends.entering import entered
from assistant.frontends.option_groups import RecordOptions
from assistant.vault import KdfCost, Secret, Vault

PASSPHRASE = "four quiet words here"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ASSISTANT_VAULT", "ASSISTANT_USER", "ASSISTANT_PASSPHRASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path / "home"))


def settings(entry):  # type: ignore[no-untyped-def]
    return entry.settings(formats=("json",), narrative=None, as_of="2026-01-01", engine="extractive", model="")


def test_without_a_vault_the_named_policy_holds_and_nothing_is_recorded(capsys: pytest.CaptureFixture[str]) -> None:
    with entered(RecordOptions(policy="healthcare", domain="healthcare")) as entry:
        assert entry.assistant is None and entry.principal.roles == {"clinician"}
        entry.audit("batch.begin", {"files": 1})
        made = settings(entry)
    assert (made.policy, made.domain, made.roles) == ("healthcare", "healthcare", ("clinician",))
    assert made.narrative == entry.policy.records.narrative and made.policy_sha256 == entry.policy.sha256
    assert "not audited" in capsys.readouterr().err


def test_a_role_that_one_has_not_is_refused_without_a_vault_as_well() -> None:
    with pytest.raises(AccessDenied), entered(RecordOptions(policy="healthcare", role=["psychiatry"])):
        pass


def test_records_are_for_those_to_whom_the_policy_shows_them_and_texts_for_everybody() -> None:
    shop = RecordOptions(policy="customer-service", domain="customer-service")
    with pytest.raises(BlockedError, match="does not show records"), entered(shop):
        pass
    with entered(shop, records=False) as entry:
        assert entry.pack.id == "customer-service"


def test_a_policy_of_ones_own_is_named_by_its_path_so_that_a_worker_finds_it(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text((shipped("policies") / "healthcare.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    with entered(RecordOptions(policy=str(own), domain="healthcare")) as entry:
        assert settings(entry).policy == str(own.resolve())


def test_where_there_is_a_vault_the_run_stands_in_its_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "vault"
    with Vault.create(folder, Secret.passphrase(PASSPHRASE), kdf=KdfCost(64, 1, 1)) as vault:
        vault.put("policy", "healthcare")
        vault.put("domain", "healthcare")
    with pytest.raises(LockedError), entered(RecordOptions(vault=folder)):
        pass
    monkeypatch.setenv("ASSISTANT_PASSPHRASE", PASSPHRASE)
    with entered(RecordOptions(vault=folder)) as entry:
        entry.audit("batch.begin", {"files": 3})
    with Vault.open(folder, Secret.passphrase(PASSPHRASE)) as vault:
        record = list(vault.audit.records())[-1]
    assert record.kind == "batch.begin" and dict(record.record) == {"principal": "local", "files": 3}
