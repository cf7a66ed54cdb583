from __future__ import annotations

import pytest

from assistant.language.questions import asking_clause, asks_whether, without_anybody


@pytest.mark.parametrize(
    ("text", "hidden", "asked"),
    [
        ("My patient Ann Lee, MRN 12: what is the target dose?", ["Ann Lee", "12"], "what is the target dose?"),
        ("What is the target dose for Ann Lee?", ["Ann Lee"], "What is the target dose for Ann Lee?"),
        ("I am Ann Lee. When is the refund paid?", ["Ann Lee"], "When is the refund paid?"),
        ("When: now or later?", [], "When: now or later?"),
        ("I am Ann Lee: why?", ["Ann Lee"], "I am Ann Lee: why?"),
        (
            "Ann Lee (12), parcel 345 was damaged. By when must it be reported?",
            ["Ann Lee", "12", "345"],
            "parcel was damaged. By when must it be reported?",
        ),
    ],
)
def test_the_clause_that_asks_stands_without_the_identifiers(text: str, hidden: list[str], asked: str) -> None:
    assert asking_clause(text, hidden) == asked


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ("How long is a gift card of a customer valid?", "How long is a gift card valid?"),
        ("What does standard delivery cost a person?", "What does standard delivery cost?"),
        ("Is there a late fee for a missed part for someone?", "Is there a late fee for a missed part?"),
        ("What is the dose for a patient with gout?", "What is the dose for a patient with gout?"),
        ("How do I identify a patient?", "How do I identify a patient?"),
        ("What is given to a patient?", "What is given to a patient?"),
        ("Who cares for people?", "Who cares for people?"),
    ],
)
def test_a_person_of_whom_nothing_is_said_is_left_out(asked: str, left: str) -> None:
    assert without_anybody(asked) == left


@pytest.mark.parametrize(
    ("text", "whether"),
    [
        ("Can I use vinegar?", True),
        ("he's got a drip in that arm, can the cuff go there", True),
        ("isn't it safe", True),
        ("What can I use instead?", False),
        ("first treatment for anaphylaxis", False),
        ("the patient has the flu", True),  # told, and read as asked: nothing is shown beside a denial then
    ],
)
def test_what_asks_whether_something_is_so(text: str, whether: bool) -> None:
    assert asks_whether(text) == whether
