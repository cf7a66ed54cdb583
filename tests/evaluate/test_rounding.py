from __future__ import annotations

import numpy as np
import pytest

from assistant.evaluate.rounding import BITS, ROUNDINGS, rounded

MATRIX = np.random.default_rng(2).normal(size=(16, 64)).astype(np.float32)
MATRIX[3] *= 100


def test_each_rounding_has_its_bits_and_fewer_bits_lose_more() -> None:
    assert set(BITS) == set(ROUNDINGS)
    errors = {name: float(np.abs(change(MATRIX.copy()) - MATRIX)[0].mean()) for name, change in ROUNDINGS.items()}
    assert errors["float32"] == 0
    assert 0 < errors["int8 per channel"] < errors["4 bits in blocks of 32"] < 0.2
    assert errors["int8 per channel"] * 10 < errors["int4 per channel"]


def test_a_large_row_does_not_coarsen_the_others() -> None:
    found = ROUNDINGS["int8 per channel"](MATRIX.copy())
    assert np.abs(found - MATRIX)[0].max() < 0.02
    assert len(np.unique(np.round(found[0] / np.abs(found[0]).max() * 127))) <= 255


def test_biases_and_norms_are_left_alone() -> None:
    bias = np.linspace(0, 1, 64, dtype=np.float32)
    found = rounded({"a.weight": MATRIX, "a.bias": bias}, "int4 per channel")
    assert np.array_equal(found["a.bias"], bias)
    assert not np.array_equal(found["a.weight"], MATRIX)
    with pytest.raises(KeyError):
        rounded({}, "3 bits")


def test_rows_that_are_no_whole_blocks_are_left_as_they_are() -> None:
    odd = MATRIX[:, :50].copy()
    assert np.array_equal(ROUNDINGS["4 bits in blocks of 32"](odd), odd)
