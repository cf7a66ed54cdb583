"""Which of several actions decides, and which verdict only had no time."""

from __future__ import annotations

import itertools

import pytest

from assistant.policy.actions import SEVERITY, STOPPING, late, worst
from assistant.types import Action, Stage, Verdict


def verdict(action: Action, *, no_time: bool = False) -> Verdict:
    return Verdict("c", Stage.ANSWER, action, "why", 0.0, late=no_time)


def test_every_action_has_a_place_in_the_order() -> None:
    assert sorted(SEVERITY) == sorted(Action)
    assert SEVERITY[0] is Action.PASS
    assert SEVERITY[-1] is Action.BLOCK


@pytest.mark.parametrize("pair", list(itertools.product(Action, repeat=2)))
def test_the_worse_of_two_decides_whichever_comes_first(pair: tuple[Action, Action]) -> None:
    assert worst(*pair) is worst(*reversed(pair))
    assert worst(*pair) in pair
    assert (worst(*pair) in STOPPING) == (not STOPPING.isdisjoint(pair))


def test_a_block_speaks_louder_than_a_check_without_time() -> None:
    waiting, blocked = verdict(Action.DROP, no_time=True), verdict(Action.BLOCK)
    assert late([verdict(Action.PASS), waiting]) is waiting
    assert late([waiting, blocked]) is None
    assert late([blocked]) is None
    assert late(iter([])) is None
