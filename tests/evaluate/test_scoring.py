from __future__ import annotations

import pytest

from assistant.evaluate.scoring import interval, is_right, is_supported


@pytest.mark.parametrize(
    ("answer", "golds", "right"),
    [
        ("It was less than a year.", ["less than a year"], True),
        ("The Treaty of Paris", ["treaty of paris"], True),
        ("He had 130 horses.", ["30"], False),
        ("No idea.", ["paris"], False),
        ("x " * 81 + "paris", ["paris"], False),
        ("anything", [""], False),
    ],
)
def test_right_is_a_gold_answer_at_word_borders_in_a_short_answer(answer: str, golds: list[str], right: bool) -> None:
    assert is_right(answer, golds) is right


def test_support_needs_the_words_and_every_number() -> None:
    quotes = ["The maximum dose is 4 g a day in adults over 50 kg."]
    assert is_supported("The maximum dose is 4 g a day.", quotes)
    assert not is_supported("The maximum dose is 8 g a day.", quotes)
    assert not is_supported("Aspirin helps against fever.", quotes)
    assert not is_supported("", ["x"])


def test_the_interval_holds_the_mean_and_narrows_with_more_values() -> None:
    few, many = interval([0.0, 1.0] * 5), interval([0.0, 1.0] * 500)
    assert few[0] <= 0.5 <= few[1]
    assert many[1] - many[0] < few[1] - few[0]
    assert interval([]) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("answer", "golds", "right"),
    [
        ("Yes: The drug helped, with no harm. [2]", ["yes"], True),
        ("Yes: The drug helped, with no harm. [2]", ["no"], False),
        ("No: It did not help, yes or not. [1]", ["no"], True),
        ("The drug did no harm.", ["no"], False),
        ("Yes: It may help.", ["maybe"], False),
    ],
)
def test_a_decision_opens_the_answer(answer: str, golds: list[str], right: bool) -> None:
    assert is_right(answer, golds) is right
