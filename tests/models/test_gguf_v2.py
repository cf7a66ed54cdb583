from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import IntegrityError, ModelError
from assistant.models.bundle import import_file
from assistant.models.catalog import load_catalog, verify
from assistant.models.digest import sha256_of
from assistant.models.gguf_file import BYTE_TOKEN, Gguf, read_gguf
from assistant.models.gguf_v2 import byte_characters, rewrite, rewritten
from tests.models.support import gguf, use_catalog


def tensor(file: Path, head: Gguf, name: bytes, length: int) -> bytes:
    place = next(item for item in head.tensors if item.name == name)
    start = head.data_start + place.offset
    return file.read_bytes()[start : start + length]


def test_rewrites_version_vocabulary_and_the_shared_embedding(tmp_path: Path) -> None:
    (tmp_path / "m").write_bytes(gguf(template="x"))
    rewrite(tmp_path / "m", tmp_path / "v2")
    before, after = read_gguf(tmp_path / "m"), read_gguf(tmp_path / "v2")
    assert after.version == 2
    assert after.text("tokenizer.ggml.model") == "llama"
    assert after.strings("tokenizer.ggml.tokens") == [
        "<|im_start|>",
        "<|im_end|>",
        "<0x0A>",
        "<0x20>",
        "<0x61>",
        "<0x62>",
    ]
    assert after.numbers("tokenizer.ggml.token_type") == [3, 3, *[BYTE_TOKEN] * 4]
    assert after.metadata["tokenizer.ggml.scores"].value == [0.0] * 6
    assert "tokenizer.ggml.merges" not in after.metadata
    shared = tensor(tmp_path / "m", before, b"token_embd.weight", 96)
    assert tensor(tmp_path / "v2", after, b"token_embd.weight", 96) == shared
    assert tensor(tmp_path / "v2", after, b"output.weight", 96) == shared
    assert tensor(tmp_path / "v2", after, b"blk.0.norm", 16) == tensor(tmp_path / "m", before, b"blk.0.norm", 16)


def test_an_output_of_its_own_is_kept(tmp_path: Path) -> None:
    (tmp_path / "m").write_bytes(gguf(shared=False))
    rewrite(tmp_path / "m", tmp_path / "v2")
    before, after = read_gguf(tmp_path / "m"), read_gguf(tmp_path / "v2")
    assert len(after.tensors) == 3
    assert tensor(tmp_path / "v2", after, b"output.weight", 96) == tensor(tmp_path / "m", before, b"output.weight", 96)


@pytest.mark.parametrize("change", [{"architecture": "gemma"}, {"vocabulary": "llama"}, {"tokens": ["a", "b"]}])
def test_other_kinds_of_model_are_refused(change: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "m").write_bytes(gguf(**change))  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="llamacpp"):
        rewrite(tmp_path / "m", tmp_path / "v2")


def test_every_byte_has_a_character_of_its_own() -> None:
    characters = byte_characters()
    assert sorted(characters) == list(range(256))
    assert len(set(characters.values())) == 256
    assert (characters[0x41], characters[0x20], characters[0x0A]) == ("A", "\u0120", "\u010a")


def test_the_rewritten_form_of_an_own_model_is_pinned_when_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_catalog(tmp_path, monkeypatch)
    store = tmp_path / "store"
    (tmp_path / "m").write_bytes(gguf())
    import_file(tmp_path / "m", name="mine", licence="MIT", store=store)
    path = rewritten("mine", store)
    assert load_catalog(store).get("mine").rewritten_sha256 == sha256_of(path)
    assert verify("mine", store)
    made = path.stat().st_ino
    assert rewritten("mine", store).stat().st_ino == made
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(IntegrityError, match="rewritten"):
        rewritten("mine", store)
    path.unlink()
    assert sha256_of(rewritten("mine", store)) == load_catalog(store).get("mine").rewritten_sha256


@pytest.mark.weights
def test_the_shipped_writer_is_rewritten_to_the_pinned_bytes(models: Path, tmp_path: Path) -> None:
    entry = load_catalog(models).default("writer")
    rewrite(models / entry.path, tmp_path / "v2")
    assert sha256_of(tmp_path / "v2") == entry.rewritten_sha256
