"""Verified answers at the command line: given, reworded, withdrawn, exported; wrong input is told in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import ExitCode
from assistant.frontends.cli import run
from assistant.vault import Secret, Vault
from tests.frontends.commands.test_gaps import PASSPHRASE, folder, told

__all__ = ["folder"]
ASKED = "Which products do you sell?"


def source(root: Path) -> list[str]:
    with Vault.open(root / "vault", Secret.passphrase(PASSPHRASE)) as vault:
        (info,) = vault.documents()
        (passage,) = vault.document_passages(info.id)
    return ["--source", info.id, "--passage", str(passage.id)]


def test_a_life_of_a_verified_answer(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "answer.txt").write_text("Lamps, speakers and robot vacuums.\n")
    words = ["--question", ASKED, "--text-file", str(folder / "answer.txt"), "--audience", "customer"]
    made: Any = told(capsys, "verified", "add", *words, *source(folder))
    told(capsys, "verified", "wording", made["id"], "What is in your range?")
    (listed,) = told(capsys, "verified", "list")["verified"]
    assert (listed["in_force"], listed["audience"], len(listed["wordings"])) == (True, ["customer"], 2)
    assert run(["verified", "list"]) == run(["verified", "show", made["id"]]) == 0
    assert "What is in your range?" in capsys.readouterr().out
    assert run(["verified", "export", "--out", str(folder / "out.json")]) == 0
    exported = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    assert exported["answers"][0]["id"] == made["id"]
    taken = told(capsys, "verified", "import", str(folder / "out.json"), "--public-key", exported["public_key"])
    assert (taken["taken"], len(taken["left"])) == ([], 1), "it is here already"
    told(capsys, "verified", "withdraw", made["id"])
    assert told(capsys, "verified", "show", made["id"])["expired"] == "withdrawn"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "missing or given twice"),
        (["--text", "Lamps.", "--until", "soon"], "no day"),
        (["--text", "Lamps.", "--audience", "nobody-known"], "not for nobody-known"),
    ],
)
def test_what_will_not_do_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    given = ["verified", "add", "--question", ASKED, *words, *source(folder)]
    assert run(given) == ExitCode.USAGE
    assert said in capsys.readouterr().err
