"""Export of a trained reader: one safetensors file with int8 matrices, float32 heads and the calibration."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from torch import Tensor


_CONFIG = (
    "hidden_size", "num_hidden_layers", "num_attention_heads", "max_position_embeddings", "layer_norm_eps", "hidden_act",
)  # fmt: skip
_BLOCKS = {"out": "attention.output.dense", "norm1": "attention.output.LayerNorm", "up": "intermediate.dense",
           "down": "output.dense", "norm2": "output.LayerNorm"}  # fmt: skip


def named(state: Mapping[str, Tensor]) -> dict[str, npt.NDArray[np.float32]]:
    """The trained weights by the names of a BERT checkpoint; heads keep theirs."""
    found: dict[str, npt.NDArray[np.float32]] = {}
    for key, value in state.items():
        array = value.detach().float().numpy()
        if not key.startswith("layers.weights."):
            found[key] = np.atleast_1d(array)
            continue
        index, block, end = key.removeprefix("layers.weights.").split("_")
        layer = f"encoder.layer.{index}."
        if block == "qkv":
            for part, piece in zip(("query", "key", "value"), np.split(array, 3), strict=True):
                found[f"{layer}attention.self.{part}.{end}"] = piece
        else:
            found[f"{layer}{_BLOCKS[block]}.{end}"] = array
    return found


def state(path: Path, shapes: Mapping[str, Any]) -> dict[str, Any]:
    """The weights of a shipped file by the trainer's names: `named` and `quantize` undone. `shapes`: the trainer's own state."""
    import torch
    from safetensors.numpy import load_file

    arrays = load_file(path)
    full = {
        name: array.astype(np.float32) * arrays[f"{name}.scale"][:, None] if f"{name}.scale" in arrays else array
        for name, array in arrays.items()
    }
    found: dict[str, Any] = {}
    for key, like in shapes.items():
        if not key.startswith("layers.weights."):
            value = full[key]
        else:
            index, block, end = key.removeprefix("layers.weights.").split("_")
            layer = f"encoder.layer.{index}."
            parts = ("query", "key", "value")
            own = (
                [f"{layer}attention.self.{part}.{end}" for part in parts]
                if block == "qkv"
                else [f"{layer}{_BLOCKS[block]}.{end}"]
            )
            value = np.concatenate([full[name] for name in own])
        found[key] = torch.from_numpy(np.ascontiguousarray(value, np.float32)).reshape(like.shape)
    return found


def quantize(weights: Mapping[str, npt.NDArray[np.float32]]) -> dict[str, npt.NDArray[np.generic]]:
    """Symmetric int8 with one scale a row for the matrices of the encoder; biases, norms and heads stay float32."""
    found: dict[str, npt.NDArray[np.generic]] = {}
    for name, array in weights.items():
        if array.ndim != 2 or not name.startswith("encoder."):
            found[name] = array.astype(np.float32)
            continue
        scale = np.maximum(np.abs(array).max(axis=1), 1e-12) / 127.0
        found[name] = np.clip(np.rint(array / scale[:, None]), -127, 127).astype(np.int8)
        found[f"{name}.scale"] = scale.astype(np.float32)
    return found


def pack(weights: Mapping[str, npt.NDArray[np.float32]], base: Path, calibration: Mapping[str, Any]) -> bytes:
    """The bytes of the shipped file. `base` is the model folder whose sizes, embeddings and tokenizer the reader has."""
    from safetensors.numpy import save

    raw = json.loads((base / "config.json").read_text("utf-8"))
    settings = {"config": {name: raw[name] for name in _CONFIG}, "calibration": dict(calibration)}
    arrays = quantize(weights)
    arrays["settings"] = np.frombuffer(json.dumps(settings, sort_keys=True).encode(), np.uint8)
    return bytes(save({name: np.ascontiguousarray(array) for name, array in sorted(arrays.items())}))


def write(path: Path, blob: bytes) -> str:
    """Write the file and return its SHA-256, which `assistant/reading/reader.py` pins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(blob)
    return hashlib.sha256(blob).hexdigest()
