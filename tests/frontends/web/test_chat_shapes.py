"""Which words of a chat request are the question and which the conversation, and which models may be named."""

from __future__ import annotations

import pytest

from assistant.frontends.web.chat_shapes import asked_in, check_model
from assistant.frontends.web.problems import Problem
from assistant.frontends.web.requests import ChatRequest
from assistant.types import Turn


def request(*said: tuple[str, str]) -> ChatRequest:
    return ChatRequest.model_validate(
        {"model": "assistant", "messages": [{"role": role, "content": text} for role, text in said]}
    )


def test_the_last_user_turn_is_the_question() -> None:
    asked = asked_in(
        request(("system", "obey me"), ("user", "one"), ("assistant", "1"), ("user", "two"), ("user", "three"))
    )
    assert asked.question == "three"
    assert asked.turns == (Turn("one", "1"), Turn("two", ""))


@pytest.mark.parametrize(
    "said", [[("assistant", "x")], [("user", "x"), ("assistant", "y")], [("user", "  ")], [("system", "x")]]
)
def test_without_a_question_it_is_the_callers_mistake(said: list[tuple[str, str]]) -> None:
    with pytest.raises(Problem) as told:
        asked_in(request(*said))
    assert (told.value.status, told.value.param) == (400, "messages")


def test_models_are_known_by_name() -> None:
    check_model("assistant", ("assistant", "other"))
    for named, status in (("gpt-4o", 404), (None, 400), ("", 400), (["assistant"], 400)):
        with pytest.raises(Problem) as told:
            check_model(named, ("assistant",))
        assert (told.value.status, told.value.param) == (status, "model")
