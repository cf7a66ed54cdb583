from __future__ import annotations

import numpy as np

from assistant.reading.network import dequantize
from assistant.tune.reader_export import quantize


def test_quantized_rows_come_back_within_half_a_step() -> None:
    rng = np.random.default_rng(3)
    matrix = rng.normal(0, 1, (20, 30)).astype(np.float32)
    weights = {"encoder.x.weight": matrix, "encoder.x.bias": matrix[0], "span.weight": matrix[:2]}
    packed = quantize(weights)
    assert packed["encoder.x.weight"].dtype == np.int8
    back = dequantize(packed)
    step = np.abs(matrix).max(axis=1, keepdims=True) / 127
    assert np.all(np.abs(back["encoder.x.weight"] - matrix) <= step / 2 + 1e-6)
    assert np.array_equal(back["span.weight"], matrix[:2])
    assert "encoder.x.weight.scale" not in back
