from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.frontends.commands.support import Shell, make_vault

TEXTS = (
    ("leaflet", "Take 500 mg.", "public"),
    ("note", "Dear Grace.", "clinical"),
    ("therapy", "She dreams.", "psychotherapy"),
)


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    make_vault(tmp_path / "vault", monkeypatch, *TEXTS)
    return Shell(capsys)


def ids(shell: Shell) -> dict[str, str]:
    found: list[dict[str, Any]] = shell.json("docs", "list")["documents"]
    return {row["title"]: row["id"] for row in found}


def test_only_what_one_may_see_is_listed(shell: Shell) -> None:
    assert set(ids(shell)) == {"leaflet", "note"}
    lines = shell("docs", "list").splitlines()
    assert len(lines) == 2 and any("leaflet" in line and "public" in line for line in lines)
    assert "2 documents" in shell.talk
    assert shell.json("docs", "list", "--collection", "none")["documents"] == []


def test_a_document_is_shown_as_it_is_stored(shell: Shell) -> None:
    shown = shell.json("docs", "show", ids(shell)["leaflet"])
    assert (shown["text"], shown["labels"], shown["losses"]) == ("Take 500 mg.", ["public"], [])
    assert shell("docs", "show", ids(shell)["leaflet"]) == "Take 500 mg.\n"


@pytest.mark.parametrize("command", [("show",), ("delete", "--yes")])
def test_missing_and_hidden_are_told_in_the_same_words(shell: Shell, tmp_path: Path, command: tuple[str, ...]) -> None:
    from assistant.vault import Secret, Vault
    from tests.frontends.commands.support import PASSPHRASE

    with Vault.open(tmp_path / "vault", Secret.passphrase(PASSPHRASE)) as vault:
        hidden = next(info.id for info in vault.documents() if info.title == "therapy")
    said = []
    for number in (hidden, "0" * len(hidden)):
        shell("docs", command[0], number, *command[1:], code=2)
        said.append(shell.talk)
    assert said[0] == said[1]


def test_deleting_erases_and_asks_before(shell: Shell) -> None:
    number = ids(shell)["leaflet"]
    erased = shell.json("docs", "delete", number, "--yes")
    assert erased and number not in ids(shell).values()
    shell("docs", "delete", number, "--yes", code=2)


def test_labels_are_shown_and_not_changed_to_what_asks_for_another_redaction(shell: Shell) -> None:
    number = ids(shell)["leaflet"]
    assert shell.json("docs", "access", number) == {"id": number, "labels": ["public"]}
    shell("docs", "access", number, "--label", "clinical", code=3)
    assert "not redacted as these labels ask for" in shell.talk
    assert shell.json("docs", "access", number)["labels"] == ["public"]


def test_a_page_of_what_is_no_pdf_cannot_be_drawn(shell: Shell, tmp_path: Path) -> None:
    from assistant.frontends.cli import run

    assert run(["docs", "page", ids(shell)["leaflet"], "1", "--out", str(tmp_path / "p.png")]) != 0
    assert not (tmp_path / "p.png").exists()


def test_erasing_a_person_is_for_those_whom_the_policy_names(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "who").write_text("Grace Whitcombe\n")
    from assistant.frontends.cli import run

    assert run(["docs", "erase-subject", str(tmp_path / "who"), "--yes"]) != 0
    assert set(ids(shell)) == {"leaflet", "note"}
