from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.errors import AccessDenied
from assistant.frontends.restoring import Hidden, hidden_in, may_restore, restored
from assistant.policy.model import load_policy
from assistant.types import Principal
from assistant.vault import KdfCost, Secret, Vault

TEXT = "Grace Whitcombe was seen. Grace Whitcombe left."


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with Vault.create(tmp_path / "v", Secret.passphrase("four quiet words here"), kdf=KdfCost(64, 1, 1)) as made:
        yield made


def assistant(vault: Vault, *roles: str) -> Any:
    policy = load_policy("healthcare")
    return SimpleNamespace(
        vault=vault, principal=Principal("ann", frozenset(roles)), gate=SimpleNamespace(policy=policy)
    )


def allowed() -> str:
    return sorted(load_policy("healthcare").restore_roles)[0]


def test_only_a_role_that_the_policy_names_may_restore(vault: Vault) -> None:
    assert may_restore(assistant(vault, allowed()))
    assert not may_restore(assistant(vault, "nobody")) and not may_restore(assistant(vault))


def test_a_refusal_is_recorded_and_says_who_may(vault: Vault) -> None:
    with pytest.raises(AccessDenied, match=allowed()):
        restored(assistant(vault, "nobody"), [TEXT], ["s"], about="d1")
    record = list(vault.audit.records())[-1]
    assert record.kind == "restore.denied" and record.record["about"] == "d1" and record.record["principal"] == "ann"
    assert "Whitcombe" not in str(dict(record.record))


def test_a_restoring_is_recorded_before_anything_is_given(vault: Vault) -> None:
    assert restored(assistant(vault, allowed()), [TEXT], ["s", "t"], about="d1") == [TEXT]
    record = list(vault.audit.records())[-1]
    assert record.kind == "restore" and record.record["scopes"] == 2


def test_where_it_cannot_be_recorded_nothing_is_given(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr(vault.audit, "append", full)
    with pytest.raises(OSError, match="no space"):
        restored(assistant(vault, allowed()), [TEXT], ["s"], about="d1")


def test_stand_ins_are_listed_in_the_order_in_which_they_stand(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = {
        "one": [SimpleNamespace(entity="PERSON", surrogate="Ann Lee"), SimpleNamespace(entity="MRN", surrogate="4711")],
        "two": [SimpleNamespace(entity="PERSON", surrogate="Nobody Here")],
    }
    made = assistant(vault, allowed())
    made.vault = SimpleNamespace(originals=lambda scope: entries[scope])
    found = hidden_in(made, "Number 4711 is of Ann Lee. Ann Lee left.", ["one", "two"])
    assert found == [Hidden("MRN", "4711"), Hidden("PERSON", "Ann Lee")]
    assert hidden_in(made, "Nothing.", ["one"]) == []
