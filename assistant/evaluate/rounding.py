"""Weights of an encoder as they come back from fewer bits, to measure what that costs before anything is built on it.

The encoders are computed in float32 whatever their files hold, so that rounding the weights and going on shows the whole effect.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

# How many bits a weight takes with its scales: one 32-bit scale a row of 384, or one 16-bit scale for 32 weights.
BITS: Final = {"float32": 32.0, "int8 per channel": 8.1, "int4 per channel": 4.1, "4 bits in blocks of 32": 4.5}


def per_channel(array: Floats, bits: int) -> Floats:
    """Symmetric rounding with one scale a row."""
    most = 2 ** (bits - 1) - 1
    scale = np.maximum(np.abs(array).max(axis=1, keepdims=True), 1e-12) / most
    found: Floats = (np.clip(np.rint(array / scale), -most, most) * scale).astype(np.float32)
    return found


def in_blocks(array: Floats) -> Floats:
    """ggml's Q4_0: a scale for 32 weights of a row. Rows that are no whole blocks are left as they are."""
    from assistant.models import ggml

    kind = ggml.KINDS["Q4_0"]
    if array.shape[1] % ggml.block(kind)[0]:
        return array
    return ggml.to_floats(kind, ggml.from_floats(kind, array, None, 1), array.size).reshape(array.shape)


ROUNDINGS: Final[Mapping[str, Callable[[Floats], Floats]]] = {
    "float32": lambda array: array,
    "int8 per channel": lambda array: per_channel(array, 8),
    "int4 per channel": lambda array: per_channel(array, 4),
    "4 bits in blocks of 32": in_blocks,
}


def rounded(arrays: Mapping[str, npt.NDArray[np.generic]], name: str) -> dict[str, npt.NDArray[np.generic]]:
    """Every matrix rounded, biases and norms as they are. Raises KeyError for a name that is not in `ROUNDINGS`."""
    change = ROUNDINGS[name]
    return {
        key: change(np.ascontiguousarray(array, np.float32)) if array.ndim == 2 and array.dtype.kind == "f" else array
        for key, array in arrays.items()
    }
