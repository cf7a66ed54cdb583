"""Requests are read as their classes say, and what is wrong is named without being repeated."""

from __future__ import annotations

import pytest

from assistant.frontends.web.problems import Problem
from assistant.frontends.web.requests import AskRequest, ChatRequest, EmbeddingsRequest, bad, taken


def test_unknown_fields_change_nothing() -> None:
    made = taken(AskRequest, {"question": "How long?", "temperature": 9, "stream": None})
    assert (made.question, made.turns, made.stream) == ("How long?", (), None)


def test_parts_of_a_message_are_joined() -> None:
    parts = [{"type": "text", "text": "one"}, {"type": "text", "text": "two"}]
    made = taken(ChatRequest, {"model": "m", "messages": [{"role": "user", "content": parts}, {"role": "assistant"}]})
    assert [message.text for message in made.messages] == ["one\ntwo", ""]


def test_a_wrong_field_is_named_and_its_value_is_not() -> None:
    secret = "my password is swordfish"
    wrong: list[tuple[type[AskRequest | ChatRequest | EmbeddingsRequest], dict[str, object], str]] = [
        (AskRequest, {"question": [secret]}, "question"),
        (AskRequest, {"question": "q", "history": secret}, "history"),
        (AskRequest, {"question": "q", "stream": secret}, "stream"),
        (ChatRequest, {"model": "m", "messages": [{"role": secret, "content": ""}]}, "messages"),
        (ChatRequest, {"model": "m", "messages": [{"role": "user", "content": {"x": secret}}]}, "messages"),
        (EmbeddingsRequest, {"model": "m", "input": {"x": secret}}, "input"),
        (EmbeddingsRequest, {"model": [secret], "input": "x"}, "model"),
    ]
    for shape, body, field in wrong:
        with pytest.raises(Problem) as told:
            taken(shape, body)
        assert (told.value.status, told.value.param) == (400, field)
        assert "swordfish" not in str(told.value.as_json())
        assert field in told.value.message


def test_bad_is_in_openais_shape() -> None:
    error = bad("n", "one answer is given").as_json()["error"]
    assert isinstance(error, dict)
    assert (error["type"], error["param"], error["code"]) == ("invalid_request_error", "n", "bad_field")
