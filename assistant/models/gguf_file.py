"""Reading a GGUF model file: its metadata, its vocabulary and where its tensors lie (format versions 2 and 3, little endian)."""

from __future__ import annotations

import math
import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from assistant.errors import ModelError

MAGIC: Final = b"GGUF"
STRING: Final = 8
ARRAY: Final = 9
# GGUF value types that have a fixed size -> struct code (specification: ggml/docs/gguf.md).
SCALARS: Final = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
# Bounds for counts and lengths of a damaged file; far above those of real ones.
_MOST: Final = 1 << 26

CONTROL_TOKEN: Final = 3
BYTE_TOKEN: Final = 6


@dataclass(frozen=True, slots=True)
class Value:
    """A metadata value with the type it has in the file; for an array `of` is the type of its elements.

    Strings are kept as bytes, because vocabularies hold some that are not UTF-8.
    """

    type: int
    value: Any
    of: int = 0


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor's place: `offset` is relative to `Gguf.data_start`, `kind` the quantization type number."""

    name: bytes
    shape: tuple[int, ...]
    kind: int
    offset: int

    @property
    def weights(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)


@dataclass(frozen=True, slots=True)
class Gguf:
    """What stands in the head of a GGUF file. `data_start` is the byte where tensor data begins."""

    version: int
    metadata: dict[str, Value]
    tensors: tuple[Tensor, ...]
    alignment: int
    data_start: int

    def text(self, key: str, default: str = "") -> str:
        """A string of the metadata."""
        found = self.metadata.get(key)
        return found.value.decode("utf-8", "replace") if found is not None and found.type == STRING else default

    def number(self, key: str, default: int = 0) -> int:
        """A whole number of the metadata; of an array (one a layer) the largest."""
        found = self.metadata.get(key)
        if found is not None and found.type == ARRAY and found.of in SCALARS and found.value:
            return int(max(found.value))
        return int(found.value) if found is not None and found.type in SCALARS else default

    def real(self, key: str, default: float = 0.0) -> float:
        """A number of the metadata."""
        found = self.metadata.get(key)
        return float(found.value) if found is not None and found.type in SCALARS else default

    def strings(self, key: str) -> list[str]:
        """An array of strings; bytes that are not UTF-8 are replaced."""
        found = self.metadata.get(key)
        if found is None or found.type != ARRAY or found.of != STRING:
            return []
        return [item.decode("utf-8", "replace") for item in found.value]

    def numbers(self, key: str) -> list[int]:
        """An array of whole numbers."""
        found = self.metadata.get(key)
        return list(found.value) if found is not None and found.type == ARRAY and found.of in SCALARS else []

    def control_tokens(self) -> list[str]:
        """The spellings that the tokenizer takes for control tokens ("<|im_end|>")."""
        kinds = self.numbers("tokenizer.ggml.token_type")
        tokens = self.strings("tokenizer.ggml.tokens")
        return [token for token, kind in zip(tokens, kinds, strict=False) if kind == CONTROL_TOKEN]


def read_gguf(path: Path) -> Gguf:
    """The head of a GGUF file; tensor data is not read. Raises ModelError where the file is no GGUF file or damaged."""
    try:
        with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _Cursor(data).head()
    except (struct.error, ValueError, IndexError, OverflowError) as error:
        raise ModelError("this is not a whole GGUF model file", path=path, remedy="get the file again") from error
    except OSError as error:
        raise ModelError(f"the model file cannot be read: {type(error).__name__}", path=path) from error


class _Cursor:
    """A place in the file that moves on as values are read."""

    __slots__ = ("at", "data")

    def __init__(self, data: mmap.mmap) -> None:
        self.data = data
        self.at = 0

    def head(self) -> Gguf:
        if self.data[:4] != MAGIC:
            raise ValueError("magic")
        self.at = 4
        version = self.scalar("I")
        if version not in (2, 3):
            raise ValueError("version")
        tensors, pairs = self.count(), self.count()
        metadata: dict[str, Value] = {}
        for _ in range(pairs):
            key = self.string().decode("utf-8")
            metadata[key] = self.value(self.scalar("I"))
        places = tuple(self.tensor() for _ in range(tensors))
        declared = metadata.get("general.alignment")
        alignment = int(declared.value) if declared is not None else 32
        if alignment <= 0 or alignment % 8:
            raise ValueError("alignment")
        start = -(-self.at // alignment) * alignment
        if places and start + max(tensor.offset for tensor in places) >= len(self.data):
            raise ValueError("truncated")
        return Gguf(version, metadata, places, alignment, start)

    def scalar(self, code: str) -> Any:
        found = struct.unpack_from("<" + code, self.data, self.at)[0]
        self.at += struct.calcsize("<" + code)
        return found

    def count(self) -> int:
        found = int(self.scalar("Q"))
        if found > _MOST:
            raise ValueError("count")
        return found

    def string(self) -> bytes:
        length = self.count()
        if self.at + length > len(self.data):
            raise ValueError("truncated")
        found = self.data[self.at : self.at + length]
        self.at += length
        return found

    def value(self, kind: int) -> Value:
        if kind == STRING:
            return Value(kind, self.string())
        if kind != ARRAY:
            if kind not in SCALARS:
                raise ValueError("type")
            return Value(kind, self.scalar(SCALARS[kind]))
        of = self.scalar("I")
        length = self.count()
        if of == STRING:
            return Value(kind, self.string_array(length), of)
        if of not in SCALARS:
            raise ValueError("nested array")
        code = f"<{length}{SCALARS[of]}"
        found = list(struct.unpack_from(code, self.data, self.at))
        self.at += struct.calcsize(code)
        return Value(kind, found, of)

    def string_array(self, length: int) -> list[bytes]:
        """As `string`, `length` times, without a call for each: a vocabulary has 100,000 of them."""
        found, at, data, size = [], self.at, self.data, struct.Struct("<Q").unpack_from
        for _ in range(length):
            start = at + 8
            at = start + size(data, at)[0]
            found.append(data[start:at])
        if at > len(data):
            raise ValueError("truncated")
        self.at = at
        return found

    def tensor(self) -> Tensor:
        name = self.string()
        dimensions = self.scalar("I")
        if dimensions > 8:
            raise ValueError("dimensions")
        shape = tuple(int(self.scalar("Q")) for _ in range(dimensions))
        return Tensor(name, shape, self.scalar("I"), self.scalar("Q"))
