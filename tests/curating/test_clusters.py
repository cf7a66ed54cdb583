"""Grouping: against a slow average linkage written from its definition, on random and on chained points."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.curating.clusters import central, grouped


def naive(vectors: np.ndarray, together: float) -> list[list[int]]:
    groups = [[row] for row in range(len(vectors))]
    likeness = vectors @ vectors.T
    while len(groups) > 1:
        pairs = [
            (likeness[np.ix_(a, b)].mean(), i, j) for i, a in enumerate(groups) for j, b in enumerate(groups) if i < j
        ]
        best, i, j = max(pairs)
        if best < together:
            break
        groups[i] = sorted(groups[i] + groups.pop(j))
    return sorted(groups, key=lambda group: (-len(group), group[0]))


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("seed", range(12))
def test_groups_are_those_of_average_linkage(seed: int) -> None:
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(5, 8))
    vectors = unit(centres[rng.integers(0, 5, 40)] + 0.35 * rng.normal(size=(40, 8)))
    found = grouped(vectors, 0.7)
    assert found == naive(vectors, 0.7)
    assert 1 < len(found) < 40, "one group or none shows nothing"


def test_a_chain_of_neighbours_does_not_become_one_group() -> None:
    angles = np.radians(np.arange(0, 180, 12))
    vectors = unit(np.stack([np.cos(angles), np.sin(angles)], axis=1))
    assert max(len(group) for group in grouped(vectors, 0.9)) < 5


def test_nothing_gives_no_groups_and_equals_give_one() -> None:
    assert grouped(np.zeros((0, 4), np.float32)) == []
    assert grouped(unit(np.ones((6, 4)))) == [[0, 1, 2, 3, 4, 5]]


def test_the_wording_in_the_middle_stands_for_a_group() -> None:
    angles = np.radians([0, 10, 20])
    vectors = unit(np.stack([np.cos(angles), np.sin(angles)], axis=1))
    assert central(vectors, [0, 1, 2]) == 1
