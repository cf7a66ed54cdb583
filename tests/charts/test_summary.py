"""Marks, gaps, trends, sentences and the veil."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from assistant.charts import composition, markdown
from assistant.charts.rules import Rules
from assistant.charts.summary import summarize
from assistant.records.model import Allergy, Denial, Limits, Term, Unread

from .support import AS_OF, DIABETES, OPEN, chart, result


def test_what_is_not_settled_or_not_sure_says_so(rules: Rules) -> None:
    unsure = replace(DIABETES, verification="differential")
    early = result("6.1", status="preliminary", limits=Limits("3.5", "5.1"))
    summary = summarize(chart(problems=(unsure,), results=(early,)), rules, OPEN, AS_OF, {}).as_json()
    text = markdown.render(summary)
    assert "| active, differential |" in text and "6.1 mmol/L (preliminary)" in text
    assert any("(high, preliminary; range 3.5 to 5.1)" in s["text"] for s in summary["narrative"])
    final = summarize(chart(results=(replace(early, status="final"),)), rules, OPEN, AS_OF, {}).as_json()
    assert "preliminary" not in markdown.render(final)


def test_denied_unread_and_held_back_are_not_silence(rules: Rules) -> None:
    told = chart(
        denials=(Denial("Condition/n", "problems", Term("No known problems")),),
        unread=(Unread("PRB", "medications"), Unread("PRB", "medications")),
        hidden=frozenset({"results"}),
        withheld={"psychotherapy": 1},
    )
    summary = summarize(told, rules, OPEN, AS_OF, {}).as_json()
    text = markdown.render(summary)
    assert summary["absent"] == ["allergies"]
    assert "The record states: No known problems" in text and "not read here: PRB (2)." in text
    sections = {s["title"]: s for s in composition.bundle(summary, text)["entry"][0]["resource"]["section"]}
    reasons = {title: s["emptyReason"]["coding"][0]["code"] for title, s in sections.items() if "emptyReason" in s}
    assert (reasons["Problem list"], reasons["Results"], reasons["Allergies"]) == (
        "nilknown",
        "withheld",
        "unavailable",
    )
    assert (
        "says nothing" in sections["Allergies"]["text"]["div"]
        and "says nothing" not in sections["Medications"]["text"]["div"]
    )


def test_a_denial_beside_what_it_denies_is_a_conflict(rules: Rules) -> None:
    denial = Denial("Condition/n", "problems", Term("No known problems"))
    found = summarize(chart(problems=(DIABETES,), denials=(denial,)), rules, OPEN, AS_OF, {}).as_json()
    assert [c["resources"] for c in found["conflicts"]] == [["Condition/n", "Condition/d"]]
    resolved = replace(DIABETES, status="resolved")
    assert (
        summarize(chart(problems=(resolved,), denials=(denial,)), rules, OPEN, AS_OF, {}).as_json()["conflicts"] == []
    )


def test_no_known_food_allergy_beside_an_allergy_to_a_medicine_is_no_conflict(rules: Rules) -> None:
    drug = Allergy("AllergyIntolerance/a", Term("Penicillin"), "active")

    def conflicting(said: str) -> list[Any]:
        denied = Allergy("AllergyIntolerance/n", Term(said), "active", negated=True)
        return summarize(chart(allergies=(drug, denied)), rules, OPEN, AS_OF, {}).as_json()["conflicts"]

    assert conflicting("No known food allergy") == []
    assert len(conflicting("No known allergies")) == 1
