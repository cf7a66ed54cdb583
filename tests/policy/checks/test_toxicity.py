"""The checks that need no model: numbers, access, toxicity, fairness."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.policy.checks import toxicity
from assistant.protocols import Subject
from assistant.types import Stage
from tests.policy.support import READER, Parts, evidence

SOURCE = (
    "Give 500 mg to 1 g every 4 to 6 hours. The maximum is 4 g in 24 hours. Children over 12 years take half. "
    "At least two tablets remain. Fever of 38.5 °C is treated."
)


def answer(text: str, source: str = SOURCE, question: str = "How much?", **more: Any) -> Subject:
    return Subject(Stage.ANSWER, text, READER, question, (evidence(source),), **more)


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
