from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.vault import Secret, Vault
from tests.frontends.commands.support import PASSPHRASE, Shell, make_vault


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = make_vault(tmp_path / "vault", monkeypatch)
    with Vault.open(folder, Secret.passphrase(PASSPHRASE)) as opened:
        for n in range(3):
            opened.audit.append("search", {"status": "found", "n": n})
    return folder


def test_the_chain_is_checked_and_a_head_that_was_exported_notices_a_cut_end(shell: Shell, vault: Path) -> None:
    report = shell.json("audit", "verify")
    assert report["ok"] and report["records"] >= 3
    assert shell.json("audit", "verify", "--head", report["head"])["ok"]
    assert "the chain holds" in shell("audit", "verify")
    shell("audit", "verify", "--head", report["head"][:-4] + "0000", code=5)


def test_records_are_shown_from_a_number_on_and_written_as_lines(shell: Shell, vault: Path, tmp_path: Path) -> None:
    rows = shell.json("audit", "show")["records"]
    later = shell.json("audit", "show", "--since", rows[-2]["seq"])["records"]
    assert [row["seq"] for row in later] == [rows[-1]["seq"]]
    shell("audit", "show", "--out", tmp_path / "a.jsonl")
    assert [json.loads(line)["seq"] for line in (tmp_path / "a.jsonl").read_text().splitlines()] == [
        row["seq"] for row in rows
    ]
    assert len(shell("audit", "show").splitlines()) == len(rows)


@pytest.mark.parametrize("command", [("show", "--out"), ("export", "--out")])
def test_a_place_that_cannot_be_written_is_an_error_with_a_remedy(
    shell: Shell, vault: Path, tmp_path: Path, command: tuple[str, str]
) -> None:
    shell("audit", *command, tmp_path / "no" / "such" / "file", code=2)
    assert "cannot be written" in shell.talk


@pytest.mark.parametrize(("form", "begins"), [("jsonl", "{"), ("ocsf", "{"), ("cef", "CEF:0|")])
def test_records_are_exported_for_other_systems_and_stderr_says_where_to_go_on(
    shell: Shell, vault: Path, form: str, begins: str
) -> None:
    lines = shell("audit", "export", "--format", form).splitlines()
    assert len(lines) >= 3 and all(line.startswith(begins) for line in lines)
    assert "the last is" in shell.talk


def test_the_public_key_is_the_vault_s_own_and_stays(shell: Shell, vault: Path) -> None:
    told = shell.json("audit", "key")
    assert told["algorithm"] == "ed25519" and len(bytes.fromhex(told["public_key"])) == 32
    assert shell("audit", "key").strip() == told["public_key"]


@pytest.mark.parametrize("words", [(), ("a1", "--verify", "r.json"), ("--verify", "none.json")])
def test_a_receipt_is_asked_for_by_id_or_checked_by_file_not_both_and_not_neither(
    shell: Shell, vault: Path, words: tuple[str, ...]
) -> None:
    shell("audit", "receipt", *words, code=2)


def test_a_receipt_that_is_none_is_refused_without_a_vault(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_VAULT", str(tmp_path / "none"))
    (tmp_path / "r.json").write_text('{"answer": {}}')
    from assistant.frontends.cli import run

    assert run(["audit", "receipt", "--verify", str(tmp_path / "r.json")]) in (2, 5)
