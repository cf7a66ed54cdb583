from __future__ import annotations

from assistant.records.hl7.draft import Draft
from assistant.records.model import Excluded, Problem, Term


def problem(name: str, key: str = "PRB/1") -> Problem:
    return Problem(key, Term(name), "active")


def test_a_later_statement_of_a_name_replaces_and_comes_last() -> None:
    draft = Draft()
    draft.put("problems", "a", problem("Gout"))
    draft.put("problems", "b", problem("Asthma"))
    draft.put("problems", "a", problem("Gout, resolved"))
    assert [fact.term.text for fact in draft.chart("p", {}).problems] == ["Asthma", "Gout, resolved"]
    assert draft.has("problems", "a")
    assert not draft.has("allergies", "a")


def test_what_is_taken_back_is_gone_and_said_to_be() -> None:
    draft = Draft()
    draft.put("problems", "a", problem("Gout"))
    draft.drop("problems", "a", "PRB/2", "deleted")
    draft.drop("problems", "never stated", "PRB/3", "deleted")
    chart = draft.chart("p", {"MRN": ("1",)})
    assert chart.problems == ()
    assert chart.excluded == (Excluded("PRB/2", "deleted", "problems"), Excluded("PRB/3", "deleted", "problems"))
    assert chart.person.identifiers == {"MRN": ("1",)}


def test_a_denial_is_stated_as_one() -> None:
    draft = Draft()
    assert draft.deny("problems", "PRB/1", Term("No known problems"))
    assert not draft.deny("problems", "PRB/2", Term("Gout"))
    assert [denial.resource for denial in draft.chart("p", {}).denials] == ["PRB/1"]
