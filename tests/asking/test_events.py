from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.asking.events import Finished, Released, Withdrawn
from assistant.asking.reidentification import Reidentification

OWN = Reidentification({"Ann Lee": "Grace Whitcombe"})


def test_the_asker_sees_the_typed_words_and_what_is_kept_holds_the_stand_ins() -> None:
    released = Released("Ann Lee takes 5 mg.", (), OWN)
    assert "Grace Whitcombe" in released.shown and "Grace" not in released.text
    assert Released("Ann Lee takes 5 mg.", ()).shown == "Ann Lee takes 5 mg."


def test_answer_and_question_have_their_own_words_each() -> None:
    answer: Any = SimpleNamespace(answer="Ann Lee takes 5 mg.", question="What does Ann Lee take?")
    finished = Finished(answer, asked=OWN)
    assert finished.shown == answer.answer, "what its text may show is told apart from what was typed"
    assert "Grace Whitcombe" in finished.question


@pytest.mark.parametrize("event", [Released("a", ()), Withdrawn("a check failed")])
def test_an_event_is_frozen(event: Any) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(event, dataclasses.fields(event)[0].name, "other")
