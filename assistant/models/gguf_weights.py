"""A GGUF's weights in transformers, which reads them by the `gguf` module."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def gguf_known() -> Iterator[None]:
    """Have transformers use the `gguf` module although no distribution of that name is installed.

    llama.cpp's converter brings the module itself, and the two may not lie side by side; transformers looks for the distribution.
    """
    import transformers.modeling_gguf_pytorch_utils as reading

    asked, shown = reading.is_gguf_available, reading.tqdm
    reading.is_gguf_available = lambda *_, **__: True
    reading.tqdm = lambda tensors, **_: tensors  # its bar heeds no setting
    try:
        yield
    finally:
        reading.is_gguf_available, reading.tqdm = asked, shown
