from __future__ import annotations

from pathlib import Path

import pytest

from assistant.frontends.cli import run
from assistant.vault import Secret, Vault
from tests.frontends.commands.support import PASSPHRASE, Shell, make_vault


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return make_vault(tmp_path / "vault", monkeypatch, ("leaflet", "Take 500 mg.", "public"))


def test_a_vault_is_made_once(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_PASSPHRASE", PASSPHRASE)
    made = shell.json("init", "--vault", tmp_path / "new", "--domain", "customer-service")
    assert made["vault"] == str(tmp_path / "new") and made["vault_id"]
    again = run(["init", "--vault", str(tmp_path / "new")])
    assert again != 0, "a vault must not be made over another"
    assert shell.json("vault", "status", "--vault", tmp_path / "new")["vault_id"] == made["vault_id"]


def test_status_counts_and_with_verify_reads_every_byte(shell: Shell, vault: Path) -> None:
    shown = shell.json("vault", "status", "--verify")
    assert shown["documents"] == 1 and shown["integrity"] == ["ok"] and shown["audit"]["ok"] is True
    assert "integrity" not in shell.json("vault", "status")
    assert "documents" in shell("vault", "status")


def test_a_changed_byte_is_exit_code_5(shell: Shell, vault: Path) -> None:
    data = bytearray((vault / "vault.db").read_bytes())
    data[len(data) // 2] ^= 1
    (vault / "vault.db").write_bytes(bytes(data))
    shell("vault", "status", "--verify", code=5)
    assert "Remedy" in shell.talk or "remedy" in shell.talk.lower()


@pytest.mark.parametrize("passphrase", ["another passphrase here", ""])
def test_without_the_right_key_nothing_opens(
    shell: Shell, vault: Path, monkeypatch: pytest.MonkeyPatch, passphrase: str
) -> None:
    monkeypatch.setenv("ASSISTANT_PASSPHRASE", passphrase)
    error = shell.json("vault", "status", code=4)["error"]
    assert error["exit_code"] == 4 and error["remedy"]


def test_slots_are_added_and_removed_and_the_last_one_stays(shell: Shell, vault: Path, tmp_path: Path) -> None:
    found = shell.json("vault", "slots", "--add-key-file", tmp_path / "ward.key")["slots"]
    assert [slot["kind"] for slot in found] == ["passphrase", "keyfile"] and found[1]["label"] == "ward"
    assert shell.json("vault", "status", "--key-file", tmp_path / "ward.key", code=0)["documents"] == 1
    (left,) = shell.json("vault", "slots", "--remove", found[0]["id"], "--key-file", tmp_path / "ward.key")["slots"]
    assert left["kind"] == "keyfile"
    shell("vault", "status", code=4)
    shell("vault", "slots", "--remove", left["id"], "--key-file", tmp_path / "ward.key", code=2)


@pytest.mark.parametrize("words", [("--add", "floppy"), ("--rotate", "none"), ("--remove", "none")])
def test_a_slot_that_cannot_be_is_a_usage_error(shell: Shell, vault: Path, words: tuple[str, str]) -> None:
    before = len(Vault.open(vault, Secret.passphrase(PASSPHRASE)).slots())
    assert shell("vault", "slots", *words, code=2) is not None
    assert len(Vault.open(vault, Secret.passphrase(PASSPHRASE)).slots()) == before


def test_a_new_passphrase_opens_and_the_old_one_does_not(
    shell: Shell, vault: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "new").write_text("a quite new passphrase\n")
    shell("vault", "rekey", code=2)
    shell("vault", "rekey", "--new-passphrase-file", tmp_path / "new")
    shell("vault", "status", code=4)
    monkeypatch.setenv("ASSISTANT_PASSPHRASE", "a quite new passphrase")
    shell("vault", "rekey", "--full")
    assert shell.json("vault", "status", "--verify")["integrity"] == ["ok"]


def test_a_backup_is_restored_into_an_empty_folder_and_over_a_vault_only_where_asked(
    shell: Shell, vault: Path, tmp_path: Path
) -> None:
    made = shell.json("vault", "backup", tmp_path / "b.bin")
    assert made["bytes"] == (tmp_path / "b.bin").stat().st_size > 0
    assert b"Take 500 mg" not in (tmp_path / "b.bin").read_bytes()
    shell("vault", "restore", tmp_path / "b.bin", "--vault", tmp_path / "again")
    assert shell.json("vault", "status", "--vault", tmp_path / "again")["documents"] == 1
    assert run(["vault", "restore", str(tmp_path / "b.bin"), "--vault", str(tmp_path / "again")]) != 0
    shell("vault", "restore", tmp_path / "b.bin", "--vault", tmp_path / "again", "--replace")
