"""Trying another role: who may, and never to see more; over the shipped policies and a vault whose audit tells it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import AccessDenied
from assistant.policy.impersonation import impersonated
from assistant.policy.model import load_policy
from assistant.types import Principal
from assistant.vault import KdfCost, Secret
from assistant.wiring import assemble, create_vault
from tests.policy.support import policy

ADMIN = Principal("ada", frozenset({"admin"}), frozenset({"ward-7"}))


def test_an_administrator_tries_as_a_customer_without_his_groups() -> None:
    tried = impersonated(load_policy("customer-service"), ADMIN, ["customer"])
    assert tried == Principal("ada", frozenset({"customer"}))


@pytest.mark.parametrize(
    ("shipped", "roles", "wanted"),
    [
        ("customer-service", {"agent"}, "customer"),
        ("customer-service", {"admin"}, "supervisor"),
        ("customer-service", {"admin"}, "emperor"),
        ("healthcare", {"admin"}, "clinician"),
        ("healthcare", {"clinician"}, "front-desk"),
    ],
)
def test_nobody_sees_more_by_trying(shipped: str, roles: set[str], wanted: str) -> None:
    with pytest.raises(AccessDenied):
        impersonated(load_policy(shipped), Principal("p", frozenset(roles)), [wanted])


def test_a_policy_may_permit_a_wider_role_and_is_silent_by_itself(tmp_path: Path) -> None:
    more = "trial: {roles: [lead], wider: true}\n"
    assert impersonated(policy(tmp_path, more=more), Principal("l", frozenset({"lead"})), ["reader"]).roles == {
        "reader"
    }
    with pytest.raises(AccessDenied):
        impersonated(policy(tmp_path), Principal("l", frozenset({"lead"})), ["reader"])


def test_a_trial_stands_in_the_audit_record_and_narrowing_does_not(tmp_path: Path) -> None:
    secret, cheap = Secret.passphrase("four quiet words here"), KdfCost(64, 1, 1)
    vault = create_vault(tmp_path / "v", secret, policy=None, domain="customer-service", kdf=cheap)
    both = Principal("ada", frozenset({"admin", "agent"}))
    try:
        assert assemble(vault, principal=both, roles=["agent"]).principal.roles == {"agent"}
        assert assemble(vault, principal=both, roles=["customer"]).principal.roles == {"customer"}
        trials = [dict(r.record) for r in vault.audit.records() if r.kind == "trial"]
        assert [(t["principal"], t["as"]) for t in trials] == [("ada", ["customer"])]
    finally:
        vault.close()


def test_the_refusal_tells_who_may_try() -> None:
    with pytest.raises(AccessDenied) as error:
        impersonated(load_policy("customer-service"), Principal("local", frozenset({"agent"})), ["customer"])
    assert "choose among: agent" in str(error.value.remedy) and "admin" in str(error.value.remedy)
    assert "--user" in str(error.value.remedy)
