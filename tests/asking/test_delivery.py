"""Events of an answer on their way to the person who asked."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from assistant.asking.delivery import delivered
from assistant.asking.events import Event, Released, Withdrawn
from assistant.asking.reidentification import Reidentification

OWN = Reidentification({"Ann Lee": "Grace Whitcombe"})


def _events(closed: list[bool]) -> Generator[Event, None, str]:
    try:
        yield Released("Ann Lee is on ward seven.", ())
        yield Withdrawn("a doubt")
        return "the answer"
    finally:
        closed.append(True)


def test_released_sentences_carry_the_typed_words_and_the_answer_comes_last() -> None:
    closed: list[bool] = []
    walk = delivered(_events(closed), OWN, lambda _: "")  # type: ignore[arg-type]
    first = next(walk)
    assert isinstance(first, Released)
    assert first.text == "Ann Lee is on ward seven."
    assert first.shown == "«Grace Whitcombe» is on ward seven."
    assert isinstance(next(walk), Withdrawn)
    with pytest.raises(StopIteration) as end:
        next(walk)
    assert end.value.value == "the answer"
    assert closed == [True]


def test_a_reader_who_leaves_ends_the_answer() -> None:
    closed: list[bool] = []
    walk = delivered(_events(closed), OWN, lambda _: "")  # type: ignore[arg-type]
    next(walk)
    walk.close()
    assert closed == [True]
