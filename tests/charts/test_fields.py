from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.charts.fields import FieldSpec, load_fields, taken
from assistant.charts.narrative import narrate
from assistant.charts.rules import Rules
from assistant.charts.summary import summarize
from assistant.errors import UsageError

from .support import AS_OF, DIABETES, OPEN, chart, result


def test_fields_carry_their_resource(rules: Rules) -> None:
    shown = summarize(chart(problems=(DIABETES,), results=(result("3.0"),)), rules, OPEN, AS_OF, {}).as_json()
    fields = (
        FieldSpec.model_validate({"name": "k", "from": "results", "codes": ["2823-3"], "give": "value"}),
        FieldSpec.model_validate({"name": "none", "from": "allergies", "match": ["penicillin"]}),
    )
    found = taken(shown, fields)["fields"]
    assert found["k"] == {
        "value": {"value": 3.0, "unit": "mmol/L"},
        "citations": [{"resource": "Observation/3.0-2026-01-01", "text": "Potassium"}],
    }
    assert found["none"] == {"value": None, "citations": []}
    assert narrate(chart()) != ()


SUMMARY: dict[str, Any] = {
    "patient_id": "p",
    "patient": {"sex": "female", "born": "", "resource": "Patient/p"},
    "results": [
        {
            "text": "Potassium",
            "value": "4.1",
            "unit": "mmol/L",
            "date": "2026-01-01",
            "resource": "O/1",
            "codes": ["loinc|2823-3"],
        },
        {"text": "Potassium", "value": "4.9", "unit": "mmol/L", "date": "2026-02-01", "resource": "O/2", "codes": []},
        {"text": "Comment", "value": "none", "unit": "", "date": "2025-01-01", "resource": "O/3", "codes": []},
    ],
    "allergies": [
        {"text": "Penicillin", "status": "active", "resource": "A/1"},
        {"text": "No known allergy to latex", "status": "active", "negated": True, "resource": "A/2"},
    ],
}


def spec(**fields: Any) -> FieldSpec:
    return FieldSpec.model_validate({"name": "f", **fields})


@pytest.mark.parametrize(
    ("fields", "value", "resources"),
    [
        ({"from": "results", "match": ["potassium"], "give": "date"}, "2026-02-01", ["O/2"]),
        ({"from": "results", "match": ["potassium"], "take": "first", "give": "date"}, "2026-01-01", ["O/1"]),
        ({"from": "results", "codes": ["2823-3"], "give": "value"}, {"value": "4.1", "unit": "mmol/L"}, ["O/1"]),
        ({"from": "results", "match": ["comment"], "give": "value"}, "none", ["O/3"]),
        ({"from": "results", "take": "count"}, 3, ["O/1", "O/2", "O/3"]),
        (
            {"from": "results", "match": ["potassium"], "take": "all", "give": "date"},
            ["2026-01-01", "2026-02-01"],
            ["O/1", "O/2"],
        ),
        ({"from": "results", "match": ["sodium"]}, None, []),
        ({"from": "allergies", "match": ["latex"], "take": "count"}, 0, []),
        ({"from": "allergies", "status": ["resolved"], "take": "count"}, 0, []),
        ({"from": "allergies", "take": "count"}, 2, ["A/1", "A/2"]),
        ({"from": "patient", "give": "sex"}, "female", ["Patient/p"]),
        ({"from": "patient", "give": "born"}, None, []),
    ],
)
def test_a_field_is_taken_with_what_it_rests_on(fields: dict[str, Any], value: object, resources: list[str]) -> None:
    found = taken(SUMMARY, [spec(**fields)])["fields"]
    assert isinstance(found, dict)
    assert found["f"]["value"] == value
    assert [citation["resource"] for citation in found["f"]["citations"]] == resources


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("schema: 1\nfields:\n  - {name: a, from: results, give: dose}\n", "give one of"),
        ("schema: 1\nfields:\n  - {name: a}\n", "either 'from' or 'ask'"),
        ("schema: 1\nfields:\n  - {name: a, from: results, ask: How much?}\n", "either 'from' or 'ask'"),
        ("schema: 1\nfields:\n  - {name: a, ask: Why is it?}\n  - {name: a, ask: How is it?}\n", "same name"),
        ("schema: 1\nfields:\n  - {name: 1a, ask: Why is it?}\n", "name"),
        ("schema: 1\nfields: []\n", "fields"),
        ("schema: 2\nfields:\n  - {name: a, ask: Why is it?}\n", "schema"),
    ],
)
def test_a_file_of_fields_that_could_not_be_filled_is_refused(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "fields.yaml"
    path.write_text(text)
    with pytest.raises(UsageError, match=why) as caught:
        load_fields(path)
    assert caught.value.path == str(path)


def test_questions_are_left_to_those_who_ask() -> None:
    assert taken(SUMMARY, [spec(ask="Why was she seen?")]) == {"patient_id": "p", "fields": {}}
