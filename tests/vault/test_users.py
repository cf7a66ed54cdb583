"""Conversations, pseudonyms, users."""

from __future__ import annotations

import time

import pytest

from assistant.errors import LockedError, UsageError, VaultError
from assistant.vault import Vault

from .conftest import CHEAP, put


def test_conversations_are_kept_found_and_erased(vault: Vault) -> None:
    first = vault.start_conversation("Fever")
    vault.add_turn(first, "What lowers 100% of fevers?", {"answer": "Paracetamol_1.", "citations": []})
    vault.add_turn(first, "And then?", '{"answer": "Rest."}')
    assert [turn.question for turn in vault.conversation(first)] == ["What lowers 100% of fevers?", "And then?"]
    assert [turn.id for turn in vault.search_conversations("LOWERS 100%")] == [1]
    assert vault.search_conversations("paracetamolX1") == []
    assert [turn.id for turn in vault.search_conversations("rest.")] == [2]
    assert [(info.title, info.turns) for info in vault.conversations()] == [("Fever", 2)]
    vault.pseudonym("PERSON", "Ann Lee", first, lambda taken: "Eve Moss")
    assert vault.delete_conversation(first) == 2
    assert vault.conversations() == [] and list(vault.originals()) == []
    with pytest.raises(UsageError):
        vault.conversation(first)
    with pytest.raises(UsageError):
        vault.add_turn(first, "?", {})


def test_a_pseudonym_is_the_same_in_its_scope_and_can_be_reversed(vault: Vault) -> None:
    made: list[str] = []

    def make(taken):
        for name in ("Eve Moss", "Ann Lee", "Ida Vale", "Una Reed"):
            if not taken(name):
                made.append(name)
                return name
        raise AssertionError

    assert vault.pseudonym("PERSON", "Ann  LEE", "p1", make) == "Eve Moss"
    assert vault.pseudonym("PERSON", "ann lee", "p1", make) == "Eve Moss"
    # Taken in the scope, and a known original, are both passed over.
    assert vault.pseudonym("PERSON", "Bo Kern", "p1", make) == "Ida Vale"
    assert vault.pseudonym("PERSON", "Ann Lee", "p2", make) == "Eve Moss"
    assert made == ["Eve Moss", "Ida Vale", "Eve Moss"]
    assert vault.original("Ida Vale", "p1") == "bo kern"
    assert vault.original("Eve Moss") == "ann lee"
    assert vault.original("Nobody") is None
    vault.pseudonym("PERSON", "Cy Dorn", "p3", lambda taken: "Eve Moss")
    assert vault.original("Eve Moss") is None
    assert vault.original("Eve Moss", "p3") == "cy dorn"
    assert vault.known_originals({"BO KERN", "Ida Vale"}) == {"BO KERN"}
    with pytest.raises(VaultError, match="surrogate"):
        vault.pseudonym("PERSON", "Di Fox", "p1", lambda taken: "Eve Moss")
    assert vault.pseudonym_seed("P", "Ann Lee", "s") == vault.pseudonym_seed("P", "ann  lee", "s")


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
