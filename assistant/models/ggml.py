"""ggml's own conversion of weights, in the very build that answers: float32 to a quantized type and back.

`xllamacpp` exports the C interface of ggml, and with it `ggml_quantize_chunk`, which takes an importance for each column; the
bindings of `cyllama` quantize whole files and take none. Each tensor converted here has the bytes that llama.cpp's
own quantizer gives it (tests/models/test_quantize.py).
"""

from __future__ import annotations

import ctypes
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Final

from assistant.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Bytes = NDArray[np.uint8]

# ggml's type numbers (ggml.h); they never change, for they stand in files.
F32: Final = 0
F16: Final = 1
BF16: Final = 30
KINDS: Final = {
    "F32": 0, "F16": 1, "Q4_0": 2, "Q4_1": 3, "Q5_0": 6, "Q5_1": 7, "Q8_0": 8, "Q2_K": 10, "Q3_K": 11, "Q4_K": 12, "Q5_K": 13,
    "Q6_K": 14, "IQ3_XXS": 18, "IQ4_NL": 20, "IQ3_S": 21, "IQ4_XS": 23, "BF16": 30, "TQ1_0": 34, "TQ2_0": 35,
}  # fmt: skip
_NAMES: Final = {number: name for name, number in KINDS.items()}
# Weights that one call converts: about a second of the slowest type, so that Ctrl-C is heard.
_AT_ONCE: Final = 1 << 20


def name_of(kind: int) -> str:
    """The name of a type number; the number itself where this product knows no such type."""
    return _NAMES.get(kind, f"type {kind}")


def block(kind: int) -> tuple[int, int]:
    """How many weights make a block of a type, and its bytes. Raises ModelError for a type we do not read."""
    if kind not in _NAMES:
        raise ModelError(f"the model has weights of an unknown kind ({kind})", remedy="get a file of another type")
    library = _library()
    return int(library.ggml_blck_size(kind)), int(library.ggml_type_size(kind))


def size(kind: int, weights: int) -> int:
    """The bytes of so many weights, which must be whole blocks."""
    of, length = block(kind)
    return weights // of * length


def to_floats(kind: int, data: Bytes, weights: int) -> Floats:
    """Weights of any type as float32."""
    import numpy as np

    if kind == F32:
        return data.view(np.float32)
    if kind == F16:
        return data.view(np.float16).astype(np.float32)
    if kind == BF16:
        return (data.view(np.uint16).astype(np.uint32) << 16).view(np.float32)
    found = np.empty(weights, np.float32)
    convert = getattr(_library(), f"dequantize_row_{_spelled(kind)}")
    convert(_pointer(np.ascontiguousarray(data)), _pointer(found), ctypes.c_int64(weights))
    return found


def from_floats(kind: int, rows: Floats, importance: Floats | None, workers: int) -> Bytes:
    """Rows of weights (2 dimensions) in a type, converted by `workers` threads; `importance` has a weight for each column.

    The bytes do not depend on the number of workers, for rows are converted apart from each other.
    """
    import numpy as np

    rows = np.ascontiguousarray(rows, np.float32)
    if kind == F32:
        return rows.reshape(-1).view(np.uint8)
    if kind == F16:
        return rows.reshape(-1).astype(np.float16).view(np.uint8)
    library, (count, columns) = _library(), rows.shape
    library.ggml_quantize_init(kind)
    length = size(kind, columns)
    found = np.empty(count * length, np.uint8)
    weights = None if importance is None else np.ascontiguousarray(importance, np.float32)
    step = max(1, _AT_ONCE // columns)

    def convert(start: int) -> None:
        some = rows[start : start + step]
        into = found[start * length : (start + len(some)) * length]
        library.ggml_quantize_chunk(
            kind, _pointer(some), _pointer(into), 0, len(some), columns, None if weights is None else _pointer(weights)
        )

    with ThreadPoolExecutor(max(1, workers), thread_name_prefix="quantize") as pool:
        list(pool.map(convert, range(0, count, step)))
    return found


def _spelled(kind: int) -> str:
    name = name_of(kind)
    return name[:-1].lower() + "K" if name.endswith("_K") else name.lower()


def _pointer(array: NDArray[np.generic]) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


@cache
def _library() -> ctypes.CDLL:
    import xllamacpp.xllamacpp as core

    library = ctypes.CDLL(core.__file__)
    try:
        chunk, start = library.ggml_quantize_chunk, library.ggml_quantize_init
        library.ggml_type_size.argtypes = library.ggml_blck_size.argtypes = [ctypes.c_int]
        library.ggml_type_size.restype, library.ggml_blck_size.restype = ctypes.c_size_t, ctypes.c_int64
    except AttributeError:
        raise ModelError(
            "this build of xllamacpp does not show ggml's quantizer",
            path=core.__file__,
            remedy="quantize on Linux, and import the result with `assistant models import FILE`",
        ) from None
    start.argtypes, start.restype = [ctypes.c_int], None
    # type, from, to, start, rows, columns, importance (ggml.h)
    chunk.argtypes = [
        ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p,
    ]  # fmt: skip
    chunk.restype = ctypes.c_size_t
    return library
