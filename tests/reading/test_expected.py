"""The kind of answer that a question asks for."""

from __future__ import annotations

import pytest

from assistant.reading.expected import Kind, expected, has, meets


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How long is a gift card good for?", Kind.TIME),
        ("How many days until it comes?", Kind.TIME),
        ("What does delivery cost?", Kind.MONEY),
        ("which phone number has the clinic", Kind.PHONE),
        ("How many doses may be given?", Kind.NUMBER),
        ("Why is the lamp red?", None),
        ("Do I have to pay for returns?", None),
        ("How is anaphylaxis treated?", Kind.TREATMENT),
        ("How is a customer told?", None),
        ("What is treated as personal data?", None),
    ],
)
def test_what_is_asked_for(question: str, kind: Kind | None) -> None:
    assert expected(question) is kind


@pytest.mark.parametrize(
    ("kind", "text", "there"),
    [
        (Kind.TIME, "A gift card is valid for 24 months.", True),
        (Kind.TIME, "Take it twice daily.", True),
        (Kind.TIME, "Gift cards are sold for 10.00 to 500.00, as a card or by e-mail.", False),
        (Kind.MONEY, "It is free of charge.", True),
        (Kind.MONEY, "It takes 3 working days.", False),
        (Kind.PHONE, "Call 555-0170.", True),
        (Kind.PHONE, "Open from 9 to 5.", False),
        (Kind.MAIL, "Write to help@shop.example.", True),
        (Kind.TREATMENT, "The first treatment is adrenaline.", True),
        (Kind.TREATMENT, "Give oxygen by mask.", True),
        (Kind.TREATMENT, "It is likely when there is sudden onset of breathing problems.", False),
        (Kind.NUMBER, "Two claims may be made.", True),
        (Kind.NUMBER, "Claims may be made by post.", False),
    ],
)
def test_whether_a_text_has_it(kind: Kind, text: str, there: bool) -> None:
    assert has(kind, text) is there


def test_a_question_that_expects_nothing_weighs_nothing() -> None:
    assert meets("Why is the sky blue?", "Light is scattered.") == 0.0
    assert meets("How long does it take?", "It takes 3 days.") == 1.0
    assert meets("How long does it take?", "It is blue.") == -1.0
