from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import ModelError
from assistant.models.gguf_file import Gguf, read_gguf
from tests.models.support import gguf


def test_reads_metadata_vocabulary_and_tensors(tmp_path: Path) -> None:
    (tmp_path / "m").write_bytes(gguf(template="hello"))
    head = read_gguf(tmp_path / "m")
    assert (head.version, head.alignment) == (3, 32)
    assert head.text("general.architecture") == "llama"
    assert head.text("tokenizer.chat_template") == "hello"
    assert head.number("llama.context_length") == 128
    assert head.number("missing", 7) == 7
    assert head.control_tokens() == ["<|im_start|>", "<|im_end|>"]
    assert [item.shape for item in head.tensors] == [(4, 6), (4,)]


@given(st.integers(0, len(gguf()) - 1))
def test_a_file_cut_anywhere_is_a_model_error_or_whole_in_its_head(cut: int) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m"
        path.write_bytes(gguf()[:cut])
        try:
            head = read_gguf(path)
        except ModelError as error:
            assert "not a whole GGUF" in error.message
        else:
            assert head == read_gguf_whole(folder)


def read_gguf_whole(folder: str) -> Gguf:
    path = Path(folder) / "whole"
    path.write_bytes(gguf())
    return read_gguf(path)


@given(st.integers(4, 400), st.integers(0, 255))
def test_a_byte_changed_in_the_head_never_raises_anything_else(place: int, byte: int) -> None:
    import tempfile

    data = bytearray(gguf())
    data[place] = byte
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m"
        path.write_bytes(data)
        try:
            read_gguf(path)
        except ModelError:
            pass


def test_a_missing_file_is_a_model_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        read_gguf(tmp_path / "nothing")
