from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language.spelling import allowed_slips, meant, respelt, slips

LETTERS = st.text("abcdef", min_size=1, max_size=9)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("cancel", "cancel", 0),
        ("cancle", "cancel", 1),
        ("ordr", "order", 1),
        ("warfrin", "warfarin", 1),
        ("jab", "jar", 1),
    ],
)
def test_slips_are_counted(one: str, other: str, apart: int) -> None:
    assert slips(one, other, 2) == apart


@given(LETTERS, LETTERS)
def test_slips_are_the_same_both_ways_and_never_more_than_one_above_the_limit(one: str, other: str) -> None:
    assert slips(one, other, 2) == slips(other, one, 2) <= 3
    assert (slips(one, other, 2) == 0) == (one == other)


@given(LETTERS, st.integers(0, 8), st.sampled_from("abcdef"))
def test_one_letter_more_is_one_slip(word: str, at: int, letter: str) -> None:
    assert slips(word, word[:at] + letter + word[at:], 2) == 1


def test_short_words_hold_no_slip_and_long_ones_two() -> None:
    assert [allowed_slips("x" * n) for n in (3, 4, 9, 10)] == [0, 1, 1, 2]


def test_the_nearest_then_the_commonest_is_meant() -> None:
    assert meant("cancle", {"candle": 9, "cancel": 3}) == "candle"
    assert meant("delivary", {"delivery": 3, "delivered": 50}) == "delivery"
    assert meant("parcle", ["party", "parole", "parcel"]) in {"parole", "parcel"}


def test_what_is_no_slip_is_left() -> None:
    assert meant("kilo", ["kill", "silo"]) == "", "an exchanged letter makes another word of a short one"
    assert meant("dose", ["nose"]) == "", "the first letter is taken for right"
    assert meant("apixaban", ["rivaroxaban", "dabigatran"]) == ""
    assert meant("order", ["order"]) == "", "a word is no slip of itself"


def test_words_are_put_right_by_place() -> None:
    assert respelt("Can I cancle the cancle? recancle", {"cancle": "cancel"}) == "Can I cancel the cancel? recancle"
    assert respelt("CANCLE it", {"cancle": "cancel"}) == "cancel it"
    assert respelt("cancle", {}) == "cancle"
