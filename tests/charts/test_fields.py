from __future__ import annotations

from assistant.charts.fields import FieldSpec, taken
from assistant.charts.narrative import narrate
from assistant.charts.rules import Rules
from assistant.charts.summary import summarize

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
