"""`assistant unlock` and `assistant lock` at the command line."""

from __future__ import annotations

import pytest

from assistant.frontends.commands.agent import state_of
from tests.frontends.agent.conftest import Site, fresh, kept_vault, site

__all__ = ["fresh", "kept_vault", "site"]


def test_unlocking_twice_is_one_agent_and_locking_twice_is_none(fresh: Site) -> None:
    state = fresh.json("vault", "status")["unlocked"]
    assert state["user"] == "local" and 0 < state["idle_minutes"] <= 1440
    again = fresh.json("unlock")
    assert again["pid"] == state["pid"], "no key is asked for: it is open"
    assert fresh.json("lock") == {"locked": 1}
    assert fresh.json("lock") == {"locked": 0}


def test_it_is_never_started_unasked(site: Site) -> None:
    assert site.run("docs", "list", key=True).returncode == 0
    assert list(site.runtime.rglob("*")) == []


def test_a_wrong_passphrase_and_no_vault_are_told(site: Site) -> None:
    wrong = site.run("unlock", extra={"ASSISTANT_PASSPHRASE": "not these words at all"})
    assert wrong.returncode == 4
    assert site.run("unlock", "--vault", str(site.runtime / "none"), key=True).returncode == 1
    assert site.run("unlock", "--idle", "0", key=True).returncode == 2


def test_nobody_there_is_no_state(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(site.runtime))
    assert state_of(site.vault) is None
