from __future__ import annotations

from pathlib import Path

from assistant.records import sources
from assistant.records.fhir import bulk


def test_bulk_lines_go_to_their_patients_with_the_medicines_they_name(tmp_path: Path) -> None:
    (tmp_path / "Patient.ndjson").write_text(
        '{"resourceType":"Patient","id":"a"}\n{"resourceType":"Patient","id":"b"}\n'
    )
    (tmp_path / "Medication.ndjson").write_text('{"resourceType":"Medication","id":"m","code":{"text":"Digoxin"}}\n')
    (tmp_path / "MedicationRequest.ndjson").write_text(
        '{"resourceType":"MedicationRequest","id":"r","status":"active","medicationReference":{"reference":"Medication/m"},'
        '"subject":{"reference":"Patient/b"}}\n'
    )
    parts = bulk.index(sorted(map(str, tmp_path.glob("*.ndjson"))))
    own = [part for part in parts if part.patient_id == "b"]
    assert [m.term.text for m in sources.load("b", own).medications] == ["Digoxin"]
    assert {part.patient_id for part in parts} == {"a", "b"}
