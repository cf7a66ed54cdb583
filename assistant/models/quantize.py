"""A GGUF model written anew in another type: which tensor gets which, and the file.

The mixtures are those of llama.cpp's quantizer (`llama_tensor_get_type` in src/llama-quant.cpp), for the types named here; tests
hold every tensor to the bytes that it writes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.config import threads
from assistant.errors import ModelError, UsageError
from assistant.models import ggml
from assistant.models.gguf_file import Gguf, Tensor, Value, read_gguf
from assistant.models.gguf_write import head, padding
from assistant.protocols import Progress, no_progress

if TYPE_CHECKING:
    from assistant.models.ggml import Bytes, Floats

_UINT32: Final = 4
_KINDS: Final = ggml.KINDS
# Where a row is no whole number of blocks of the type (256 weights), the nearest type with blocks of 32 stands in.
_STANDS_IN: Final = {
    _KINDS["Q4_K"]: _KINDS["Q5_0"], _KINDS["Q5_K"]: _KINDS["Q5_1"], _KINDS["Q6_K"]: _KINDS["Q8_0"],
    _KINDS["IQ3_S"]: _KINDS["IQ4_NL"], _KINDS["TQ1_0"]: _KINDS["Q4_0"], _KINDS["TQ2_0"]: _KINDS["Q4_0"],
}  # fmt: skip
_BETTER_OUTPUT: Final = _KINDS["Q6_K"]
_LARGE_OUTPUT: Final = _KINDS["Q8_0"]


@dataclass(frozen=True, slots=True)
class Preset:
    """A type of a whole file. `kind` is that of most tensors; `better` that of the values and of half of the down
    projections; `joined` that of query, key and value in one tensor. `file_type` is llama.cpp's number for it.
    """

    name: str
    file_type: int
    kind: int
    better: int | None = None
    joined: int | None = None
    note: str = ""


PRESETS: Final[Mapping[str, Preset]] = {
    preset.name: preset
    for preset in (
        Preset("F16", 1, ggml.F16),
        Preset("Q8_0", 7, _KINDS["Q8_0"]),
        Preset("Q6_K", 18, _KINDS["Q6_K"]),
        Preset("Q5_K_M", 17, _KINDS["Q5_K"], _KINDS["Q6_K"], _KINDS["Q6_K"]),
        Preset("Q4_K_M", 15, _KINDS["Q4_K"], _KINDS["Q6_K"], _KINDS["Q5_K"]),
        Preset("Q4_0", 2, _KINDS["Q4_0"]),
        Preset("IQ4_NL", 25, _KINDS["IQ4_NL"]),
        Preset("IQ3_S", 26, _KINDS["IQ3_S"]),
        Preset("TQ2_0", 37, _KINDS["TQ2_0"], note="for models that were trained with ternary weights"),
    )
}


def quantize(
    source: Path,
    target: Path,
    preset: str,
    importance: Mapping[str, Floats] | None = None,
    progress: Progress = no_progress,
) -> None:
    """Write the model at `source` to `target` (which must not be there) in the type `preset`.

    `importance` gives for a tensor of that name a weight for each column. Weights of a quantized source are taken as they are:
    what it lost stays lost. `progress` is told weights. The file is on the disk when this returns; an exception, Ctrl-C
    included, leaves none. Raises UsageError for an unknown type, ModelError where the file is damaged or cannot be written.
    """
    chosen = preset_of(preset)
    gguf = read_gguf(source)
    kinds = plan(gguf, chosen, weighted=bool(importance))
    try:
        _write(source, target, gguf, chosen, kinds, importance or {}, progress)
    except OSError as error:
        raise ModelError(
            f"the model cannot be written: {error.strerror}", path=target, remedy="check the free space"
        ) from error


def preset_of(name: str) -> Preset:
    """The type of that name. Raises UsageError for an unknown one."""
    if name not in PRESETS:
        raise UsageError(f"there is no type {name!r}", remedy="choose one of: " + ", ".join(PRESETS))
    return PRESETS[name]


def plan(gguf: Gguf, preset: Preset, *, weighted: bool) -> dict[bytes, int]:
    """The type of each tensor. `weighted`: an importance is at hand, which moves some types."""
    names = {tensor.name for tensor in gguf.tensors}
    architecture = gguf.text("general.architecture")
    shared = b"output.weight" not in names
    layers = gguf.number(f"{architecture}.block_count")
    groups = _groups(gguf, architecture)
    found: dict[bytes, int] = {}
    seen = {"attn_v": 0, "attn_qkv": 0, "ffn_down": 0}
    for tensor in sorted(gguf.tensors, key=lambda t: _layer(t.name)):
        found[tensor.name] = _kind(tensor, preset, shared, layers, groups, seen, weighted=weighted)
    return found


def _kind(
    tensor: Tensor, preset: Preset, shared: bool, layers: int, groups: int, seen: dict[str, int], *, weighted: bool
) -> int:
    part = _part(tensor.name)
    if not _quantized(tensor):
        return tensor.kind
    if preset.kind == ggml.F16:
        return ggml.F16
    kind = preset.kind
    if tensor.name == b"output.weight" or (shared and tensor.name == b"token_embd.weight"):
        kind = _output(preset, tensor)
    elif tensor.name == b"token_embd.weight" and preset.name == "TQ2_0":
        kind = _KINDS["Q4_K"]
    elif part in seen:
        place = seen[part]
        seen[part] += 1
        kind = _mixed(part, place, layers, preset, groups, weighted=weighted)
    return _fitting(kind, tensor.shape[0])


def _output(preset: Preset, tensor: Tensor) -> int:
    if preset.kind == _LARGE_OUTPUT or tensor.shape[0] % ggml.block(preset.kind)[0]:
        return _LARGE_OUTPUT
    return _BETTER_OUTPUT


def _mixed(part: str, place: int, layers: int, preset: Preset, groups: int, *, weighted: bool) -> int:
    """Values and down projections lose most; a mixture gives more bits to the first, the last and every third of them."""
    if part == "attn_qkv":
        return preset.joined or preset.kind
    if preset.better is not None:
        return preset.better if _counts_more(place, layers) else preset.kind
    if part == "attn_v":
        return _values(preset, groups)
    return _first(preset, weighted=weighted) if place < layers // 8 else preset.kind


def _counts_more(place: int, layers: int) -> bool:
    eighth = layers // 8
    return place < eighth or place >= 7 * layers // 8 or (place - eighth) % 3 == 2


def _values(preset: Preset, groups: int) -> int:
    """Where many heads share their values these are small, and more bits for them cost little."""
    if groups < 4:
        return preset.kind
    return {"IQ4_NL": _KINDS["Q5_K"], "IQ3_S": _KINDS["Q4_K"]}.get(preset.name, preset.kind)


def _first(preset: Preset, *, weighted: bool) -> int:
    if preset.name == "IQ4_NL" and not weighted:
        return _KINDS["Q5_K"]
    # With an importance, four bits without an offset can go astray in the first layers.
    return _KINDS["Q4_1"] if preset.name == "Q4_0" and weighted else preset.kind


def _fitting(kind: int, columns: int) -> int:
    if columns % ggml.block(kind)[0] == 0:
        return kind
    kind = _STANDS_IN.get(kind, ggml.F16)
    return kind if columns % ggml.block(kind)[0] == 0 else ggml.F16


def _quantized(tensor: Tensor) -> bool:
    """Whether a tensor is one of the matrices that multiply activations: norms, biases, routers and filters stay as they are."""
    name = tensor.name
    small = (
        b"_norm.weight",
        b"ffn_gate_inp.weight",
        b"attn_rel_b.weight",
        b"shortconv.conv.weight",
        b"ssm_conv1d.weight",
    )
    return (
        len(tensor.shape) >= 2
        and name.endswith(b"weight")
        and not name.endswith(small)
        and b"position_embd" not in name
    )


def _groups(gguf: Gguf, architecture: str) -> int:
    heads = gguf.number(f"{architecture}.attention.head_count")
    kept = gguf.number(f"{architecture}.attention.head_count_kv", heads)
    return heads // kept if kept else 1


def _layer(name: bytes) -> int:
    """Layers are looked at in their order, whatever the order of the file."""
    parts = name.split(b".")
    return int(parts[1]) if parts[0] == b"blk" and parts[1].isdigit() else -1


def _part(name: bytes) -> str:
    return name.decode("utf-8", "replace").split(".")[-2] if name.count(b".") else ""


def _write(
    source: Path,
    target: Path,
    gguf: Gguf,
    preset: Preset,
    kinds: Mapping[bytes, int],
    importance: Mapping[str, Floats],
    progress: Progress,
) -> None:
    places, at = [], 0
    for tensor in gguf.tensors:
        places.append(replace(tensor, kind=kinds[tensor.name], offset=at))
        length = ggml.size(kinds[tensor.name], tensor.weights)
        at += length + len(padding(length, gguf.alignment))
    metadata = {
        **gguf.metadata,
        "general.quantization_version": Value(_UINT32, 2),
        "general.file_type": Value(_UINT32, preset.file_type),
    }
    total, done = sum(tensor.weights for tensor in gguf.tensors), 0
    try:
        with target.open("xb") as out:
            start = head(3, metadata, places)
            out.write(start + padding(len(start), gguf.alignment))
            for tensor, held in tensors_of(source, gguf):
                data = _converted(held, tensor, kinds[tensor.name], importance.get(tensor.name.decode()))
                out.write(data)
                out.write(padding(len(data), gguf.alignment))
                done += tensor.weights
                progress(done, total, preset.name)
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _converted(data: Bytes, tensor: Tensor, kind: int, importance: Floats | None) -> bytes:
    if kind == tensor.kind:
        return data.tobytes()
    rows = ggml.to_floats(tensor.kind, data, tensor.weights).reshape(-1, tensor.shape[0])
    return ggml.from_floats(kind, rows, importance, threads()).tobytes()


def tensors_of(path: Path, gguf: Gguf) -> Iterator[tuple[Tensor, Bytes]]:
    """The tensors of a file with their bytes, in the order of the file; read when they are asked for."""
    import numpy as np

    whole = np.memmap(path, np.uint8, "r")
    for tensor in gguf.tensors:
        start = gguf.data_start + tensor.offset
        yield tensor, np.asarray(whole[start : start + ggml.size(tensor.kind, tensor.weights)])
