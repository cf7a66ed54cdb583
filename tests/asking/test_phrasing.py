"""What the model may phrase, and which of its sentences say what the source says."""

from __future__ import annotations

import pytest

from assistant.asking.phrasing import faithful, phrasing


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("When was the bridge closed?", "in March 2011"),
        ("How many visits does the plan pay for?", "12 visits"),
        ("Who leads the eye clinic?", "Dr Jane Poole"),
        ("Where is the ward?", "on the second floor"),
        ("How long is the warranty?", "24 months"),
        ("What is the maximum daily dose of paracetamol?", "4 g"),
    ],
)
def test_an_answer_of_the_kind_that_is_asked_for_is_phrased(question: str, answer: str) -> None:
    prompt = phrasing(question, answer)
    assert prompt is not None
    assert answer in prompt.user
    assert question in prompt.user


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("When was the bridge closed?", "the old bridge"),
        ("How long was the town occupied?", "on 4 August 1915"),
        ("How many visits does the plan pay for?", "the plan"),
        ("Who proclaimed it?", "the crisis of that year"),
        ("What is it made of?", "wool"),
        ("Who leads the eye clinic?", ""),
        ("When was it closed?", "in 2011 " * 12),
    ],
)
def test_another_kind_of_answer_is_quoted_and_not_phrased(question: str, answer: str) -> None:
    assert phrasing(question, answer) is None


SOURCE = "In 1606 the inventor received a patent for a pump that drains flooded mines."


def test_a_sentence_of_the_words_of_its_source_is_faithful() -> None:
    assert faithful("The inventor received a patent for a pump in 1606.", "in 1606", SOURCE)
    assert faithful("In 1606 the inventor received a patent for a pump.", "In 1606", SOURCE)


def test_a_false_premise_of_the_question_is_not_repeated() -> None:
    assert not faithful("In 1606 the inventor received a patent for a pump that drains patients.", "In 1606", SOURCE)


def test_roles_may_not_be_turned_about() -> None:
    source = "The Normans had a profound effect on Irish culture."
    assert not faithful("Irish culture had a profound effect on the Normans.", "the Normans", source)
    assert faithful("The Normans had a profound effect on Irish culture.", "the Normans", source)


def test_the_answer_must_stand_in_the_sentence() -> None:
    assert not faithful("The inventor received a patent.", "In 1606", SOURCE)


def test_a_bound_is_kept_with_its_number() -> None:
    source = "The library is home to over 200 maps."
    assert not faithful("The library is home to 200 maps.", "200 maps", source)
    assert faithful("The library is home to over 200 maps.", "200 maps", source)


def test_words_of_the_title_may_be_used_but_do_not_suffice() -> None:
    source = "It closed in March 2011."
    assert faithful("The old bridge closed in March 2011.", "in March 2011", source, "The old bridge")
    assert not faithful("The old bridge.", "bridge", source, "The old bridge")
