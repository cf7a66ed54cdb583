from __future__ import annotations

import dataclasses
from typing import Any, get_args

import pytest

from assistant.reading.judgement import UNREAD, Decided, Found, Judgement, Nothing, Place

EXAMPLES: tuple[Any, ...] = (
    Found("three days", 1, Place(4, 14), 0.9), Decided("Yes", 2, Place(0, 5), 0.7), Nothing("no passage speaks of it"),
)  # fmt: skip


def test_a_judgement_is_one_of_three_and_each_is_frozen() -> None:
    assert {type(one) for one in EXAMPLES} == set(get_args(Judgement))
    for one in EXAMPLES:
        with pytest.raises(dataclasses.FrozenInstanceError):
            one.sure = 1.0


def test_where_nobody_read_the_passages_are_shown_and_no_reason_is_given() -> None:
    assert UNREAD.near and UNREAD.reason == "" and UNREAD.likely == {}


def test_two_judgements_do_not_share_their_likely_places() -> None:
    assert Nothing("a").likely is not Nothing("b").likely


def test_a_place_is_a_pair_of_offsets() -> None:
    start, end = Place(4, 14)
    assert "the three days of it"[start:end] == "three days"
