"""Which questions are two, and what each half asks on its own."""

from __future__ import annotations

import pytest

from assistant.asking.decomposition import decompose, halves


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "How long is the warranty on a kettle and who pays for the return?",
            ("How long is the warranty on a kettle?", "Who pays for the return?"),
        ),
        (
            "When does the clinic open? Can I park there?",
            ("When does the clinic open?", "Can I park there?"),
        ),
        (
            "The handle is broken. How do I return it, and when do I get the money?",
            ("The handle is broken. How do I return it?", "The handle is broken. When do I get the money?"),
        ),
        (
            "What is amoxicillin and how is it taken?",
            ("What is amoxicillin?", "How is amoxicillin taken?"),
        ),
        (
            "how do you first notice ataxia telangiectasia and can it be cured",
            ("How do you first notice ataxia telangiectasia?", "Can ataxia telangiectasia be cured?"),
        ),
        (
            "my kettle leaks. how long is it under guarantee and who pays the postage",
            ("my kettle leaks. How long is it under guarantee?", "my kettle leaks. Who pays the postage?"),
        ),
    ],
)
def test_a_double_question_has_two_halves(question: str, parts: tuple[str, ...]) -> None:
    assert decompose(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "What is the dose of amoxicillin?",
        "How and when is it given?",
        "Who may visit and when?",
        "What happens if the alarm rings and is not answered?",
        "Do I need the receipt and the box?",
        "My card was charged. Why?",
        "thank you",
        "",
        "What? How? When? Where? Why?",
        "what if the parcel is late and is not there",
        "where is it and when",
        "the nurse asked how it is taken and when it is due",
        "My card was charged and can I go. Is that right?",
    ],
)
def test_other_questions_stay_as_they_are(question: str) -> None:
    assert decompose(question) == (question,)


def test_a_half_that_names_nothing_is_asked_of_what_the_first_names() -> None:
    first, second = decompose(
        "How much steroid does an adult with asthma get each day, and for how many days at least?"
    )
    assert first == "How much steroid does an adult with asthma get each day?"
    assert second == f"{first} For how many days at least?"


def test_a_half_that_names_something_stands_alone() -> None:
    _, second = decompose("How much steroid does an adult get, and how long is the inhaler used?")
    assert second == "How long is the inhaler used?"


def test_each_half_stands_behind_the_one_before_it() -> None:
    one, two = halves("How long is the kettle under warranty and does that include limescale?")
    assert one[0] == "" and two[0] == one[1]
    assert halves("How long is the kettle under warranty?") == ()
