"""The dial: bounds against known values, lines that hold on documents apart, and what it does with too few questions."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluate.calibration import Outcome, by_bound, by_isotonic, dial, isotonic, lower_bound, point


def made(n: int, seed: int, documents: int = 20) -> list[Outcome]:
    """Outcomes whose chance of being right is their sureness."""
    rng = random.Random(seed)
    found = []
    for number in range(n):
        sure = rng.random()
        found.append(Outcome(sure, rng.random() < sure, f"d{number % documents}"))
    return found


@pytest.mark.parametrize(
    # One-sided 95% Clopper-Pearson bounds: with all right it is 0.05 ** (1 / n).
    ("right", "of", "bound"),
    [(10, 10, 0.05 ** (1 / 10)), (59, 59, 0.05 ** (1 / 59)), (0, 10, 0.0), (0, 0, 0.0), (8, 10, 0.4931)],
)
def test_the_bound_is_the_known_one(right: int, of: int, bound: float) -> None:
    assert lower_bound(right, of, 0.95) == pytest.approx(bound, abs=2e-4)


@given(st.integers(1, 60), st.integers(0, 60))
def test_the_bound_lies_below_the_rate_and_rises_with_confidence_spared(of: int, right: int) -> None:
    right = min(right, of)
    assert lower_bound(right, of, 0.95) <= lower_bound(right, of, 0.6) <= right / of


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40))
def test_isotonic_shares_rise(pairs: list[tuple[float, bool]]) -> None:
    shares = [share for _, share in isotonic([Outcome(sure, right, "d") for sure, right in pairs])]
    assert shares == sorted(shares)


@pytest.mark.parametrize("seed", range(5))
def test_a_chosen_line_holds_on_new_questions(seed: int) -> None:
    found = dial(made(400, seed), 0.85)
    assert found.line is not None
    fresh = point(made(4000, seed + 100), found.line)
    assert fresh.precision >= 0.85 - 0.06


def test_the_bound_is_the_more_careful_of_the_two() -> None:
    rows = made(400, 3)
    careful, plain = by_bound(rows, 0.8), by_isotonic(rows, 0.8)
    assert careful is not None and plain is not None
    assert careful >= plain


def test_where_rightness_has_nothing_to_do_with_sureness_no_line_is_offered() -> None:
    rng = random.Random(1)
    rows = [Outcome(rng.random(), rng.random() < 0.5, f"d{n % 9}") for n in range(300)]
    assert by_bound(rows, 0.9) is None


def test_three_right_questions_promise_nothing() -> None:
    assert by_bound([Outcome(0.9, True, "a"), Outcome(0.8, True, "b"), Outcome(0.7, True, "c")], 0.92) is None


def test_nothing_to_read_off_is_an_error() -> None:
    with pytest.raises(ValueError, match="outcomes"):
        dial([], 0.9)
