"""`assistant ask --adapter`: an adapter that nothing vouches for is refused before the vault is touched, with what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import ExitCode
from assistant.frontends.cli import run
from tests.frontends.commands.support import make_vault

pytestmark = pytest.mark.weights


@pytest.mark.parametrize("command", [["ask", "When?"], ["chat"]])
def test_an_adapter_without_a_manifest_is_refused_before_a_passphrase_is_asked(
    command: list[str],
    models: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    make_vault(tmp_path / "vault", monkeypatch)
    monkeypatch.setenv("ASSISTANT_MODELS", str(models))
    monkeypatch.setenv("ASSISTANT_PASSPHRASE", "not the passphrase")
    (tmp_path / "adapter.gguf").write_bytes(b"GGUF")
    assert run([*command, "--adapter", str(tmp_path / "adapter.gguf")]) == int(ExitCode.FAILED)
    told = capsys.readouterr().err
    assert "manifest.json" in told and "tune lora" in told and "no manifest beside it" in told


def test_an_engine_without_adapters_is_told_the_same_way(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_vault(tmp_path / "vault", monkeypatch)
    monkeypatch.setenv("ASSISTANT_MODELS", str(models))
    words = ["ask", "When?", "--engine", "extractive", "--adapter", str(tmp_path / "adapter.gguf"), "--json"]
    assert run(words) == int(ExitCode.USAGE)
    assert "without an adapter" in json.loads(capsys.readouterr().out)["error"]["message"]
