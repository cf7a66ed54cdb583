from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import UsageError
from assistant.evaluate.redaction import evaluate, score
from assistant.types import Span

ROWS: list[dict[str, Any]] = [
    {
        "id": "a",
        "text": "Ann Lee takes metformin 500 mg, MRN 6103355.",
        "kind": "note",
        "spans": [
            {"entity": "PERSON_NAME", "start": 0, "end": 7},
            {"entity": "MEDICATION_NAME", "start": 14, "end": 30},
            {"entity": "MEDICAL_RECORD_NUMBER", "start": 36, "end": 43},
            {"entity": "GENDER", "start": 8, "end": 13},
        ],
    }
]


def test_score_counts_what_a_reader_can_still_see() -> None:
    result = score(ROWS, [[Span("PERSON", 0, 7), Span("ID", 36, 40), Span("DATE", 30, 31)]])
    assert result["recall"] == 0.5 and result["recall_with_descriptive"] == pytest.approx(1 / 3)
    assert result["precision"] == pytest.approx(2 / 3)
    assert result["clinical_terms_hidden"] == 0.0
    assert result["by_entity"]["MEDICAL_RECORD_NUMBER"] == {"recall": 0.0, "n": 1}
    assert result["by_kind"] == {"note": {"recall": 0.5, "n": 2}}
    assert score(ROWS, [[Span("X", 0, 44)]])["clinical_terms_hidden"] == 1.0


def test_evaluate_writes_raw_predictions(models: Path, tmp_path: Path) -> None:
    data = tmp_path / "d.jsonl"
    data.write_text("\n".join(json.dumps(row) for row in ROWS) + "\n")
    out = tmp_path / "o.jsonl"
    result = evaluate(data, out=out, stock=True)
    assert set(result) == {"metrics", "n", "data", "seconds"} and result["n"] == 1
    assert result["metrics"]["recall"] == 1.0 and "stock" in result["metrics"]
    line = json.loads(out.read_text())
    assert line["id"] == "a" and {"entity", "start", "end", "score"} == set(line["findings"][0])


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"text": "x"}', '{"text": "x", "spans": [{"entity": "A", "start": 0, "end": 9}]}']
)
def test_rows_of_another_shape_are_refused(tmp_path: Path, line: str) -> None:
    data = tmp_path / "d.jsonl"
    data.write_text(line)
    with pytest.raises(UsageError):
        evaluate(data)


@pytest.mark.parametrize(("name", "least"), [("pii_clinical", 0.97), ("pii_adversarial", 0.85)])
def test_dev_sets(models: Path, evaluation_data: Path, name: str, least: float) -> None:
    result = evaluate(evaluation_data / name / "dev.jsonl", limit=200)["metrics"]
    assert result["recall"] >= least and result["precision"] >= 0.9 and result["clinical_terms_hidden"] <= 0.02
