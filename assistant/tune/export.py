"""Tuned weights as GGUF: an adapter that the engine loads beside its base, or a whole model.

llama.cpp stores the rows of Llama's query and key matrices in another order than transformers (rotary halves side by side), so
they are permuted on the way, of an adapter the rows of its B. A whole model takes everything that is not a weight (tokenizer, chat
template) from the GGUF that it was made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from assistant.errors import ModelError
from assistant.tune.base import Base

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

# Architectures whose weights are written here, by transformers' `model_type`; True where query and key rows are permuted.
PERMUTED: Final[dict[str, bool]] = {"llama": True, "mistral": True, "qwen2": False, "qwen3": False}
_ARCHITECTURE: Final = {"mistral": "llama"}
_LORA_A: Final = ".lora_A.default.weight"
_LORA_B: Final = ".lora_B.default.weight"
# What the shape of the model decides; the rest of the base's keys is copied.
_SHAPES: Final = (
    "block_count", "embedding_length", "feed_forward_length", "attention.head_count", "attention.head_count_kv",
    "attention.key_length", "attention.value_length", "rope.dimension_count", "vocab_size",
)  # fmt: skip
_OWN: Final = ("GGUF.version", "GGUF.tensor_count", "GGUF.kv_count", "general.architecture", "general.file_type")


def write_adapter(base: Base, path: Path, *, alpha: float, rank: int) -> Path:
    """Write the adapter that is in the model as F32 GGUF; the same weights give the same bytes. Raises ModelError."""
    import gguf

    model = base.model
    architecture = _architecture(model.config.model_type, path)
    names = _names(gguf, architecture, model.config.num_hidden_layers)
    writer = gguf.GGUFWriter(None, architecture)
    writer.add_string("general.type", "adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(alpha))
    writer.add_string("general.name", f"{base.name} adapter, rank {rank}")
    weights = {name: _array(p) for name, p in model.named_parameters() if "lora_" in name}
    for name in sorted(weights):
        if not name.endswith(_LORA_A):
            continue
        module = name.removesuffix(_LORA_A)
        target = names.get_name(f"{module}.weight", try_suffixes=(".weight",))
        below = _ordered(module, weights[module + _LORA_B], model.config)
        writer.add_tensor(f"{target}.lora_a", weights[name])
        writer.add_tensor(f"{target}.lora_b", below)
    _written(writer, path)
    return path


def write_model(model: Any, like: Path, path: Path) -> Path:
    """Write a whole model as F16 GGUF (norms F32), its tokenizer and templates taken from the GGUF `like`.

    Adapters that are in the model must be merged before. Raises ModelError.
    """
    import gguf
    import numpy as np

    if not like.is_file():
        raise ModelError("there is no GGUF to take the tokenizer from", path=like, remedy="tune a base that is a GGUF")
    config = model.config
    architecture = _architecture(config.model_type, path)
    names = _names(gguf, architecture, config.num_hidden_layers)
    writer = gguf.GGUFWriter(None, architecture)
    _copy_keys(gguf, writer, like, architecture)
    for key, value in _shape(config).items():
        writer.add_uint32(f"{architecture}.{key}", value)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    for name, parameter in model.named_parameters():
        if name == "lm_head.weight" and config.tie_word_embeddings:
            continue
        target = names.get_name(name, try_suffixes=(".weight", ".bias"))
        if target is None:
            raise ModelError("a weight has no name in GGUF", path=name, remedy="merge adapters before writing")
        values = _ordered(name.rsplit(".", 1)[0], _array(parameter), config)
        kept = values if values.ndim == 1 else values.astype(np.float16)
        writer.add_tensor(target, kept)
    _written(writer, path)
    return path


def merged(model: Any) -> Any:
    """The model with its adapters added into its weights."""
    from peft.tuners.lora import LoraLayer

    for name, module in list(model.named_modules()):
        if isinstance(module, LoraLayer):
            module.merge()
            parent = model.get_submodule(name.rsplit(".", 1)[0])
            setattr(parent, name.rsplit(".", 1)[1], module.get_base_layer())
    return model


def _architecture(kind: str, path: Path) -> str:
    if kind not in PERMUTED:
        raise ModelError(
            f"models of the type {kind} cannot be written", path=path, remedy=f"known types: {', '.join(PERMUTED)}"
        )
    return _ARCHITECTURE.get(kind, kind)


def _names(gguf: Any, architecture: str, layers: int) -> Any:
    kinds = {name: kind for kind, name in gguf.MODEL_ARCH_NAMES.items()}
    return gguf.get_tensor_name_map(kinds[architecture], layers)


def _shape(config: Any) -> Mapping[str, int]:
    head = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    values = (
        config.num_hidden_layers, config.hidden_size, config.intermediate_size, config.num_attention_heads,
        config.num_key_value_heads, head, head, head, config.vocab_size,
    )  # fmt: skip
    return dict(zip(_SHAPES, values, strict=True))


def _copy_keys(gguf: Any, writer: Any, like: Path, architecture: str) -> None:
    for key, field in gguf.GGUFReader(like).fields.items():
        if key in _OWN or key in {f"{architecture}.{shape}" for shape in _SHAPES}:
            continue
        kinds = field.types
        value = field.contents()
        if kinds[0] is gguf.GGUFValueType.ARRAY:
            writer.add_array(key, value)
            # Its own guess at the kind of whole numbers need not be the base's.
            writer.kv_data[0][key].sub_type = kinds[-1]
        else:
            writer.add_key_value(key, value, kinds[0])


def _ordered(module: str, values: Floats, config: Any) -> Floats:
    """Rows of a query or key matrix in the order of llama.cpp."""
    heads = {"q_proj": config.num_attention_heads, "k_proj": config.num_key_value_heads}.get(module.rsplit(".", 1)[-1])
    if heads is None or not PERMUTED[config.model_type]:
        return values
    rows = values.shape[0]
    halves = values.reshape(heads, 2, rows // heads // 2, *values.shape[1:])
    ordered: Floats = halves.swapaxes(1, 2).reshape(values.shape)
    return ordered


def _array(parameter: Any) -> Floats:
    found: Floats = parameter.detach().float().contiguous().cpu().numpy()
    return found


def _written(writer: Any, path: Path) -> None:
    """Write to a part file first: a killed export leaves no half model under the name of a whole one."""
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        writer.write_header_to_file(part)
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        part.replace(path)
    except OSError as problem:
        raise ModelError(
            f"the file cannot be written: {problem.strerror}", path=path, remedy="free some space"
        ) from None
