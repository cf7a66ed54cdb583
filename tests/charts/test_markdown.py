from __future__ import annotations

from assistant.charts import markdown
from assistant.charts.rules import Rules
from assistant.charts.summary import summarize
from assistant.records.model import Allergy, Encounter, Medication, Problem, Term

from .support import AS_OF, OPEN, chart


def test_record_text_cannot_become_markup(rules: Rules) -> None:
    bad = Problem("Condition/x", Term("a | b <script> [x](y)\n# z"), "active")
    shown = markdown.render(summarize(chart(problems=(bad,)), rules, OPEN, AS_OF, {"policy": {}}).as_json())
    assert "<script>" not in shown.replace("\\<script\\>", "") and "\n# z" not in shown and "[x](y)" not in shown


def test_what_nobody_ordered_yet_a_cancelled_visit_and_a_grave_allergy_say_so(rules: Rules) -> None:
    given = chart(
        medications=(
            Medication("MedicationRequest/m", Term("Warfarin"), "active", intent="proposal"),
            Medication("MedicationRequest/o", Term("Ramipril"), "active", intent="order"),
        ),
        allergies=(Allergy("AllergyIntolerance/a", Term("Latex"), "active", criticality="high", reaction="Wheeze"),),
        encounters=(Encounter("Encounter/e", Term("Foot clinic"), "cancelled", "2025-12-20"),),
    )
    lines = markdown.render(summarize(given, rules, OPEN, AS_OF, {"policy": {}}).as_json()).splitlines()
    (warfarin,) = (line for line in lines if line.startswith("| Warfarin"))
    (ramipril,) = (line for line in lines if line.startswith("| Ramipril"))
    assert "active, proposal" in warfarin and "order" not in ramipril
    assert any("Latex" in line and "Wheeze, criticality high" in line for line in lines)
    assert any("Foot clinic" in line and "cancelled" in line for line in lines)
