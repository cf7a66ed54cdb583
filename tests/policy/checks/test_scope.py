"""Whether a question is the pack's affair, with the real embedder and the shipped packs."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.policy.checks import scope
from assistant.protocols import Subject
from assistant.types import Stage, Turn
from tests.policy.support import READER


def asked(tools: Any, question: str, *history: Turn) -> bool:
    return scope.check(scope.Params(), Subject(Stage.QUERY, question, READER, question, history=history), tools).ok


class TestScope:
    @pytest.mark.parametrize(
        "question",
        [
            "What is the maximum daily dose of paracetamol?",
            "What are the symptoms of Arrhythmia?",
            "What is (are) Huntington disease?",
            "When are the visiting hours?",
            "Is it contagious?",
            "Who may read the record of a patient?",
        ],
    )
    def test_questions_for_the_pack_pass(self, tools: Any, question: str) -> None:
        assert asked(tools, question)

    @pytest.mark.parametrize(
        "question",
        ["Who won the football world cup in 2014?", "Write a poem about the sea", "Which shares should I buy?"],
    )
    def test_questions_about_something_else_fail(self, tools: Any, question: str) -> None:
        assert not asked(tools, question)

    def test_a_follow_up_is_judged_with_what_came_before(self, tools: Any) -> None:
        assert asked(tools, "And in children?", Turn("What is the dose of amoxicillin?", "500 mg. [1]"))
