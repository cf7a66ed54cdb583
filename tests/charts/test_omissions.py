from __future__ import annotations

from typing import Any

from assistant.charts.omissions import essential, omitted


def _summary(**more: Any) -> dict[str, Any]:
    rows = {"problems": [], "medications": [], "allergies": [], "results": []}
    return {**rows, **more}


def _result(text: str, date: str, flag: str) -> dict[str, Any]:
    return {"text": text, "unit": "mmol/L", "date": date, "flag": flag, "resource": f"Observation/{text}-{date}"}


def test_what_a_page_does_not_name_is_listed() -> None:
    summary = _summary(
        problems=[
            {"text": "Gout", "status": "active", "resource": "Condition/1"},
            {"text": "Asthma", "status": "resolved", "resource": "Condition/2"},
        ],
        medications=[{"text": "Ramipril 5 mg", "status": "active", "resource": "M/1"}],
        allergies=[{"text": "Penicillin", "status": "active", "resource": "A/1"}],
        results=[
            _result("Potassium", "2026-01-02", "high"),
            _result("Potassium", "2025-01-02", "low"),
            _result("Sodium", "2026-01-02", "normal"),
        ],
    )  # fmt: skip
    assert [item.text for item in essential(summary)] == ["Gout", "Ramipril 5 mg", "Penicillin", "Potassium"]
    left = omitted(summary, ["<li>ramipril 5&nbsp;mg</li>", "Gouty arthritis", "allergy to Penicillin"])
    assert [(item.kind, item.text, item.resource) for item in left] == [
        ("problem", "Gout", "Condition/1"), ("abnormal result", "Potassium", "Observation/Potassium-2026-01-02"),
    ]  # fmt: skip


def test_what_the_record_does_not_settle_counts_and_what_it_denies_does_not() -> None:
    summary = _summary(
        problems=[{"text": "Migraine", "status": "unknown", "resource": "C/1"}],
        allergies=[{"text": "No known allergy", "status": "active", "negated": True, "resource": "A/1"}],
        results=[_result("Urea", "", "low"), _result("Urea", "2026-01-01", "normal")],
    )
    assert [item.text for item in essential(summary)] == ["Migraine", "Urea"], "one without a date may be the latest"
    assert omitted(summary, ["Migraine & <b>Urea</b>"]) == []
