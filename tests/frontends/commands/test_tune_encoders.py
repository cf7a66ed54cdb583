"""`assistant tune embedder|reader|redactor`: mistakes are told before any work, and what is worse ends with exit code 1."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import ExitCode
from assistant.frontends.cli import run
from assistant.tune.rows import Split, lines_of
from tests.tune.conftest import row

pytest.importorskip("torch")
pytestmark = pytest.mark.weights


@pytest.fixture(autouse=True)
def _store(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_MODELS", str(models))


@pytest.mark.parametrize("command", ["embedder", "reader"])
def test_rows_that_nobody_looked_at_are_not_learned_unless_it_is_said(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "set.jsonl"
    data.write_text(lines_of([row(n, Split.HELD if n % 4 == 0 else Split.TRAIN) for n in range(8)]))
    words = ["tune", command, "--data", str(data), "--out", str(tmp_path / "out"), "--json"]
    for more, told in ([], "0"), (["--unreviewed"], "6"):
        assert run([*words, *more]) == int(ExitCode.USAGE)
        message = json.loads(capsys.readouterr().out)["error"]["message"]
        assert "too few" in message or "accepted" in message or "no row" in message
        assert told == "0" or message.startswith(told)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"text": "Zoltan rang", "identifiers": [{"kind": "NAME", "words": "Zoltan"}]}', "the tagger knows"),
        ('{"text": "nothing here"}', "too few"),
    ],
)
def test_corrections_that_do_not_fit_are_told_without_their_text(
    line: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "corrections.jsonl"
    data.write_text(line)
    words = ["tune", "redactor", "--data", str(data), "--out", str(tmp_path / "out"), "--json"]
    assert run(words) == int(ExitCode.USAGE)
    out = capsys.readouterr().out
    assert told in json.loads(out)["error"]["message"] and "Zoltan" not in out


@pytest.mark.slow
def test_a_redactor_that_loses_a_share_is_refused_with_its_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Corrections that say that no name is one cost the names of other texts."""
    lines = [json.dumps({"text": f"Ann Lee of ward {n} rang Tom Fox about bed {n}."}) for n in range(150)]
    (tmp_path / "corrections.jsonl").write_text("\n".join(lines))
    words = [
        "tune",
        "redactor",
        "--data",
        str(tmp_path / "corrections.jsonl"),
        "--out",
        str(tmp_path / "out"),
        "--json",
    ]
    how = ["--again", "0", "--steps", "30", "--every", "30", "--rate", "5e-3"]
    assert run([*words, *how]) == int(ExitCode.FAILED)
    told = json.loads(capsys.readouterr().out)
    assert not told["passed"] and "made texts: found" in told["worse"]
    assert Path(told["folder"]).name == "redactor.refused"
    assert "Refused" in (tmp_path / "out" / "report.md").read_text()
