"""The talk over a lock: it goes on where the policy keeps it, for the one whose it is, and outlasts nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.frontends.opening import Opening
from assistant.frontends.tui.session import Session
from assistant.types import Turn
from assistant.vault import Secret
from tests.frontends.tui.support import PASSPHRASE, QUESTION, answered, make_vault

ENDS = "history: {keep: true, ends_with_session: true, turns: 6}"
STAYS = "history: {keep: true, ends_with_session: false, turns: 6}"
NONE = "history: {keep: false, ends_with_session: true, turns: 6}"


def _policy(site: Path, history: str) -> str:
    shipped = (Path(__file__).resolve().parents[3] / "policies" / "base.yaml").read_text(encoding="utf-8")
    assert STAYS in shipped
    file = site / "own.yaml"
    file.write_text(shipped.replace(STAYS, history), encoding="utf-8")
    return str(file)


def _talked(folder: Path, policy: str) -> tuple[Session, str]:
    """A session in the middle of a talk of one turn, as an answer leaves it."""
    document = make_vault(folder, policy=policy)
    session = Session(Opening(folder))
    session.unlock(Secret.passphrase(PASSPHRASE))
    talk, vault = session.current(), session.assistant.vault
    entry = vault.audit.append("answer", {"principal": session.assistant.principal.name, "status": "extracted"})
    kept = answered(document) | {"audit_id": entry}
    if session._keeps():
        vault.add_turn(talk.id, QUESTION, kept)
    talk.turns.append(Turn(QUESTION, str(kept["answer"])))
    return session, talk.id


@pytest.mark.parametrize("history", [ENDS, STAYS])
def test_the_same_session_goes_on(site: Path, history: str) -> None:
    session, talk = _talked(site / "vault", _policy(site, history))
    session.lock(hold=True)
    session.unlock(Secret.passphrase(PASSPHRASE))
    assert [turn.question for turn in session.take_up()] == [QUESTION]
    assert session.current().id == talk and session.current().turns[0].question == QUESTION
    session.lock()
    with_again = Session(Opening(site / "vault"))
    with_again.unlock(Secret.passphrase(PASSPHRASE))
    left = [info.id for info in with_again.assistant.vault.conversations()]
    assert left == ([talk] if history == STAYS else []), "the end of the session is the policy's end of the talk"
    with_again.lock()


def test_another_session_finds_nothing_and_erases_what_ends_with_its_session(site: Path) -> None:
    session, talk = _talked(site / "vault", _policy(site, ENDS))
    session.lock(hold=True)
    other = Session(Opening(site / "vault"))
    other.unlock(Secret.passphrase(PASSPHRASE))
    assert [info.id for info in other.assistant.vault.conversations()] == [talk]
    assert other.take_up() == [] and other.assistant.vault.conversations() == []
    other.lock()
    session.unlock(Secret.passphrase(PASSPHRASE))
    assert session.take_up() == [], "it was erased meanwhile"
    session.lock()


def test_somebody_else_at_the_same_terminal_does_not_get_it(site: Path) -> None:
    session, _ = _talked(site / "vault", _policy(site, ENDS))
    session.lock(hold=True)
    session.unlock(Secret.passphrase(PASSPHRASE))
    from dataclasses import replace

    session.assistant.principal = replace(session.assistant.principal, name="somebody else")
    assert session.take_up() == [] and session.assistant.vault.conversations() == []
    session.lock()


def test_where_the_policy_keeps_nothing_nothing_outlasts_the_lock(site: Path) -> None:
    session, _ = _talked(site / "vault", _policy(site, NONE))
    session.lock(hold=True)
    session.unlock(Secret.passphrase(PASSPHRASE))
    assert session.take_up() == [] and session.current().turns == []
    session.lock()
