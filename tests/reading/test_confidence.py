from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.confidence import MOST_LEAD, Candidate, lead, merits, probability, signals

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
    close, far = Candidate(0.5, 0.5, "a"), Candidate(0.01, 0.1, "b")
    assert lead([close, close], 0) == 0.0
    assert lead([close, far], 0) == lead([close], 0) == MOST_LEAD
    assert lead([close, far], 1) < 0


def test_those_aside_are_no_rivals() -> None:
    found = [Candidate(0.8, 0.6, "a"), Candidate(0.79, 0.6, "a"), Candidate(0.2, 0.3, "b")]
    assert lead(found, 0, {1}) > lead(found, 0)
    assert probability(found, 0, {1}) > probability(found, 0)
    assert lead(found, 0, {1, 2}) == MOST_LEAD


def test_the_best_of_a_document_speaks_for_its_other_passages() -> None:
    alone = merits([Candidate(0.6, 0.4, "a"), Candidate(0.6, 0.4, "b"), Candidate(0.1, 0.9, "b")])
    assert alone[1] > alone[0]
