"""How far a question may keep the attributes it names: what licenses them, and what is said about it."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.policy.gate import Gate
from assistant.policy.parity import Parity, Unnamed, differences
from assistant.policy.sentence import Release
from assistant.reading.judgement import UNREAD, Found, Place
from assistant.types import Action, Answer, Citation, Evidence, Status
from tests.policy.support import READER, Pack, Parts, evidence, lexicon, passage, policy

WORDS = lexicon(
    attributes={
        "race": {"black": ["Black"], "white": ["white"]},
        "sex": {"female": ["woman", "women"], "male": ["man", "men"]},
        "pregnancy": {"pregnant": ["pregnant", "pregnancy"]},
        "age": {"old": ["elderly"], "child": ["child", "children"], "adult": ["adult", "adults"]},
    },
    neutral={
        "woman": "person",
        "man": "person",
        "women": "people",
        "men": "people",
        "child": "person",
        "children": "people",
    },
    somebody="patient",
)
QUESTION = "What dose of apixaban does a Black woman need?"


def gate(tmp_path: Path, rule: str = "on_fail: neutralize", more: str = "") -> Gate:
    rules = policy(tmp_path, f"- {{id: fair, stage: answer, use: fairness, {rule}}}", more)
    return Gate(rules, Parts(pack=Pack(WORDS)))


def parity(tmp_path: Path, question: str = QUESTION, rule: str = "on_fail: neutralize") -> Parity:
    made = gate(tmp_path, rule)
    found = made.parity(made.admit(question, READER))
    assert isinstance(found, Parity)
    return found


def cited(text: str) -> Citation:
    return Citation(1, "doc1", "Title 1", "", text, 0, len(text), 0.5)


def test_a_question_without_an_attribute_has_none(tmp_path: Path) -> None:
    made = gate(tmp_path)
    assert isinstance(made.parity(made.admit("What dose of apixaban is given?", READER)), Unnamed)


def test_it_can_be_switched_off(tmp_path: Path) -> None:
    made = gate(tmp_path, "with: {counterfactual: 'off'}, on_fail: neutralize")
    assert isinstance(made.parity(made.admit(QUESTION, READER)), Unnamed)


def test_an_attribute_that_no_passage_names_is_taken_out(tmp_path: Path) -> None:
    state = parity(tmp_path)
    assert state.reading.asked == QUESTION
    assert state.after_search([passage("The dose of apixaban is 5 mg in women and men.")])
    assert state.kept == {"sex"}
    assert state.reading.asked == "What dose of apixaban does a woman need?"
    assert state.reading.text == QUESTION
    assert not state.after_search([passage("The dose of apixaban is 5 mg in women and men.")])


def test_only_a_cited_sentence_keeps_it_in_the_end(tmp_path: Path) -> None:
    state = parity(tmp_path)
    there = evidence("Women need 2.5 mg. The dose of apixaban is 5 mg.")
    state.after_search([there.passage])
    assert not state.after_judging([there], True, UNREAD)
    assert state.after_writing([cited("The dose of apixaban is 5 mg.")], [there])
    assert state.kept == frozenset()
    assert state.verdict().action is Action.NEUTRALIZE
    assert "race and sex" in state.verdict().reason


def test_the_licensing_sentence_is_named_and_no_text_of_it(tmp_path: Path) -> None:
    state = parity(tmp_path, "What dose of apixaban does a woman need?")
    there = evidence("Women need 2.5 mg of apixaban.")
    assert not state.after_search([there.passage])
    assert not state.after_judging([there], True, UNREAD)
    assert not state.after_writing([cited("Women need 2.5 mg of apixaban.")], [there])
    verdict = state.verdict()
    assert verdict.action is Action.PASS
    assert "sex" in verdict.reason
    assert "[1]" in verdict.reason
    assert "apixaban" not in verdict.reason


def test_an_abstention_takes_everything_out(tmp_path: Path) -> None:
    state = parity(tmp_path)
    there = evidence("Black women are mentioned here.")
    assert not state.after_search([there.passage])
    assert state.after_judging([there], False, UNREAD)
    assert state.reading.asked == "What dose of apixaban does a patient need?"


RELEVANT = "with: {relevant: [pregnancy, age]}, on_fail: neutralize"


def test_what_sources_say_of_a_relevant_group_is_not_passed_over(tmp_path: Path) -> None:
    state = parity(tmp_path, "What dose of apixaban is given in pregnancy?", RELEVANT)
    there = evidence("Apixaban is avoided in pregnancy. The dose of apixaban is 5 mg.")
    state.after_search([there.passage])
    state.after_judging([there], False, UNREAD)
    state.after_judging([there], True, Found("5 mg", 1, Place(40, 44), 0.9))
    assert "pregnancy" in state.objection([cited("The dose of apixaban is 5 mg.")])


def test_a_sentence_about_another_group_does_not_answer(tmp_path: Path) -> None:
    state = parity(tmp_path, "What dose of apixaban does a child need?", RELEVANT)
    adults = evidence("The dose of apixaban for adults is 5 mg.")
    assert state.after_search([adults.passage])
    assert "another age" in state.objection([cited("The dose of apixaban for adults is 5 mg.")])
    assert state.objection([cited("The dose of apixaban is 5 mg.")]) == ""


def under(heading: str, text: str) -> Evidence:
    item = evidence(text)
    return replace(item, passage=replace(item.passage, heading=heading))


def test_sentences_for_others_are_left_out_beside_the_answer(tmp_path: Path) -> None:
    state = parity(tmp_path, "What dose of apixaban does a child need?", RELEVANT)
    mine, theirs = under("In children", "A child needs 2 mg."), under("In adults", "At most 10 mg are given.")
    theirs = replace(theirs, n=2)
    assert state.fitting([mine, theirs]) == [mine]
    both = evidence("A child needs 2 mg. For adults the dose is 5 mg. It is given daily.")
    assert [q.text for q in state.fitting([both])[0].quotes] == ["A child needs 2 mg.", "It is given daily."]
    (read,) = state.to_read([both])
    assert read.passage.text.split() == ["A", "child", "needs", "2", "mg.", "It", "is", "given", "daily."]
    assert read.passage.text.index("It is") == both.passage.text.index("It is")
    # What is cited all the same is objected to.
    state.after_writing([cited("At most 10 mg are given.")], [under("In adults", "At most 10 mg are given.")])
    assert "another age" in state.objection([cited("At most 10 mg are given.")])


def test_a_column_of_adults_is_not_for_a_child(tmp_path: Path) -> None:
    state = parity(tmp_path, "What dose of apixaban does a child need?", RELEVANT)
    assert state.fitting([evidence("drug: apixaban; adult_dose: 5 mg; kidney: less.")]) == []


def test_a_section_on_adults_is_for_the_old_too(tmp_path: Path) -> None:
    state = parity(tmp_path, "What dose of apixaban does an elderly man need?", RELEVANT)
    there = under("In adults", "At most 10 mg are given.")
    assert state.fitting([there]) == [there]
    assert state.fitting([evidence("For adults the dose is 5 mg.")]) != []
    state.after_writing([cited("At most 10 mg are given.")], [there])
    assert state.objection([cited("At most 10 mg are given.")]) == ""


def test_a_question_about_the_group_itself_must_be_licensed(tmp_path: Path) -> None:
    state = parity(tmp_path, "What is the treatment for a woman?")
    there = evidence("The clinic opens at nine.")
    assert state.about
    assert not state.after_search([there.passage])
    assert not state.after_writing([cited("The clinic opens at nine.")], [there])
    assert "sex" in state.objection([cited("The clinic opens at nine.")])


def answer(tmp_path: Path, text: str, status: Status = Status.EXTRACTED) -> Answer:
    made = gate(tmp_path)
    query = made.admit("What?", READER)
    if status is Status.ABSTAINED:
        return made.abstain(query, "nothing")
    there = evidence(text)
    return made.release(query, Release([made.quote(query, there, quote) for quote in there.quotes], [there]))


@pytest.mark.parametrize(
    ("action", "rule"), [(Action.FLAG, "flag"), (Action.ABSTAIN, "abstain"), (Action.BLOCK, "block")]
)
def test_compared_answers_do_what_on_fail_says(tmp_path: Path, action: Action, rule: str) -> None:
    state = parity(tmp_path, rule=f"on_fail: {rule}")
    assert state.compares
    verdict = state.compared(answer(tmp_path, "Give 5 mg."), answer(tmp_path, "Give 10 mg."))
    assert verdict.action is action
    assert "numbers" in verdict.reason
    same = state.compared(answer(tmp_path, "Give 5 mg."), answer(tmp_path, "Give 5 mg."))
    assert same.action is Action.PASS


def test_a_difference_in_willingness_is_seen(tmp_path: Path) -> None:
    assert differences(answer(tmp_path, "Give 5 mg."), answer(tmp_path, "", Status.ABSTAINED)) == ("abstention",)


def test_a_held_answer_is_recorded_once_and_only_when_settled(tmp_path: Path) -> None:
    records: list[str] = []

    class Vault:
        def content_hmac(self, data: bytes) -> str:
            return str(len(data))

        def receipt_salt(self, nonce: str) -> bytes:
            return nonce.encode()

        def transaction(self) -> nullcontext[None]:
            return nullcontext()

    rules = policy(tmp_path, "- {id: fair, stage: answer, use: fairness, on_fail: flag}")
    made = Gate(rules, Parts(pack=Pack(WORDS), vault=Vault()), lambda event, fields: records.append(event) or "id-1")
    query = made.admit(QUESTION, READER)
    held = made.holding()
    there = evidence("Give 5 mg.")
    draft = held.release(query, Release([held.quote(query, there, there.quotes[0])], [there]))
    assert records == []
    settled = made.settle(query, draft, held, [])
    assert (records, settled.audit_id) == (["answer"], "id-1")


def test_a_title_that_says_adults_does_not_speak_of_one_age(tmp_path: Path) -> None:
    state = parity(tmp_path, "What dose of apixaban does an elderly adult need?", RELEVANT)
    there = evidence("The oxygen target is 94%.")
    titled = replace(there, passage=replace(there.passage, title="Pneumonia in adults"))
    state.after_search([titled.passage])
    assert state.after_judging([titled], False, UNREAD)
    state.after_judging([titled], True, Found("5 mg", 1, Place(40, 44), 0.9))
    assert state.objection([cited("The dose of apixaban is 5 mg.")]) == ""


@pytest.mark.parametrize(
    ("question", "source", "objected"),
    [
        # What is said of a smaller group than the question names is no reason for silence towards the larger one ...
        ("What dose of apixaban does a woman need?", "Pregnant women are seen weekly.", False),
        ("What dose of apixaban does my child need?", "Pregnant children are seen weekly.", False),
        ("What dose of apixaban does a woman need?", "Elderly women are seen weekly.", False),
        # ... and is one towards those whom it names, and where women are named beside others or with a condition behind.
        ("What dose of apixaban does a pregnant woman need?", "Pregnant women are seen weekly.", True),
        ("What dose of apixaban does an elderly woman need?", "Elderly women are seen weekly.", True),
        ("What dose of apixaban does a woman need?", "Women who may be pregnant are seen weekly.", True),
        ("What dose of apixaban does a woman need?", "Elderly people, women and children are seen weekly.", True),
    ],
)
def test_a_smaller_group_silences_nobody_else(tmp_path: Path, question: str, source: str, objected: bool) -> None:
    state = parity(tmp_path, question, "with: {relevant: [pregnancy, age, sex]}, on_fail: neutralize")
    there = evidence(f"{source} The dose of apixaban is 5 mg.")
    state.after_search([there.passage])
    state.after_judging([there], False, UNREAD)
    state.after_judging([there], True, Found("5 mg", 1, Place(60, 64), 0.9))
    assert bool(state.objection([cited("The dose of apixaban is 5 mg.")])) is objected


def test_a_sentence_under_a_title_on_the_group_is_for_the_group(tmp_path: Path) -> None:
    """Found by the question without the group, it answers the one with it all the same; a sentence of elsewhere does not."""
    state = parity(tmp_path, "What dose of apixaban is given in pregnancy?", RELEVANT)
    there = evidence("Apixaban is seldom given in pregnancy. The dose of apixaban is 5 mg.")
    state.after_search([there.passage])
    state.after_judging([there], False, UNREAD)
    state.after_judging([there], True, Found("5 mg", 1, Place(60, 64), 0.9))
    row = evidence("The dose of apixaban is 5 mg.")
    on_pregnancy = replace(row, passage=replace(row.passage, title="Clots in pregnancy"))
    said = [cited("The dose of apixaban is 5 mg.")]
    assert state.objection(said, [on_pregnancy]) == state.objection((), [on_pregnancy]) == ""
    assert "pregnancy" in state.objection(said, [row]) and "pregnancy" in state.objection((), [row])


def test_a_source_on_pregnancy_keeps_both_words_for_a_pregnant_woman(tmp_path: Path) -> None:
    state = parity(tmp_path, "What dose of apixaban does a pregnant woman need?", RELEVANT)
    there = evidence("Apixaban is avoided in pregnancy.")
    assert not state.after_search([there.passage])
    assert state.kept == {"pregnancy", "sex"}
    assert not state.after_judging([there], True, UNREAD)
    assert not state.after_writing([cited("Apixaban is avoided in pregnancy.")], [there])


def test_what_is_said_without_an_age_is_said_for_adults(tmp_path: Path) -> None:
    for who, objected in (("an adult", False), ("an elderly man", True), ("a child", True)):
        state = parity(tmp_path, f"What dose of apixaban does {who} need?", RELEVANT)
        there = evidence("Adults, elderly adults and children are seen daily. The dose of apixaban is 5 mg.")
        state.after_search([there.passage])
        state.after_judging([there], False, UNREAD)
        state.after_judging([there], True, Found("5 mg", 1, Place(60, 64), 0.9))
        assert bool(state.objection([cited("The dose of apixaban is 5 mg.")])) is objected, who
