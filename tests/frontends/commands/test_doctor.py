from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.frontends.cli import run
from assistant.frontends.commands import doctor


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path))
    monkeypatch.setenv("ASSISTANT_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("ASSISTANT_VAULT", str(tmp_path / "vault"))
    monkeypatch.delenv("ASSISTANT_PROFILE", raising=False)
    return tmp_path


def report(capsys: pytest.CaptureFixture[str], *words: str, code: int) -> dict[str, Any]:
    capsys.readouterr()
    assert run(["doctor", "--json", *words]) == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_missing_models_are_a_trouble_and_exit_code_1(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = report(capsys, code=1)
    assert set(found["models"].values()) == {"missing"}
    assert any("is missing" in trouble for trouble in found["troubles"])
    assert found["vault"].startswith("none at") and found["packages"]["cryptography"]


def test_what_it_says_to_people_is_the_same(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "Troubles:" in said and "MISSING" not in said.split("Models in")[0]
    assert "Network guard" in said and "Vault: none at" in said


def test_a_model_that_was_changed_is_exit_code_5(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "_models", lambda: {"writer": "changed"})
    assert "model writer is changed" in report(capsys, code=5)["troubles"]


def test_a_missing_package_is_named(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "PACKAGES", ("typer", "no-such-package"))
    found = report(capsys, code=1)
    assert found["packages"]["no-such-package"] == "" and "package no-such-package is missing" in found["troubles"]


def test_the_profile_of_a_small_machine_is_judged_by_its_memory(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.models.memory.available_mb", lambda: 64)
    found = report(capsys, "--profile", "edge", code=1)
    assert found["engine"]["profile"] == "edge" and found["engine"]["slots"] == 1
    assert any(trouble.startswith("the profile edge") for trouble in found["troubles"])


def test_a_vault_that_others_can_read_is_told(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = home / "vault"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    (folder / "slots.json").write_text("{}")
    (folder / "vault.db").write_bytes(b"x")
    assert "readable by others (mode 755)" in report(capsys, code=1)["vault"]
    folder.chmod(0o700)
    assert "private" in report(capsys, code=1)["vault"]
