from __future__ import annotations

from pathlib import Path

from assistant.models.gguf_file import read_gguf
from assistant.models.gguf_write import head, padding
from tests.models.support import gguf


def test_a_head_written_anew_reads_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.gguf").write_bytes(gguf(template="t"))
    first = read_gguf(tmp_path / "a.gguf")
    start = head(3, first.metadata, first.tensors)
    data = (tmp_path / "a.gguf").read_bytes()[first.data_start :]
    (tmp_path / "b.gguf").write_bytes(start + padding(len(start), first.alignment) + data)
    assert read_gguf(tmp_path / "b.gguf") == first


def test_padding_reaches_the_alignment_and_no_further() -> None:
    assert [len(padding(length, 32)) for length in (0, 1, 31, 32, 33)] == [0, 31, 1, 0, 31]
