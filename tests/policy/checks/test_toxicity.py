"""Abuse and threats, in disguise too; what medicine and shops say is none."""

from __future__ import annotations

import pytest

from assistant.policy.checks import toxicity
from tests.policy.checks.support import answer
from tests.policy.support import Parts


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
