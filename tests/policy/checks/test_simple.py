"""The checks that need no model: numbers, access, toxicity, fairness."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.policy.checks import access, fairness, numbers, toxicity
from assistant.protocols import Outcome, Subject
from assistant.types import Principal, Stage
from tests.policy.support import READER, Pack, Parts, evidence, lexicon

SOURCE = (
    "Give 500 mg to 1 g every 4 to 6 hours. The maximum is 4 g in 24 hours. Children over 12 years take half. "
    "At least two tablets remain. Fever of 38.5 °C is treated."
)


def answer(text: str, source: str = SOURCE, question: str = "How much?", **more: Any) -> Subject:
    return Subject(Stage.ANSWER, text, READER, question, (evidence(source),), **more)


class TestNumbers:
    def judge(self, text: str, question: str = "How much?", **params: Any) -> Outcome:
        return numbers.check(numbers.Params(**params), answer(text, question=question), Parts())

    @pytest.mark.parametrize(
        "text",
        [
            "Give 500 mg to 1 g.",
            "Give 0.5 g to 1,000 mg.",
            "Give it every 4–6 hours.",
            "The maximum is 4 g in 24 hours.",
            "No more than 4000 mg in 24 hours.",
            "Children over 12 years take half.",
            "It is one of the usual medicines.",
            "Treat a fever of 38.5 °C [1].",
            "At least two tablets remain.",
            "No number at all.",
        ],
    )
    def test_what_stands_in_the_source_passes(self, text: str) -> None:
        assert self.judge(text).ok, text

    @pytest.mark.parametrize(
        "text",
        [
            "Give 5000 mg to 1 g.",
            "Give 50 mg to 1 g.",
            "Give 500 g to 1 g.",
            "Give 500 mcg to 1 g.",
            "Give it every 4 to 6 days.",
            "Give 750 mg to 1 g.",
            "Give 500 mg every 4 to 6 hours.",
            "Give it every 4 hours.",
            "Take 4 g in 24 hours.",
            "At least 4 g in 24 hours.",
            "Children under 12 years take half.",
            "Three tablets remain.",
            "Treat a fever of 39.5 °C.",
        ],
    )
    def test_what_does_not_stand_there_fails(self, text: str) -> None:
        outcome = self.judge(text)
        assert not outcome.ok, text
        assert not any(character.isdigit() and character in "5" for character in outcome.reason)

    def test_numbers_of_the_question_may_be_repeated_if_the_policy_says_so(self) -> None:
        assert self.judge("At 70 kg, give 500 mg to 1 g.", question="How much at 70 kg?").ok
        assert not self.judge("At 70 kg, give 500 mg to 1 g.", question="How much at 70 kg?", from_question=False).ok

    def test_bounds_can_be_left_aside(self) -> None:
        assert self.judge("Take 4 g in 24 hours.", bounds=False).ok


class TestAccess:
    def test_roles_and_labels(self) -> None:
        params = access.Params(roles={"reader"}, forbid_labels={"notes"}, unless_roles={"psychiatry"})
        tools = Parts()
        assert access.check(params, answer("x"), tools).ok
        other = Subject(Stage.QUERY, "x", Principal("p", frozenset({"guest"})))
        assert not access.check(params, other, tools).ok
        assert not access.check(access.Params(), Subject(Stage.QUERY, "x", Principal("p")), tools).ok
        notes = (evidence("x.", labels=frozenset({"notes"})),)
        assert not access.check(params, Subject(Stage.ANSWER, "x", READER, "", notes), tools).ok
        both = Principal("p", frozenset({"reader", "psychiatry"}))
        assert access.check(params, Subject(Stage.ANSWER, "x", both, "", notes), tools).ok

    def test_a_question_is_not_judged_by_the_labels_that_its_asker_may_see(self) -> None:
        subject = Subject(Stage.QUERY, "x", READER, labels=frozenset({"notes"}))
        assert access.check(access.Params(forbid_labels={"notes"}), subject, Parts()).ok


class TestToxicity:
    @pytest.mark.parametrize(
        "text",
        [
            "You are such an idiot.",
            "You stupid moron!",
            "You are a worthless person and pathetic.",
            "What the f*ck, this is bullsh1t.",
            "Just kill yourself.",
            "You should end your life.",
            "I will hurt you.",
            "You deserve to die.",
            "Those people are trash.",
            "The world would be better without you.",
        ],
    )
    def test_abuse_fails(self, text: str) -> None:
        assert not toxicity.check(toxicity.Params(), answer(text), Parts()).ok

    @pytest.mark.parametrize(
        "text",
        [
            "Patients who attempted suicide need follow-up.",
            "Rape victims are offered prophylaxis.",
            "Get rid of the lice with a comb.",
            "The fat is stored in the liver.",
            "You are overweight and your doctor may advise a diet.",
            "Some cells kill bacteria.",
            "If you feel that you might hurt yourself, call for help at once.",
            "Mental retardation is an old term for intellectual disability.",
            "The drug can make you drowsy or crazy dreams may come.",
            "Breast pain and vaginal bleeding are reported.",
            "You are fatigued and it hurts.",
            "Destroy the needle after use.",
        ],
    )
    def test_clinical_and_everyday_words_pass(self, text: str) -> None:
        assert toxicity.check(toxicity.Params(), answer(text), Parts()).ok

    def test_a_house_can_forbid_a_phrase_and_allow_a_family(self) -> None:
        assert not toxicity.check(toxicity.Params(extra=("cheap trick",)), answer("A Cheap  trick."), Parts()).ok
        assert toxicity.check(toxicity.Params(allow=frozenset({"insult"})), answer("You are an idiot."), Parts()).ok


class TestFairness:
    WORDS = lexicon(
        attributes={
            "race": {"black": ["Black", "African American"], "white": ["white", "Caucasian"]},
            "sex": {"female": ["women", "woman", "female"], "male": ["men", "man", "male"]},
            "age": {"old": ["elderly", "older people"]},
        },
        neutral={"Black": "", "woman": "person", "women": "people", "elderly": ""},
        clinical_phrases=["white blood cell", "black box warning"],
        blocked_terms=["slurword"],
        generalizations=[{"name": "claims", "regex": "{group} (?:are|tend to be) (?:lazy|bad at)"}],
    )

    def judge(self, text: str, source: str = "Take it twice a day.", question: str = "How?", **params: Any) -> Outcome:
        tools = Parts(pack=Pack(self.WORDS))
        return fairness.check(fairness.Params(**params), answer(text, source, question), tools)

    def test_an_attribute_that_nobody_brought_up_is_made_neutral(self) -> None:
        outcome = self.judge("The Black woman takes it twice a day.")
        assert not outcome.ok
        assert outcome.text == "The person takes it twice a day."
        assert "race" in outcome.reason
        assert "sex" in outcome.reason
        assert {f.entity for f in outcome.findings} == {"RACE", "SEX"}

    def test_without_a_neutral_word_no_text_is_offered(self) -> None:
        outcome = self.judge("The Caucasian patient takes it.")
        assert (outcome.ok, outcome.text) == (False, None)

    @pytest.mark.parametrize(
        ("text", "source", "question"),
        [
            ("Women take half.", "Women take half the dose.", "How?"),
            ("A woman takes half.", "Half the dose.", "How much for women?"),
            ("The white blood cell count falls.", "Counts fall.", "How?"),
            ("It has a black box warning.", "It is risky.", "How?"),
            ("Take it twice a day.", "Take it twice a day.", "How?"),
        ],
    )
    def test_what_question_or_source_bring_up_passes(self, text: str, source: str, question: str) -> None:
        assert self.judge(text, source, question).ok

    def test_slurs_and_generalizations_fail_whoever_asked(self) -> None:
        assert not self.judge("Such a slurword.", question="slurword?").ok
        assert not self.judge("Women are lazy.", question="How are women?").ok
        assert not self.judge("Elderly people are confused.", question="What about the elderly?").ok

    def test_a_generalization_that_the_source_makes_is_the_sources(self) -> None:
        assert self.judge("Women are more often affected.", "Women are more often affected than men.").ok

    def test_only_the_attributes_of_the_policy_are_watched(self) -> None:
        assert self.judge("The Black patient takes it.", attributes=("sex",)).ok
