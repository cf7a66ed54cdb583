from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.releasing import Candidate, lead, probability, signals

CHANCE = st.floats(0.0, 1.0)
CANDIDATES = st.lists(st.builds(Candidate, CHANCE, CHANCE), min_size=1, max_size=8)


@given(CANDIDATES, st.data())
def test_it_is_a_probability(candidates: list[Candidate], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(candidates) - 1))
    assert 0 < probability(candidates, at) < 1
    assert signals(candidates, at)[0] == 1.0


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ([Candidate(0.9, 0.5)], [Candidate(0.6, 0.5)]),
        ([Candidate(0.8, 0.8)], [Candidate(0.8, 0.4)]),
        ([Candidate(0.8, 0.6), Candidate(0.1, 0.3)], [Candidate(0.8, 0.6), Candidate(0.79, 0.6)]),
    ],
    ids=["reader", "search", "rival"],
)
def test_each_signal_counts(better: list[Candidate], worse: list[Candidate]) -> None:
    assert probability(better, 0) > probability(worse, 0)


def test_the_lead_is_over_the_best_other_one() -> None:
    assert lead([1.0, 3.0, 2.5], 1) == 0.5
    assert lead([1.0, 3.0, 2.5], 0) == -2.0
    assert lead([1.0], 0) == lead([20.0, 1.0], 0) == 5.0
