from __future__ import annotations

import pytest

from assistant.asking.missing import because
from tests.policy.support import evidence

NEAR = (evidence("We take cards, cheques and gift vouchers at every till."),)
WHY = "no passage holds the answer surely enough (0.12)"


def test_a_word_that_stands_nowhere_is_named() -> None:
    told = because(WHY, "can i pay with klarna", {"pay": 0.4, "klarna": 1.0}, NEAR)
    assert told == f'{WHY}; no document that you may see has the word "klarna"'


def test_a_word_that_only_the_passages_found_lack_is_said_of_them() -> None:
    told = because(WHY, "Are cheques taken in the warehouse?", {"chequ": 0.5, "taken": 0.3, "warehous": 0.6}, NEAR)
    assert told == f'{WHY}; the closest passages do not have the word "warehouse"'


def test_nowhere_comes_before_not_near() -> None:
    told = because("", "Does klarna work in the warehouse?", {"klarna": 1.0, "work": 0.2, "warehous": 0.6}, NEAR)
    assert told == 'no document that you may see has the word "klarna"'


@pytest.mark.parametrize(
    ("question", "rarity"),
    [
        ("Are cheques taken?", {"chequ": 0.5, "taken": 0.3}),
        # An identifier has no rarity: it is told to nobody, whether documents name it or not.
        ("Is NV-4711 paid by cheque?", {"paid": 0.4, "chequ": 0.5}),
        # What is asked of a thing ("how long", "the price") is no thing that could be missing.
        ("How long do cheques take, and what is the price?", {"long": 0.3, "chequ": 0.5, "take": 0.2, "price": 1.0}),
        ("Are cheques taken?", {}),
    ],
)
def test_where_nothing_is_missing_the_reason_stays(question: str, rarity: dict[str, float]) -> None:
    assert because(WHY, question, rarity, NEAR) == WHY


def test_three_words_at_most() -> None:
    said = because(
        "", "alpacas, badgers, camels and dingos", dict.fromkeys(("alpaca", "badger", "camel", "dingo"), 1.0), NEAR
    )
    assert said == 'no document that you may see has the words "alpacas", "badgers" and "camels"'
