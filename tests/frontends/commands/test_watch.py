"""`assistant watch`: alerts as lines, as flags and as one document; what is left out is told."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.batch.support import ROOT, environment, run

ROWS = "person,time,sign,value,unit\np,2026-01-01T08:00:00,hr,150,bpm\np,2026-01-01T09:00:00,hr,nan,bpm\n"


def test_a_pipe_streams_alerts(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "assistant", "watch", "-"]
    done = subprocess.run(
        command, input=ROWS, cwd=ROOT, capture_output=True, text=True, timeout=240, env=environment(tmp_path)
    )
    assert json.loads(done.stdout)["level"] == "alert" and "1 not a number" in done.stderr


def test_a_file_gives_lines_flags_or_one_document(tmp_path: Path) -> None:
    (tmp_path / "day.csv").write_text(ROWS)
    (line,) = run(tmp_path, "watch", tmp_path / "day.csv").stdout.splitlines()
    assert json.loads(line)["level"] == "alert"
    (flag,) = run(tmp_path, "watch", tmp_path / "day.csv", "--format", "fhir").stdout.splitlines()
    assert json.loads(flag)["resourceType"] == "Flag"
    told = json.loads(run(tmp_path, "watch", tmp_path / "day.csv", "--json").stdout)
    assert len(told["alerts"]) == 1 and told["counts"] == {"alert": 1}
    assert (told["samples"], told["left_out"]) == (1, {"not a number": 1})


def test_a_document_over_many_lines_is_read_whole_and_lines_one_by_one(tmp_path: Path) -> None:
    row = {"person": "p", "time": "2026-01-01T08:00:00", "sign": "hr", "value": 150, "unit": "bpm"}
    (tmp_path / "pretty.json").write_text(json.dumps([row], indent=1))
    (tmp_path / "lines.json").write_text(json.dumps(row) + "\n" + json.dumps(row | {"value": 70}) + "\n")
    for name, samples in (("pretty.json", 1), ("lines.json", 2)):
        told = json.loads(run(tmp_path, "watch", tmp_path / name, "--json").stdout)
        assert told["samples"] == samples and told["counts"] == {"alert": 1}, name


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["day.csv", "--format", "xml"], "no output format 'xml'"),
        (["none.csv"], "cannot be read"),
        (["day.csv", "--domain", "customer-service"], "has no thresholds"),
    ],
)
def test_what_cannot_be_watched_is_a_usage_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("day.csv").write_text(ROWS)
    assert told in run(tmp_path, "watch", *words, code=2).stderr


def test_a_first_line_that_is_no_header_is_told_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "bare.csv").write_text("p,2026-01-01T08:00:00,hr,150,bpm\n")
    done = run(tmp_path, "watch", tmp_path / "bare.csv", code=1)
    assert "bare.csv:1" in done.stderr and done.stdout == ""


def test_a_stream_in_which_nothing_was_a_value_has_failed(tmp_path: Path) -> None:
    (tmp_path / "day.csv").write_text("person,time,sign,value,unit\np,2026-01-01T09:00:00,hr,nan,bpm\n")
    done = run(tmp_path, "watch", tmp_path / "day.csv", code=1)
    assert "0 values; alerts: none; left out: 1 not a number" in done.stderr
