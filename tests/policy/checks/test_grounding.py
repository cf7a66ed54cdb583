"""Whether what is said follows from what is cited, with the real embedder and the shipped packs."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.policy.checks import grounding, scope
from assistant.protocols import Subject
from assistant.types import Stage, Turn
from tests.policy.checks.support import METFORMIN, OTHER, ground
from tests.policy.support import READER


class TestGrounding:
    @pytest.mark.parametrize(
        "text",
        [
            "Metformin is started at 500 mg once daily with the evening meal. [1]",
            "Metformin is started at 500 mg with the evening meal.",
            "It must not be given when the eGFR is below 30 mL/min.",
            "Metformin reduces the risk of heart attack in adults.",
            "Metformin must not be given when the eGFR is below 30 mL/min.",
        ],
    )
    def test_what_the_source_says_is_supported(self, tools: Any, text: str) -> None:
        outcome = ground(tools, text)
        assert outcome.ok, outcome
        assert outcome.handed.by == (1,)

    @pytest.mark.parametrize(
        "text",
        [
            "Metformin is started at 850 mg once daily with the evening meal.",
            "Metformin can be given when the eGFR is below 30 mL/min.",
            "Metformin increases the risk of heart attack in adults with obesity.",
            "Gliclazide is started at 500 mg once daily with the evening meal.",
            "Metformin is a sulfonylurea that stimulates the pancreas.",
            "Metformin cures cancer in most patients.",
            "Visiting hours are from 14:00 to 20:00.",
            "",
            "[1]",
        ],
    )
    def test_what_it_does_not_say_is_not(self, tools: Any, text: str) -> None:
        outcome = ground(tools, text)
        assert not outcome.ok, outcome
        assert "500" not in outcome.reason
        assert "etformin" not in outcome.reason

    def test_the_source_that_supports_is_named(self, tools: Any) -> None:
        outcome = ground(tools, "Metformin is started at 500 mg once daily.", "How?", OTHER, METFORMIN)
        assert outcome.ok
        assert outcome.handed.by == (2,)

    def test_without_a_source_nothing_is_supported(self, tools: Any) -> None:
        assert not grounding.check(grounding.Params(), Subject(Stage.ANSWER, "x", READER), tools).ok


def asked(tools: Any, question: str, *history: Turn) -> bool:
    return scope.check(scope.Params(), Subject(Stage.QUERY, question, READER, question, history=history), tools).ok
