"""People who log in: roles, passwords, and the wait after wrong ones."""

from __future__ import annotations

import time

import pytest

from assistant.errors import LockedError, UsageError
from assistant.vault import Vault

from .conftest import CHEAP, put


def test_users_log_in_and_failures_make_them_wait(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    vault.add_user("ann", "long password", ["clinician", "psychiatry"], kdf=CHEAP)
    assert vault.login("ann", "long password").roles == {"clinician", "psychiatry"}
    with pytest.raises(LockedError) as unknown:
        vault.login("nobody", "x")
    for _ in range(3):
        with pytest.raises(LockedError) as wrong:
            vault.login("ann", "x")
        assert str(wrong.value) == str(unknown.value)
    assert vault.users()[0].locked
    with pytest.raises(LockedError, match="wait"):
        vault.login("ann", "long password")
    later = time.time() + 3
    monkeypatch.setattr("assistant.vault.users.time.time", lambda: later)
    assert vault.login("ann", "long password").name == "ann"
    assert not vault.users()[0].locked
    vault.set_roles("ann", [])
    vault.set_password("ann", "another long password", kdf=CHEAP)
    assert vault.login("ann", "another long password").roles == frozenset()
    vault.remove_user("ann")
    for call in (
        lambda: vault.remove_user("ann"),
        lambda: vault.set_roles("ann", []),
        lambda: vault.add_user("a b", "x", []),
    ):
        with pytest.raises(UsageError):
            call()


def test_the_password_is_not_stored(vault: Vault) -> None:
    vault.add_user("ann", "a very memorable password", [], kdf=CHEAP)
    put(vault, "x")
    assert vault.scan(b"a very memorable password") == 0
