"""The torch form of a GGUF file held to transformers' own model of the same weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.errors import ModelError
from assistant.evaluate.perplexity import moved, read
from assistant.evaluate.weights import fill, load, name_in_file
from assistant.models.gguf_file import read_gguf
from assistant.models.quantize import quantize, tensors_of
from tests.models.support import gguf
from tests.models.test_quantize import model

WINDOWS = [[1, 5, 9, 2, 30, 7, 7, 12], [3, 2, 1, 0, 31, 8, 4, 4]]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return model(tmp_path_factory.mktemp("weights") / "source.gguf", 64, 64, whole=True)


def test_every_weight_of_the_file_is_in_the_model(source: Path) -> None:
    torch_model = load(source)
    state = torch_model.state_dict()
    held = {tensor.name.decode(): data for tensor, data in tensors_of(source, read_gguf(source))}
    named = {name_in_file(name.removesuffix(".weight")): name for name in state}
    assert set(held) <= {name for name in named if name} | {
        f"blk.{layer}.{part}.weight" for layer in range(8) for part in ("attn_norm", "ffn_norm")
    }
    up = held["blk.2.ffn_up.weight"].view(np.float16).reshape(64, 64).astype(np.float32)
    assert np.array_equal(state["model.layers.2.mlp.up_proj.weight"].numpy(), up)
    query = held["blk.2.attn_q.weight"].view(np.float16).reshape(64, 64).astype(np.float32)
    assert not np.array_equal(state["model.layers.2.self_attn.q_proj.weight"].numpy(), query)
    # Heads of 16: what lies side by side in the file lies 8 rows apart in the model.
    assert np.array_equal(state["model.layers.2.self_attn.q_proj.weight"].numpy()[[0, 8, 1]], query[[0, 1, 2]])


def test_the_same_weights_move_nothing_and_fewer_bits_move_something(source: Path, tmp_path: Path) -> None:
    torch_model = load(source)
    before = read(torch_model, WINDOWS)
    assert before.perplexity > 1
    # Sums over the vocabulary are exact to 1e-7. Steps 16 times as wide lose about 16 * 16 times as much.
    for kind, least, most in (("F16", 0.0, 0.0), ("Q8_0", 1e-6, 2e-4), ("Q4_0", 2e-3, 5e-2)):
        quantize(source, tmp_path / f"{kind}.gguf", kind)
        fill(torch_model, tmp_path / f"{kind}.gguf")
        change = moved(before, read(torch_model, WINDOWS))
        assert least <= change.divergence <= most, kind
    fill(torch_model, source)
    assert moved(before, read(torch_model, WINDOWS)).divergence == 0


def test_another_model_and_another_architecture_are_refused(source: Path, tmp_path: Path) -> None:
    other = model(tmp_path / "other.gguf", 128, 128, whole=True)
    with pytest.raises(ModelError, match="not of the model"):
        fill(load(source), other)
    (tmp_path / "g.gguf").write_bytes(gguf(architecture="gemma3"))
    with pytest.raises(ModelError, match="gemma3"):
        load(tmp_path / "g.gguf")
