"""The kind of answer that a question asks for."""

from __future__ import annotations

import pytest

from assistant.reading.answer_type import AnswerType, expected_type, has, type_match


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How long is a gift card good for?", AnswerType.TIME),
        ("How many days until it comes?", AnswerType.TIME),
        ("What does delivery cost?", AnswerType.MONEY),
        ("which phone number has the clinic", AnswerType.PHONE),
        ("How many doses may be given?", AnswerType.NUMBER),
        ("Why is the lamp red?", None),
        ("Do I have to pay for returns?", None),
        ("How is anaphylaxis treated?", AnswerType.TREATMENT),
        ("How is a customer told?", None),
        ("What is treated as personal data?", None),
    ],
)
def test_what_is_asked_for(question: str, kind: AnswerType | None) -> None:
    assert expected_type(question) is kind


@pytest.mark.parametrize(
    ("kind", "text", "there"),
    [
        (AnswerType.TIME, "A gift card is valid for 24 months.", True),
        (AnswerType.TIME, "Take it twice daily.", True),
        (AnswerType.TIME, "Gift cards are sold for 10.00 to 500.00, as a card or by e-mail.", False),
        (AnswerType.MONEY, "It is free of charge.", True),
        (AnswerType.MONEY, "It takes 3 working days.", False),
        (AnswerType.PHONE, "Call 555-0170.", True),
        (AnswerType.PHONE, "Open from 9 to 5.", False),
        (AnswerType.MAIL, "Write to help@shop.example.", True),
        (AnswerType.TREATMENT, "The first treatment is adrenaline.", True),
        (AnswerType.TREATMENT, "Give oxygen by mask.", True),
        (AnswerType.TREATMENT, "It is likely when there is sudden onset of breathing problems.", False),
        (AnswerType.NUMBER, "Two claims may be made.", True),
        (AnswerType.NUMBER, "Claims may be made by post.", False),
    ],
)
def test_whether_a_text_has_it(kind: AnswerType, text: str, there: bool) -> None:
    assert has(kind, text) is there


def test_a_question_that_expects_nothing_weighs_nothing() -> None:
    assert type_match("Why is the sky blue?", "Light is scattered.") == 0.0
    assert type_match("How long does it take?", "It takes 3 days.") == 1.0
    assert type_match("How long does it take?", "It is blue.") == -1.0
