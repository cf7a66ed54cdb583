from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.batch.settings import Failed, Made, Scan, Settings, Unit
from assistant.batch.work import Worker
from assistant.errors import AssistantError
from assistant.policy.model import load_policy
from tests.charts.support import bundle, condition


def settings(**more: Any) -> Settings:
    rules = load_policy("healthcare")
    given: dict[str, Any] = {
        "policy": "healthcare", "policy_sha256": rules.sha256, "domain": "healthcare", "roles": ("clinician",),
        "as_of": "2026-11-24", "formats": ("json", "md", "fhir"), "narrative": "template", "fields": (),
    }  # fmt: skip
    known = set(Settings.__dataclass_fields__)
    return Settings(**{k: v for k, v in (given | more).items() if k in known})


@pytest.fixture(scope="module")
def worker() -> Worker:
    made = Worker(settings())
    made._veil = type(made._veil)(made.policy.records.model_copy(update={"identifiers": "show", "dates": "show"}), None)
    return made


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "p1.json"
    path.write_bytes(bundle(condition("c1", "Gout"), name=[{"family": "Lund", "given": ["Mei"]}]))
    return path


def unit(worker: Worker, path: Path, patient_id: str = "p1") -> Unit:
    parts = worker(Scan((str(path),), "fhir"))
    assert isinstance(parts, list) and len(parts) == 1
    return Unit(patient_id, patient_id, tuple(parts))


def test_a_file_is_scanned_for_its_patients_and_a_patient_is_summarized(worker: Worker, record: Path) -> None:
    made = worker(unit(worker, record))
    assert isinstance(made, Made)
    summary = json.loads(made.files[".json"])
    assert [p["text"] for p in summary["problems"]] == ["Gout"] and summary["patient_id"] == "p1"
    assert "Gout" in made.files[".md"].decode() and json.loads(made.files[".fhir.json"])["resourceType"] == "Bundle"
    assert list(made.files)[-1] == ".json", "where this file is, the others are"
    assert made.figures["problems"] == 1 and made.figures["allergies"] == 0


def test_under_an_alias_the_patient_s_own_number_stands_nowhere(worker: Worker, record: Path) -> None:
    made = worker(unit(worker, record, "record-abc"))
    assert isinstance(made, Made)
    summary = json.loads(made.files[".json"])
    assert summary["patient_id"] == "record-abc" and summary["patient"]["resource"] == "Patient/record-abc"
    text = json.dumps(summary) + made.files[".md"].decode() + made.files[".fhir.json"].decode()
    assert "Patient/p1" not in text
    cited = {resource for sentence in summary["narrative"] for resource in sentence["resources"]}
    assert "Patient/record-abc" in cited and "Condition/c1" in cited


def test_a_file_that_is_no_record_fails_with_its_reason_and_costs_nothing_else(
    worker: Worker, tmp_path: Path, record: Path
) -> None:
    (tmp_path / "bad.json").write_text('{"resourceType": "Basic"}')
    failed = worker(Scan((str(tmp_path / "bad.json"),), "fhir"))
    assert isinstance(failed, Failed) and failed.reason and failed.remedy
    assert isinstance(worker(unit(worker, record)), Made)


def test_an_unexpected_failure_tells_no_word_of_the_record(
    worker: Worker, record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = unit(worker, record)

    def broken(*_: object, **__: object) -> None:
        raise KeyError("Mei Lund")

    monkeypatch.setattr("assistant.batch.work.summarize", broken)
    failed = worker(wanted)
    assert isinstance(failed, Failed) and "Lund" not in failed.reason
    assert failed.reason.startswith("unexpected KeyError in test_work.py:")


def test_a_policy_that_changed_since_the_run_began_stops_the_worker() -> None:
    with pytest.raises(AssistantError, match="differs from the one the run began with"):
        Worker(settings(policy_sha256="0" * 64))
