"""The numpy encoder against a hand-made reference, against torch where it is present, and on MiniLM's own behaviour."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from assistant.errors import ModelError
from assistant.models.bert import Bert, BertConfig, gelu, mean_pool

CONFIG = BertConfig(
    hidden_size=8, num_hidden_layers=2, num_attention_heads=2, max_position_embeddings=12, layer_norm_eps=1e-12
)


def arrays(seed: int = 3) -> dict[str, np.ndarray]:
    """A random checkpoint of CONFIG's sizes."""
    rng = np.random.default_rng(seed)
    width, inner = CONFIG.hidden_size, 16
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (20, width),
        "embeddings.position_embeddings.weight": (12, width),
        "embeddings.token_type_embeddings.weight": (2, width),
        "embeddings.LayerNorm.weight": (width,),
        "embeddings.LayerNorm.bias": (width,),
    }
    for index in range(CONFIG.num_hidden_layers):
        name = f"encoder.layer.{index}."
        for part, (rows, columns) in {
            "attention.self.query": (width, width),
            "attention.self.key": (width, width),
            "attention.self.value": (width, width),
            "attention.output.dense": (width, width),
            "intermediate.dense": (inner, width),
            "output.dense": (width, inner),
        }.items():
            shapes[f"{name}{part}.weight"] = (rows, columns)
            shapes[f"{name}{part}.bias"] = (rows,)
        for part in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes[f"{name}{part}.weight"] = (width,)
            shapes[f"{name}{part}.bias"] = (width,)
    return {name: rng.normal(0, 0.5, shape).astype(np.float32) for name, shape in shapes.items()}


def test_gelu_is_exact_to_its_stated_error() -> None:
    x = np.linspace(-9, 9, 4001).astype(np.float32)
    exact = np.array([v / 2 * (1 + math.erf(v / math.sqrt(2))) for v in x.tolist()])
    assert np.abs(gelu(x) - exact).max() < 1e-5


def test_padding_and_batching_change_nothing() -> None:
    bert = Bert.of(CONFIG, arrays())
    ids = np.array([[1, 5, 7, 2, 0, 0], [1, 9, 4, 3, 8, 2]])
    mask = np.array([[1, 1, 1, 1, 0, 0], [1, 1, 1, 1, 1, 1]])
    both = bert.forward(ids, mask)
    alone = bert.forward(ids[:1, :4], mask[:1, :4])
    assert np.allclose(both[0, :4], alone[0], atol=1e-5)
    assert np.all(both[0, 4:] == 0)


def test_prefix_of_checkpoint_names_is_accepted() -> None:
    plain = Bert.of(CONFIG, arrays())
    prefixed = Bert.of(CONFIG, {f"bert.{name}": array for name, array in arrays().items()})
    ids, mask = np.array([[1, 4, 6]]), np.ones((1, 3), np.int64)
    assert np.array_equal(plain.forward(ids, mask), prefixed.forward(ids, mask))


def test_missing_or_misshapen_weight_is_refused() -> None:
    broken = arrays()
    del broken["encoder.layer.1.output.dense.bias"]
    with pytest.raises(ModelError, match=r"encoder\.layer\.1\.output\.dense\.bias"):
        Bert.of(CONFIG, broken)
    misshapen = arrays()
    misshapen["embeddings.LayerNorm.bias"] = np.zeros(3, np.float32)
    with pytest.raises(ModelError, match="LayerNorm"):
        Bert.of(CONFIG, misshapen)


def test_too_long_input_is_refused() -> None:
    bert = Bert.of(CONFIG, arrays())
    with pytest.raises(ModelError, match="longer"):
        bert.forward(np.ones((1, 13), np.int64), np.ones((1, 13), np.int64))


def test_other_activation_is_refused() -> None:
    with pytest.raises(ModelError, match="GELU"):
        BertConfig.of({"hidden_act": "relu"})


def test_random_checkpoint_matches_torch() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    config = transformers.BertConfig(
        vocab_size=20,
        hidden_size=8,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=12,
    )
    model = transformers.BertModel(config, add_pooling_layer=False).eval()
    state = {name: array.numpy() for name, array in model.state_dict().items()}
    ids = np.array([[1, 5, 7, 2, 0], [1, 9, 4, 3, 2]])
    mask = np.array([[1, 1, 1, 1, 0], [1, 1, 1, 1, 1]])
    types = np.array([[0, 0, 1, 1, 0], [0, 1, 1, 1, 1]])
    with torch.no_grad():
        expected = model(
            input_ids=torch.tensor(ids), attention_mask=torch.tensor(mask), token_type_ids=torch.tensor(types)
        ).last_hidden_state.numpy()
    found = Bert.of(BertConfig.of(config.to_dict()), state).forward(ids, mask, types)
    keep = mask.astype(bool)
    assert np.abs(found - expected)[keep].max() < 1e-4


def test_minilm_embeddings_match_torch_and_rank_by_meaning(models: Path) -> None:
    from tokenizers import Tokenizer

    folder = models / "all-MiniLM-L6-v2"
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_padding()
    tokenizer.enable_truncation(256)
    texts = [
        "How is asthma treated?",
        "Inhaled steroids are the usual treatment of asthma.",
        "The train leaves at nine.",
    ]
    encoded = tokenizer.encode_batch(texts)
    ids = np.array([e.ids for e in encoded])
    mask = np.array([e.attention_mask for e in encoded])
    vectors = mean_pool(Bert.load(folder).forward(ids, mask), mask)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert vectors[0] @ vectors[1] > 0.5 > vectors[0] @ vectors[2]
    torch = pytest.importorskip("torch", reason="torch is not installed")
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    model = transformers.BertModel.from_pretrained(folder, local_files_only=True, add_pooling_layer=False).eval()
    with torch.no_grad():
        hidden = model(input_ids=torch.tensor(ids), attention_mask=torch.tensor(mask)).last_hidden_state.numpy()
    assert np.abs(mean_pool(hidden, mask) - vectors).max() < 1e-3


def test_encoders_of_one_file_share_what_is_loaded(tmp_path: Path) -> None:
    raw = {
        "hidden_size": 8,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "max_position_embeddings": 12,
        "layer_norm_eps": 1e-12,
    }
    (tmp_path / "config.json").write_text(json.dumps(raw), encoding="utf-8")
    save_file(arrays(), tmp_path / "model.safetensors")
    first = Bert.load(tmp_path, 1)
    whole = Bert.load(tmp_path)
    again = Bert.load(tmp_path)
    assert whole._layers[0] is first._layers[0] and whole._words is first._words
    assert [a is b for a, b in zip(whole._layers, again._layers, strict=True)] == [True, True]
    ids, mask = np.array([[1, 4, 6]]), np.ones((1, 3), np.int64)
    assert np.array_equal(whole.forward(ids, mask), Bert.of(CONFIG, arrays()).forward(ids, mask))
    (tmp_path / "model.safetensors").unlink()
    save_file(arrays(4), tmp_path / "model.safetensors")
    other = Bert.load(tmp_path)
    assert other._layers[0] is not whole._layers[0] and other._words is not whole._words
    assert np.array_equal(other.forward(ids, mask), Bert.of(CONFIG, arrays(4)).forward(ids, mask))


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    (tmp_path / "model.safetensors").write_bytes(b"no tensors")
    with pytest.raises(ModelError):
        Bert.load(tmp_path)
