from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.config import shipped
from tests.frontends.commands.support import Shell

POLICIES = sorted(path.stem for path in shipped("policies").glob("*.yaml"))


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


@pytest.mark.parametrize("name", POLICIES)
def test_a_shipped_policy_has_no_error_and_is_explained_in_sentences(shell: Shell, name: str) -> None:
    remarks = shell.json("policy", "lint", name)["remarks"]
    assert not [remark for remark in remarks if remark["level"] == "error"]
    told = shell.json("policy", "explain", name)
    assert told["id"] == name and len(told["sha256"]) == 64
    assert len(told["sentences"]) > 5
    assert shell("policy", "explain", name).count("\n- ") >= 5


def test_a_misspelt_key_is_an_error_with_its_line_and_exit_code_2(shell: Shell, tmp_path: Path) -> None:
    text = (shipped("policies") / "base.yaml").read_text(encoding="utf-8").replace("\nrefusal:", "\nrefusl:")
    (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
    errors = [r for r in shell.json("policy", "lint", tmp_path / "p.yaml", code=2)["remarks"] if r["level"] == "error"]
    assert any("refusl" in error["message"] and error["line"] for error in errors)
    assert "line" in shell("policy", "lint", tmp_path / "p.yaml", code=2)


def test_a_policy_that_is_not_there_is_a_usage_error(shell: Shell, tmp_path: Path) -> None:
    shell("policy", "explain", tmp_path / "none.yaml", code=2)
    assert "none.yaml" in shell.talk


def test_the_schema_is_one_json_document(shell: Shell) -> None:
    schema = json.loads(shell("policy", "schema"))
    assert schema["$schema"].startswith("https://json-schema.org/") and "checks" in schema["properties"]
