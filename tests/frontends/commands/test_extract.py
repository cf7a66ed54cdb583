"""`assistant extract`: fields of records and of texts, as JSON and as CSV, each with what it rests on."""

from __future__ import annotations

import json
from pathlib import Path

from tests.batch.support import run
from tests.charts.support import bundle, condition


def test_extract_gives_fields_with_their_sources(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_bytes(bundle(condition("c1", "=Gout")))
    (tmp_path / "f.yaml").write_text("schema: 1\nfields:\n  - {name: gout, from: problems, match: [gout]}\n")
    told = json.loads(run(tmp_path, "extract", tmp_path / "r.json", "--schema", tmp_path / "f.yaml").stdout)
    assert told["rows"][0]["fields"]["gout"] == {
        "value": "=Gout",
        "citations": [{"resource": "Condition/c1", "text": "=Gout"}],
    }
    run(tmp_path, "extract", tmp_path / "r.json", "--schema", tmp_path / "f.yaml", "--out", tmp_path / "o.csv")
    assert (tmp_path / "o.csv").read_text().splitlines()[1] == "p1,'=Gout,Condition/c1"


def test_extract_refuses_what_no_row_can_give_and_cites_nothing_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_bytes(bundle(condition("c1", "Gout")))
    (tmp_path / "f.yaml").write_text("schema: 1\nfields:\n  - {name: a, from: results, give: dosage}\n")
    done = run(tmp_path, "extract", tmp_path / "r.json", "--schema", tmp_path / "f.yaml", code=2)
    assert "f.yaml:3" in done.stderr and "results have no 'dosage'" in done.stderr
    (tmp_path / "f.yaml").write_text("schema: 1\nfields:\n  - {name: died, from: patient, give: died}\n")
    told = json.loads(run(tmp_path, "extract", tmp_path / "r.json", "--schema", tmp_path / "f.yaml").stdout)
    assert told["rows"][0]["fields"]["died"] == {"value": None, "citations": []}
