from __future__ import annotations

from assistant.charts.narrative import verify
from assistant.charts.rules import Rules
from assistant.charts.summary import summarize
from assistant.records.model import Allergy, Encounter, Term

from .support import AS_OF, DIABETES, OPEN, chart, result


def test_sentences_cite_and_hold(rules: Rules) -> None:
    found = summarize(
        chart(problems=(DIABETES,), results=(result("3.0"), result("3.2", "2025-01-01"))), rules, OPEN, AS_OF, {}
    )
    texts = {s.text: s.resources for s in found.narrative}
    assert texts["Active problems: Type 2 diabetes mellitus (since 2015-01-01)."] == ("Condition/d",)
    assert any("down from 3.2 mmol/L on 2025-01-01" in text and len(r) == 2 for text, r in texts.items())
    assert not verify("Potassium: 3.1 mmol/L.", [result("3.0")]) and not verify("Nothing.", [])


def test_a_chart_without_allergies_claims_none(rules: Rules) -> None:
    found = summarize(chart(problems=(DIABETES,)), rules, OPEN, AS_OF, {}).as_json()
    assert "allergies" in found["absent"]
    assert not any("allerg" in s["text"].lower() for s in found["narrative"])


def test_an_allergy_is_told_with_its_gravity_and_a_cancelled_visit_not_as_one(rules: Rules) -> None:
    grave = Allergy("AllergyIntolerance/a", Term("Peanut"), "active", criticality="high", reaction="Wheeze")
    seen = Encounter("Encounter/s", Term("Ward round"), "finished", "2025-12-01")
    missed = Encounter("Encounter/m", Term("Foot clinic"), "cancelled", "2025-12-20")
    found = summarize(chart(allergies=(grave,), encounters=(seen, missed)), rules, OPEN, AS_OF, {})
    told = " ".join(s.text for s in found.narrative)
    assert "reaction: Wheeze" in told and "criticality high" in told
    assert "Ward round" in told and "Foot clinic" not in told
