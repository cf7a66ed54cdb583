from __future__ import annotations

import pytest

from assistant.asking.missing import because
from assistant.language.words import content_stems
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


@pytest.mark.parametrize(
    "question",
    [
        "Hello, are cheques taken please? Thanks in advance",
        "hi there, cheques taken pls, thx!",
        "Good morning. Could you kindly say if cheques are taken? Kind regards",
    ],
)
def test_no_word_of_courtesy_is_missing(question: str) -> None:
    stood = {"chequ": 0.5, "taken": 0.3}
    every = dict.fromkeys(
        (stem for word in question.lower().replace(",", " ").split() for stem in content_stems(word)), 1.0
    )
    assert because(WHY, question, {**every, **stood}, NEAR) == WHY


def test_a_thing_beside_the_courtesy_is_still_named_and_so_is_one_that_bears_such_a_word() -> None:
    told = because("", "Hello, is klarna taken please?", {"klarna": 1.0, "taken": 0.3, "hello": 1.0}, NEAR)
    assert told == 'no document that you may see has the word "klarna"'
    # A greeting card of that name, and a word that only begins like a courtesy.
    told = because("", "Do you stock the Hello magazine?", {"hello": 1.0, "magazin": 1.0, "stock": 0.2}, NEAR)
    assert '"Hello"' in told and '"magazine"' in told
    told = because("", "Are thanksgiving cards stocked?", {"thanksgiv": 1.0, "card": 0.2, "stock": 0.2}, NEAR)
    assert '"thanksgiving"' in told
