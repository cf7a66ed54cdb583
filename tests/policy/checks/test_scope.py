"""The checks that compare meaning, with the real embedder and the shipped packs: grounding and scope."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.packs.pack import load_pack
from assistant.policy.checks import grounding, scope
from assistant.protocols import Subject
from assistant.types import Stage, Turn
from tests.policy.support import READER, Parts, evidence

SOURCE = (
    "Metformin is started at 500 mg once daily with the evening meal. It must not be given when the eGFR is below 30 mL/min. "
    "Metformin reduces the risk of heart attack in adults with obesity. Stop it before surgery and restart it 48 hours after."
)

OTHER = "Visiting hours are from 14:00 to 20:00. Children under 12 come with an adult."


@pytest.fixture(scope="module")
def tools(models: Path) -> Any:
    from assistant.retrieval.embed import MiniLM

    return Parts(embedder=MiniLM(models / "all-MiniLM-L6-v2"), pack=load_pack("healthcare"))


def ground(tools: Any, text: str, question: str = "How is metformin given?", *sources: str) -> Any:
    items = tuple(evidence(source, n) for n, source in enumerate(sources or (SOURCE,), 1))
    return grounding.check(grounding.Params(), Subject(Stage.ANSWER, text, READER, question, items), tools)


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
