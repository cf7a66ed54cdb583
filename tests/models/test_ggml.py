from __future__ import annotations

import numpy as np
import pytest

from assistant.errors import ModelError
from assistant.models import ggml

ROWS = np.random.default_rng(3).normal(size=(64, 512)).astype(np.float32)
# The largest root mean square error of normal weights: about half a step of so many bits.
ERRORS = {
    "F16": 1e-3,
    "Q8_0": 0.01,
    "Q6_K": 0.03,
    "Q5_K": 0.06,
    "Q4_K": 0.12,
    "Q4_0": 0.12,
    "IQ4_NL": 0.11,
    "IQ3_S": 0.2,
}


@pytest.mark.parametrize("name", ERRORS)
def test_weights_come_back_about_as_they_were(name: str) -> None:
    kind = ggml.KINDS[name]
    data = ggml.from_floats(kind, ROWS, None, 1)
    assert data.nbytes == ggml.size(kind, ROWS.size)
    back = ggml.to_floats(kind, data, ROWS.size).reshape(ROWS.shape)
    error = float(np.sqrt(np.mean((back - ROWS) ** 2)))
    assert 0 < error < ERRORS[name]


@pytest.mark.parametrize("name", ["Q4_K", "IQ3_S"])
def test_columns_that_matter_keep_more(name: str) -> None:
    kind = ggml.KINDS[name]
    importance = np.full(512, 1e-3, np.float32)
    importance[::8] = 10.0
    plain, weighted = (
        ggml.to_floats(kind, ggml.from_floats(kind, ROWS, given, 1), ROWS.size).reshape(ROWS.shape)
        for given in (None, importance)
    )
    assert np.mean((weighted - ROWS)[:, ::8] ** 2) < np.mean((plain - ROWS)[:, ::8] ** 2)


def test_the_bytes_do_not_depend_on_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ggml, "_AT_ONCE", 2048)
    one, three = (ggml.from_floats(ggml.KINDS["Q4_K"], ROWS, None, workers) for workers in (1, 3))
    assert one.tobytes() == three.tobytes()


def test_bfloat16_is_the_upper_half_of_a_float() -> None:
    halves = (ROWS.view(np.uint32) >> 16).astype(np.uint16).reshape(-1).view(np.uint8)
    assert np.allclose(ggml.to_floats(ggml.BF16, halves, ROWS.size).reshape(ROWS.shape), ROWS, rtol=2**-7)


def test_a_type_that_nobody_knows_is_refused_by_its_number() -> None:
    with pytest.raises(ModelError, match=r"unknown kind \(99\)"):
        ggml.block(99)
    assert ggml.name_of(99) == "type 99"
    assert ggml.name_of(12) == "Q4_K"
