from __future__ import annotations

import pytest

from assistant.models.gguf_weights import gguf_known


def test_transformers_is_as_before_afterwards_also_when_reading_fails() -> None:
    import transformers.modeling_gguf_pytorch_utils as reading

    before = reading.is_gguf_available
    with pytest.raises(ValueError, match="broken"), gguf_known():
        assert reading.is_gguf_available()
        raise ValueError("broken")
    assert reading.is_gguf_available is before
