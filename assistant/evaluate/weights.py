"""A GGUF writer as a torch model, so that every number between a token and the next one's probabilities can be looked at.

The weights are dequantized by ggml's own code to float32: what is measured is what the weights lost, without the rounding of
activations that an engine adds for speed. Of the architectures, those whose layers are Llama's: `llama` and `qwen2`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from assistant.errors import ModelError
from assistant.models import ggml
from assistant.models.gguf_file import Gguf, read_gguf
from assistant.models.quantize import tensors_of

if TYPE_CHECKING:
    from assistant.models.ggml import Floats

ARCHITECTURES: Final = ("llama", "qwen2")
# The part of a layer in the file, and where transformers has it.
_PARTS: Final = {
    "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
    "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm",
}  # fmt: skip
_WHOLE: Final = {"token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head"}


def load(path: Path) -> Any:
    """The model at `path` in float32, for inference. Raises ModelError for a file of another architecture or without a part."""
    from assistant.config import go_offline, threads

    go_offline()
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    torch.set_num_threads(threads())
    gguf = read_gguf(path)
    config = AutoConfig.for_model(**_config(gguf, path))
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    model.to_empty(device="cpu")
    # What stands in no file (rotary frequencies) is computed by a model that is made for real, with no layers to fill.
    small = AutoConfig.for_model(**{**_config(gguf, path), "num_hidden_layers": 1, "vocab_size": 8})
    model.model.rotary_emb = AutoModelForCausalLM.from_config(small).model.rotary_emb
    fill(model, path)
    model.tie_weights()
    return model.eval()


def fill(model: Any, path: Path) -> None:
    """Put the weights of another file of the same model in the place of those it has."""
    import torch

    wanted = dict(model.named_parameters())
    tied = model.lm_head.weight is model.model.embed_tokens.weight or model.config.tie_word_embeddings
    missing = set(wanted) - ({"lm_head.weight"} if tied else set())
    with torch.no_grad():
        for name, weights in _named(path):
            if name not in wanted or wanted[name].shape != weights.shape:
                raise ModelError("the file is not of the model it is compared with", path=path)
            wanted[name].copy_(torch.tensor(weights))
            missing.discard(name)
    if missing:
        raise ModelError("the model lacks weights that its architecture needs", path=path)


def name_in_file(name: str) -> str | None:
    """The GGUF name of a matrix of transformers ("model.layers.3.mlp.up_proj" is "blk.3.ffn_up.weight")."""
    whole = {theirs: ours for ours, theirs in _WHOLE.items()}
    if name in whole:
        return f"{whole[name]}.weight"
    head, _, rest = name.removeprefix("model.layers.").partition(".")
    part = next((ours for ours, theirs in _PARTS.items() if theirs == rest), None)
    return f"blk.{head}.{part}.weight" if part and head.isdigit() else None


def _named(path: Path) -> Iterator[tuple[str, Floats]]:
    gguf = read_gguf(path)
    architecture = gguf.text("general.architecture")
    heads = gguf.number(f"{architecture}.attention.head_count")
    kept = gguf.number(f"{architecture}.attention.head_count_kv", heads)
    for tensor, data in tensors_of(path, gguf):
        weights = ggml.to_floats(tensor.kind, data, tensor.weights).reshape(tensor.shape[::-1])
        parts = tensor.name.decode().split(".")
        if parts[0] == "rope_freqs":
            continue
        if parts[0] != "blk":
            yield f"{_WHOLE.get(parts[0], parts[0])}.{parts[1]}", weights
            continue
        if architecture == "llama" and parts[2] in ("attn_q", "attn_k"):
            weights = _unpaired(weights, heads if parts[2] == "attn_q" else kept)
        yield f"model.layers.{parts[1]}.{_PARTS.get(parts[2], parts[2])}.{parts[3]}", weights


def _unpaired(weights: Floats, heads: int) -> Floats:
    """Llama files hold the two numbers that rotate together side by side; transformers has them half a head apart."""
    rows = weights.shape[0] // heads
    return weights.reshape(heads, rows // 2, 2, -1).swapaxes(1, 2).reshape(weights.shape)


def _config(gguf: Gguf, path: Path) -> Mapping[str, Any]:
    architecture = gguf.text("general.architecture")
    if architecture not in ARCHITECTURES:
        raise ModelError(
            f"log-probabilities are compared for {' and '.join(ARCHITECTURES)} models, and this one is {architecture}",
            path=path,
            remedy="quantize with --no-compare, and judge the answers by `assistant eval answers --model`",
        )

    def number(key: str, default: int = 0) -> int:
        return gguf.number(f"{architecture}.{key}", default)

    heads = number("attention.head_count")
    names = {tensor.name for tensor in gguf.tensors}
    return {
        "model_type": architecture,
        "hidden_size": number("embedding_length"),
        "intermediate_size": number("feed_forward_length"),
        "num_hidden_layers": number("block_count"),
        "num_attention_heads": heads,
        "num_key_value_heads": number("attention.head_count_kv", heads),
        "max_position_embeddings": number("context_length"),
        "vocab_size": next(t.shape[1] for t in gguf.tensors if t.name == b"token_embd.weight"),
        "rms_norm_eps": gguf.real(f"{architecture}.attention.layer_norm_rms_epsilon", 1e-5),
        "rope_parameters": {
            "rope_type": "default",
            "rope_theta": gguf.real(f"{architecture}.rope.freq_base", 10_000.0),
        },
        "tie_word_embeddings": b"output.weight" not in names,
    }
