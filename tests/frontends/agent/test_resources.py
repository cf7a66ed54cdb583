"""What is lent is never more than opening anew would give."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import AccessDenied, LockedError
from assistant.frontends.agent.allowed_commands import Request
from assistant.frontends.agent.resources import Resources
from assistant.frontends.opening import Opening
from assistant.vault import Secret, Vault
from tests.frontends.agent.conftest import CHEAP, PASSPHRASE, Site


@pytest.fixture
def plain(site: Site) -> Iterator[Resources]:
    held = Resources.open(Opening(site.vault, engine="extractive"), Secret.passphrase(PASSPHRASE), None)
    yield held
    held.close()


def with_users(folder: Path) -> None:
    with Vault.open(folder, Secret.passphrase(PASSPHRASE)) as vault:
        vault.add_user("ann", "ann's own words", ["clinician", "reader"], kdf=CHEAP)


def opened_for_ann(folder: Path, roles: tuple[str, ...] | None = None) -> Resources:
    opening = Opening(folder, engine="extractive", roles=roles, user="ann")
    return Resources.open(opening, Secret.passphrase(PASSPHRASE), "ann's own words")


def test_the_same_request_gets_the_same_assistant(plain: Resources) -> None:
    first = plain.assistant(policy=None, roles=None)
    assert plain.assistant(policy=None, roles=None) is first
    assert first.vault is plain.vault


def test_roles_narrow_and_never_widen(plain: Resources) -> None:
    everything = plain.assistant(policy=None, roles=None).principal.roles
    one = sorted(everything)[0]
    assert plain.assistant(policy=None, roles=[one]).principal.roles == {one}
    with pytest.raises(AccessDenied):
        plain.assistant(policy=None, roles=["no-such-role"])


def test_roles_given_at_the_start_are_the_most(site: Site) -> None:
    with_users(site.vault)
    held = opened_for_ann(site.vault, ("reader",))
    try:
        assert held.assistant(policy=None, roles=None).principal.roles == {"reader"}
        with pytest.raises(AccessDenied):
            held.assistant(policy=None, roles=["clinician"])
    finally:
        held.close()


def test_a_user_is_looked_up_at_every_request(site: Site) -> None:
    with_users(site.vault)
    held = opened_for_ann(site.vault)
    try:
        assert held.who == "ann"
        assert held.assistant(policy=None, roles=None).principal.roles == {"clinician", "reader"}
        held.vault.set_roles("ann", ["reader", "admin"])
        assert held.assistant(policy=None, roles=None).principal.roles == {"reader"}, (
            "lost at once, given at the next login"
        )
        held.vault.add_user("bob", "bob's own words", ["admin"], kdf=CHEAP)
        held.vault.remove_user("ann")
        with pytest.raises(LockedError):
            held.assistant(policy=None, roles=None)
    finally:
        held.close()


def test_no_user_without_his_password_and_none_where_there_are_none(site: Site) -> None:
    with pytest.raises(LockedError):
        opened_for_ann(site.vault)
    with_users(site.vault)
    with pytest.raises(LockedError):
        Resources.open(Opening(site.vault), Secret.passphrase(PASSPHRASE), None)


def test_what_is_another_s_affair_is_said(plain: Resources, tmp_path: Path) -> None:
    assert plain.why_not(Request("ask", {"question": "a", "engine": "extractive"})) is None
    for name in ("engine", "model", "domain"):
        assert name in (plain.why_not(Request("ask", {"question": "a", name: "other"})) or "")
    assert "user" in (plain.why_not(Request("ask", {"question": "a", "user": "ann"})) or "")
    assert plain.why_not(Request("audit show", {})) is None
    plain.vault.add_user("ann", "ann's own words", ["reader"], kdf=CHEAP)
    assert "users" in (plain.why_not(Request("ask", {"question": "a"})) or "")


def test_a_policy_that_changed_is_read_again(plain: Resources, tmp_path: Path) -> None:
    from assistant.config import shipped

    mine = tmp_path / "mine.yaml"
    mine.write_text((shipped("policies") / "healthcare.yaml").read_text("utf-8"), "utf-8")
    before = plain.assistant(policy=str(mine), roles=None)
    mine.write_text(mine.read_text("utf-8") + "\n# changed\n", "utf-8")
    after = plain.assistant(policy=str(mine), roles=None)
    assert before.gate.policy.sha256 != after.gate.policy.sha256
