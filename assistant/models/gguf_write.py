"""Writing the head of a GGUF file: metadata and where the tensors lie (specification: ggml/docs/gguf.md)."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

from assistant.models.gguf_file import ARRAY, MAGIC, SCALARS, STRING, Tensor, Value


def head(version: int, metadata: Mapping[str, Value], tensors: Sequence[Tensor]) -> bytes:
    """The bytes before the tensor data, not yet padded to the file's alignment."""
    parts = [MAGIC, struct.pack("<IQQ", version, len(tensors), len(metadata))]
    for key, value in metadata.items():
        parts += [_string(key.encode()), struct.pack("<I", value.type), _value(value)]
    for tensor in tensors:
        shape = struct.pack(f"<I{len(tensor.shape)}Q", len(tensor.shape), *tensor.shape)
        parts += [_string(tensor.name), shape, struct.pack("<IQ", tensor.kind, tensor.offset)]
    return b"".join(parts)


def padding(length: int, alignment: int) -> bytes:
    """The zeros that bring a length up to the alignment."""
    return b"\0" * (-length % alignment)


def _string(text: bytes) -> bytes:
    return struct.pack("<Q", len(text)) + text


def _value(value: Value) -> bytes:
    if value.type == STRING:
        return _string(value.value)
    if value.type != ARRAY:
        return struct.pack("<" + SCALARS[value.type], value.value)
    start = struct.pack("<IQ", value.of, len(value.value))
    if value.of == STRING:
        return start + b"".join(map(_string, value.value))
    return start + struct.pack(f"<{len(value.value)}{SCALARS[value.of]}", *value.value)
