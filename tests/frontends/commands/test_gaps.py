"""The gap board at the command line, from a question in vain to a verified answer, over one real vault."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import ExitCode
from assistant.frontends.cli import run
from assistant.vault import KdfCost, Secret
from assistant.wiring import create_vault

PASSPHRASE = "correct horse battery staple"
VAIN = "Do you sell garden chairs?"


@pytest.fixture
def folder(tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASSISTANT_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("ASSISTANT_VAULT", str(tmp_path / "vault"))
    policy = tmp_path / "shop.yaml"
    shipped = Path(__file__).resolve().parents[3] / "policies" / "customer-service.yaml"
    policy.write_text(shipped.read_text(encoding="utf-8").replace("local_roles: [agent]", "local_roles: [supervisor]"))
    cheap = KdfCost(memory_kib=64, iterations=1, lanes=1)
    secret = Secret.passphrase(PASSPHRASE)
    create_vault(tmp_path / "vault", secret, policy=str(policy), domain="customer-service", kdf=cheap).close()
    (tmp_path / "range.md").write_text(
        "# Our range\n\nWe sell lamps, speakers and robot vacuums. We sell nothing else.\n"
    )
    assert run(["ingest", str(tmp_path / "range.md"), "--label", "public"]) == 0
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *command: str) -> Any:
    capsys.readouterr()
    assert run([*command, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def rows(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_from_a_question_in_vain_to_a_verified_answer(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for question in (VAIN, "Do you have garden chairs for sale?", "Is there a student discount?"):
        told(capsys, "ask", question, "--engine", "extractive")
    groups = told(capsys, "gaps", "list")["gaps"]
    assert [group["count"] for group in groups] == [2, 1]
    assert told(capsys, "gaps", "list", "--least", "2")["gaps"] == groups[:1]
    shown = told(capsys, "gaps", "show", str(groups[0]["id"]))
    near = shown["closest"][0]
    assert "lamps" in near["text"]
    words = ["--text", "No, we sell lamps, speakers and robot vacuums only.", "--source", near["document_id"]]
    made = told(
        capsys, "gaps", "answer", str(groups[0]["id"]), *words, "--passage", str(near["passage"]), "--wording", VAIN
    )
    answer = told(capsys, "ask", VAIN, "--engine", "extractive")
    assert (answer["status"], answer["verified"]["id"]) == ("answered", made["id"])
    left = told(capsys, "gaps", "list")["gaps"]
    assert VAIN not in [wording for group in left for wording in group["wordings"]]
    assert told(capsys, "gaps", "dismiss", str(left[0]["id"]))["erased"] == 1
    figures = told(capsys, "gaps", "figures")
    assert (figures["total"]["asked"], figures["total"]["answered"]) == (4, 1)


def test_the_board_and_the_figures_as_tables(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "ask", VAIN, "--engine", "extractive")
    assert run(["gaps", "export", "--out", str(folder / "board.csv")]) == 0
    (row,) = rows(folder / "board.csv")
    assert row["question"] == VAIN
    assert run(["gaps", "figures", "--csv", str(folder / "figures.csv")]) == 0
    (week,) = rows(folder / "figures.csv")
    assert week["asked"] == "1"
    capsys.readouterr()
    assert run(["gaps", "list"]) == run(["gaps", "show", row["group"]]) == run(["gaps", "figures"]) == 0
    out = capsys.readouterr().out
    assert VAIN in out and "Closest passages" in out and "asked     1" in out


def test_who_may_not_see_it_is_told_who_may(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gaps", "list", "--policy", "healthcare"]) == ExitCode.BLOCKED
    assert "nobody" in capsys.readouterr().err
