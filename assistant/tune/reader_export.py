"""Export of a trained reader: one safetensors file with int8 matrices, the tokenizer and the calibration."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

_CONFIG = (
    "hidden_size", "num_hidden_layers", "num_attention_heads", "max_position_embeddings", "layer_norm_eps", "hidden_act",
)  # fmt: skip


def quantize(weights: Mapping[str, npt.NDArray[np.float32]]) -> dict[str, npt.NDArray[np.generic]]:
    """Symmetric int8 with one scale a row for the matrices of the encoder; biases, norms and heads stay float32."""
    found: dict[str, npt.NDArray[np.generic]] = {}
    for name, array in weights.items():
        if array.ndim != 2 or not name.startswith("bert."):
            found[name] = array.astype(np.float32)
            continue
        scale = np.maximum(np.abs(array).max(axis=1), 1e-12) / 127.0
        found[name] = np.clip(np.rint(array / scale[:, None]), -127, 127).astype(np.int8)
        found[f"{name}.scale"] = scale.astype(np.float32)
    return found


def pack(
    weights: Mapping[str, npt.NDArray[np.float32]],
    base: Path,
    calibration: Mapping[str, float],
) -> bytes:
    """The bytes of the shipped file. `base` is the model folder whose sizes and tokenizer the reader has."""
    from safetensors.numpy import save

    raw = json.loads((base / "config.json").read_text("utf-8"))
    settings = {"config": {name: raw[name] for name in _CONFIG}, "calibration": dict(calibration)}
    tokenizer = json.dumps(json.loads((base / "tokenizer.json").read_text("utf-8")), separators=(",", ":"))
    arrays = quantize(weights)
    arrays["settings"] = np.frombuffer(json.dumps(settings, sort_keys=True).encode(), np.uint8)
    arrays["tokenizer"] = np.frombuffer(tokenizer.encode(), np.uint8)
    return bytes(save({name: np.ascontiguousarray(array) for name, array in sorted(arrays.items())}))


def write(path: Path, blob: bytes) -> str:
    """Write the file and return its SHA-256, which `assistant/reading/reader.py` pins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(blob)
    return hashlib.sha256(blob).hexdigest()
