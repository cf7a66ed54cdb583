from __future__ import annotations

from dataclasses import replace
from typing import Any

from assistant.charts.rules import Rules
from assistant.charts.summary import summarize
from assistant.records.model import Code, Person, Result, Term, Unread

from .support import AS_OF, DIABETES, OPEN, chart


def test_gaps_need_their_grounds_and_end_with_what_they_ask_for(rules: Rules) -> None:
    hba1c = Result("Observation/h", Term("HbA1c", (Code("", "4548-4"),)), "7", "7", date="2026-09-01")

    def of(**more: Any) -> set[str]:
        return {gap.rule for gap in summarize(chart(**more), rules, OPEN, AS_OF, {}).gaps}

    assert "gap-hba1c" in of(problems=(DIABETES,))
    assert "gap-hba1c" not in of(problems=(DIABETES,), results=(hba1c,))
    assert "gap-hba1c" in of(problems=(DIABETES,), results=(replace(hba1c, date="2026-01-01"),))
    assert "gap-hba1c" not in of(problems=(replace(DIABETES, status="resolved"),))
    assert "gap-hba1c" not in of(problems=(replace(DIABETES, term=Term("Prediabetes")),))
    # What is only thought of asks for no care yet, and what may have been done out of sight is no gap.
    assert "gap-hba1c" not in of(problems=(replace(DIABETES, verification="provisional"),))
    assert "gap-hba1c" not in of(problems=(DIABETES,), hidden=frozenset({"results"}))
    assert "gap-hba1c" not in of(problems=(DIABETES,), unread=(Unread("DiagnosticReport", "results"),))
    assert "gap-hba1c" in of(problems=(DIABETES,), hidden=frozenset({"notes"}))
    dead = replace(chart(problems=(DIABETES,)), person=Person("Patient/p", birth="1950-01-01", died="2020"))
    assert summarize(dead, rules, OPEN, AS_OF, {}).gaps == ()
