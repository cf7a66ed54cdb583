"""What an answer says of groups of people, with a small lexicon."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.policy.checks import fairness
from assistant.protocols import Outcome
from tests.policy.checks.support import answer
from tests.policy.support import Pack, Parts, lexicon


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
