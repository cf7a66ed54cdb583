"""`assistant tune`: a set from a pack to a file, an adapter from the set, and mistakes that are told before any work."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import ExitCode
from assistant.frontends.cli import run
from assistant.tune.rows import Row, Split, lines_of
from tests.tune.conftest import header, random_model, row, tiny

pytest.importorskip("torch")
__all__ = ["header", "random_model", "tiny"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    file = tmp_path / "set.jsonl"
    rows: list[Row] = [row(n, Split.HELD if n % 4 == 0 else Split.TRAIN) for n in range(8)]
    file.write_text(lines_of(rows), encoding="utf-8")
    return file


def test_an_adapter_is_trained_and_told_as_json(
    data: Path, tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["tune", "lora", "--data", str(data), "--base", str(tiny), "--out", str(tmp_path / "out")]
    assert run([*command, "--steps", "2", "--every", "1", "--rank", "2", "--dtype", "float32", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert Path(told["file"]).is_file()
    assert told["run"]["steps"] == 2


@pytest.mark.parametrize(
    ("command", "word"),
    [
        (["lora", "--data", "no.jsonl", "--out", "x"], "no such training set"),
        (["recipe", "no.yaml", "--out", "x"], "cannot be read"),
        (["lora", "--data", "DATA", "--out", "x", "--base", "TINY", "--train", "half"], "no part of the model"),
        (["prune", "--data", "DATA", "--out", "x", "--base", "TINY"], "nothing is to be taken out"),
    ],
)
def test_mistakes_are_told(
    command: list[str],
    word: str,
    data: Path,
    tiny: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    names = {"DATA": str(data), "TINY": str(tiny)}
    code = run(["tune", *(names.get(part, part) for part in command), "--json"])
    told = json.loads(capsys.readouterr().out)["error"]
    assert code == int(ExitCode.USAGE)
    assert word in told["message"]
    assert not (tmp_path / "x" / "manifest.json").exists()
