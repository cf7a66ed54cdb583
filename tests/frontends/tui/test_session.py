from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import AccessDenied, LockedError, ModelError
from assistant.frontends.opening import Opening
from assistant.frontends.tui.session import NOBODY, Session
from assistant.vault.keys import KdfCost, Secret
from assistant.vault.store import Vault

CHEAP = KdfCost(memory_kib=64, iterations=1, lanes=1)
KEY = Secret.passphrase("four quiet words here")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("ASSISTANT_PASSWORD", raising=False)
    with Vault.create(tmp_path / "vault", KEY, kdf=CHEAP) as vault:
        vault.put("policy", "healthcare")
        vault.put("domain", "healthcare")
    return tmp_path / "vault"


@pytest.fixture
def session(folder: Path) -> Iterator[Session]:
    made = Session(Opening(folder, engine="extractive"))
    made.unlock(KEY)
    yield made
    made.lock()


def test_a_closed_session_has_no_assistant_and_knows_its_vault_by_names_only(folder: Path, tmp_path: Path) -> None:
    closed = Session(Opening(folder))
    assert closed.has_vault() and not closed.is_open
    with pytest.raises(LockedError):
        _ = closed.assistant
    assert not Session(Opening(tmp_path / "none")).has_vault()


def test_a_wrong_key_opens_nothing(folder: Path) -> None:
    closed = Session(Opening(folder, engine="extractive"))
    with pytest.raises(LockedError):
        closed.unlock(Secret.passphrase("another passphrase"))
    assert not closed.is_open


def test_locking_closes_the_vault_and_forgets_the_conversation(session: Session) -> None:
    vault = session.assistant.vault
    session.current()
    session.lock()
    assert not session.is_open and session.conversation is None
    with pytest.raises(LockedError):
        vault.documents()
    session.lock()


def test_a_conversation_has_an_id_from_the_first_question_on_and_another_after_its_end(session: Session) -> None:
    first = session.current()
    assert first.id and session.current() is first
    session.end_conversation()
    assert session.current().id != first.id


def test_a_vault_with_users_is_nobody_s_until_one_signs_in(folder: Path) -> None:
    with Vault.open(folder, KEY) as vault:
        vault.add_user("ann", "ann's own words", ["admin"], kdf=CHEAP)
        vault.add_user("bob", "bob's own words", ["clinician"], kdf=CHEAP)
    opened = Session(Opening(folder, engine="extractive", roles=("clinician",)))
    opened.unlock(KEY)
    assert opened.needs_user and opened.assistant.principal.name == NOBODY and not opened.assistant.principal.roles
    with pytest.raises(LockedError):
        opened.sign_in("bob", "wrong")
    with pytest.raises(AccessDenied, match="no such role"):
        opened.sign_in("ann", "ann's own words")
    assert opened.assistant.principal.name == NOBODY
    assert opened.sign_in("bob", "bob's own words").roles == {"clinician"}
    assert not opened.needs_user
    opened.lock()


def test_roles_that_the_user_has_not_open_nothing(folder: Path) -> None:
    wider = Session(Opening(folder, engine="extractive", roles=("psychiatry",)))
    with pytest.raises(AccessDenied):
        wider.unlock(KEY)
    assert not wider.is_open


def test_another_writer_is_a_new_assistant_over_the_same_vault(session: Session) -> None:
    before, vault = session.assistant, session.assistant.vault
    session.current()
    session.use_model("extractive", None)
    assert session.assistant is not before and session.assistant.vault is vault
    assert session.conversation is None and session.assistant.principal == before.principal


def test_a_writer_that_cannot_be_had_leaves_the_present_one(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    before = session.assistant

    def refused(*_: object, **__: object) -> None:
        raise ModelError("there is no such model", remedy="pull it")

    monkeypatch.setattr("assistant.wiring.assemble", refused)
    with pytest.raises(ModelError):
        session.use_model("llamacpp", "none")
    assert session.assistant is before and (session.engine, session.model) == ("extractive", None)
