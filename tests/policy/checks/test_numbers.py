"""Every number of an answer stands in what it cites."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.policy.checks import numbers
from assistant.protocols import Outcome
from tests.policy.checks.support import answer
from tests.policy.support import Parts


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
