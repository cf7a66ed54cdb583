"""How a command gets its secret: what is named on the command line wins or fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.frontends.cli import run
from assistant.vault import KdfCost, Secret, Vault

RIGHT = "correct horse battery staple"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "vault"
    Vault.create(made, Secret.passphrase(RIGHT), kdf=KdfCost(64, 1, 1)).close()
    monkeypatch.setenv("ASSISTANT_VAULT", str(made))
    monkeypatch.setenv("ASSISTANT_PASSPHRASE", RIGHT)
    return tmp_path


def test_a_passphrase_file_wins_over_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "wrong").write_text("another passphrase of length\n")
    (folder / "right").write_text(f"{RIGHT}\n")
    assert run(["vault", "status"]) == 0
    assert run(["vault", "status", "--passphrase-file", str(folder / "wrong")]) == 4
    monkeypatch.setenv("ASSISTANT_PASSPHRASE", "not this one, at all")
    assert run(["vault", "status", "--passphrase-file", str(folder / "right")]) == 0


def test_a_passphrase_file_that_is_not_there_fails_and_nothing_takes_its_place(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["vault", "status", "--passphrase-file", str(folder / "none")]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_two_named_keys_are_refused(folder: Path) -> None:
    (folder / "right").write_text(f"{RIGHT}\n")
    key = str(Secret.new_keyfile(folder / "key"))
    assert run(["vault", "status", "--passphrase-file", str(folder / "right"), "--key-file", key]) == 2


def test_init_refuses_what_the_wizard_refuses(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_PASSPHRASE", "abc")
    assert run(["init", "--vault", str(folder / "second")]) == 2
    assert not (folder / "second" / "vault.db").exists()
