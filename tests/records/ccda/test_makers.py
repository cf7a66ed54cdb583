"""Each section's maker: what stands, what is denied, what is planned, what is nothing."""

from __future__ import annotations

import pytest

from assistant.records.ccda.chart import charts_of
from assistant.records.ccda.makers import MAKERS
from assistant.records.model import Chart

from .support import T, coded, document, medicine, problem, result, section

CODES = {"problems": "11450-4", "medications": "10160-0", "allergies": "48765-2", "results": "30954-2",
         "procedures": "47519-4", "encounters": "46240-8", "immunizations": "11369-6"}  # fmt: skip
NUMBER = '<value xsi:type="PQ" value="7.1" unit="mmol/L"/>'


def read(kind: str, *entries: str) -> Chart:
    (found,) = charts_of(document(section(CODES[kind], *entries)), "a.xml")
    return found


def allergy(substance: str = "Latex", *, negated: bool = False, more: str = "") -> str:
    denial = ' negationInd="true"' if negated else ""
    drug = f"<participant><participantRole><playingEntity>{coded('code', '5', substance)}</playingEntity></participantRole></participant>"
    return (
        f'<act classCode="ACT" moodCode="EVN"><statusCode code="active"/><entryRelationship typeCode="SUBJ"><observation classCode="OBS" '
        f'moodCode="EVN"{denial}><templateId root="{T}7"/><id root="9" extension="a1"/><statusCode code="completed"/>'
        f"{coded('value', '419511003', 'Propensity to adverse reactions to drug')}{drug if substance else ''}{more}"
        "</observation></entryRelationship></act>"
    )


def reaction(name: str, negated: str = "") -> str:
    return (
        f'<entryRelationship typeCode="MFST"><observation classCode="OBS" moodCode="EVN"{negated}><templateId root="{T}9"/>'
        f"{coded('value', '6', name)}</observation></entryRelationship>"
    )


def entry(tag: str, name: str, *, mood: str = "EVN", status: str = "completed", negated: bool = False) -> str:
    denial = ' negationInd="true"' if negated else ""
    return (
        f'<{tag} classCode="ACT" moodCode="{mood}"{denial}><id root="9" extension="x1"/>{coded("code", "1", name)}'
        f'<statusCode code="{status}"/><effectiveTime value="20250301"/></{tag}>'
    )


def test_there_is_a_maker_for_each_section_of_a_chart() -> None:
    assert set(MAKERS) == set(CODES)


def test_an_allergy_is_named_by_its_substance_with_its_reaction() -> None:
    (found,) = read("allergies", allergy(more=reaction("Rash") + reaction("Wheeze", ' negationInd="true"'))).allergies
    assert (found.term.text, found.reaction, found.negated) == ("Latex", "Rash", False)


def test_an_allergy_that_is_negated_is_a_statement_that_there_is_none() -> None:
    (of_drug,) = read("allergies", allergy(negated=True)).allergies
    assert of_drug.negated and of_drug.term.text == "No known allergy (Latex)"


def test_a_generic_problem_that_is_negated_is_none_at_all_and_a_named_one_is_left_out() -> None:
    none = read("problems", problem("Problem", code="55607006", negated="observation"))
    assert none.problems == () and [d.term.text for d in none.denials] == ["no known problems"]
    named = read("problems", problem("Gout", negated="observation"))
    assert named.problems == () and [e.reason for e in named.excluded] == ["negated"] and named.denials == ()


@pytest.mark.parametrize(("mood", "kind"), [("EVN", "taken"), ("INT", "ordered"), ("RQO", "ordered")])
def test_a_medicine_is_taken_or_planned_as_its_mood_says(mood: str, kind: str) -> None:
    (found,) = read("medications", medicine("Metformin").replace('moodCode="EVN"', f'moodCode="{mood}"')).medications
    assert (found.term.text, found.kind, found.start) == ("Metformin", kind, "2025-01-01")


def test_a_goal_is_no_medicine_and_one_without_a_name_is_told_as_unread() -> None:
    goal = read("medications", medicine("Metformin").replace('moodCode="EVN"', 'moodCode="GOL"'))
    assert goal.medications == () and [e.reason for e in goal.excluded] == ["planned or proposed"]
    nameless = read("medications", medicine("").replace('code="7"', 'nullFlavor="UNK"'))
    assert nameless.medications == () and (nameless.unread or nameless.excluded)


def test_the_reason_of_a_medicine_is_its_indication() -> None:
    why = f'<entryRelationship typeCode="RSON"><observation>{coded("value", "3", "Diabetes")}</observation></entryRelationship>'
    (found,) = read("medications", medicine("Metformin", after=why)).medications
    assert found.reason == "Diabetes"


def test_a_result_has_its_number_and_unit_and_a_cancelled_one_is_none() -> None:
    (found,) = read("results", result("Glucose", NUMBER)).results
    assert (found.term.text, found.number, found.unit, found.date) == ("Glucose", "7.1", "mmol/L", "2025-03-28")
    cancelled = read("results", result("Glucose", NUMBER, status="aborted"))
    assert cancelled.results == () and [e.reason for e in cancelled.excluded] == ["cancelled"]
    assert read("results", result("Glucose", "")).results == ()


@pytest.mark.parametrize(("section_", "tag"), [("procedures", "procedure"), ("encounters", "encounter")])
def test_what_was_done_is_one_and_what_is_planned_is_not(section_: str, tag: str) -> None:
    (done,) = getattr(read(section_, entry(tag, "Appendectomy")), section_)
    assert (done.term.text, done.status) == ("Appendectomy", "completed")
    planned = read(section_, entry(tag, "Appendectomy", mood="INT"))
    assert getattr(planned, section_) == () and [e.reason for e in planned.excluded] == ["planned or proposed"]
    refused = read(section_, entry(tag, "Appendectomy", negated=True))
    assert getattr(refused, section_) == () and [e.reason for e in refused.excluded] == ["negated"]


def test_a_procedure_that_was_broken_off_is_told_as_cancelled() -> None:
    found = read("procedures", entry("procedure", "Appendectomy", status="aborted"))
    assert found.procedures == () and [e.reason for e in found.excluded] == ["cancelled"]


def test_a_vaccine_that_was_not_given_says_so() -> None:
    given = medicine("Influenza vaccine", status="completed")
    assert [i.status for i in read("immunizations", given).immunizations] == ["completed"]
    refused = medicine("Influenza vaccine", status="completed", negated=True)
    assert [i.status for i in read("immunizations", refused).immunizations] == ["not-done"]
