"""A random Llama of four narrow layers that reads bytes, as a GGUF file, and a small set to tune it on."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from assistant.config import shipped
from assistant.models.gguf_v2 import byte_characters
from assistant.tune.rows import Answerable, Kind, Piece, Row, Split

SMALL = {
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
}
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
MERGES = ["t h", "Ġ th", "e n", "o p", "op en", "Ġ d"]
KEPT = ("warfarin-leaflet", "visiting-hours", "appointments", "patient-rights")
CHATML = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"


def vocabulary() -> list[str]:
    """The special tokens, one token a byte, and those of the merges."""
    return [*SPECIAL, *byte_characters().values(), *(merge.replace(" ", "") for merge in MERGES)]


def random_model(seed: int = 1, **changed: int) -> Any:
    """A Llama with random weights, large enough that its words depend on what it reads."""
    torch = pytest.importorskip("torch")
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(vocabulary()), rope_theta=100000.0, rms_norm_eps=1e-5, tie_word_embeddings=True,
        max_position_embeddings=512, initializer_range=0.2, bos_token_id=1, eos_token_id=2, pad_token_id=2,
        **{**SMALL, **changed},
    )  # fmt: skip
    return LlamaForCausalLM(config).eval()


@pytest.fixture(scope="session")
def header(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GGUF without weights: a byte-level tokenizer and a chat template."""
    import gguf

    path = tmp_path_factory.mktemp("header") / "header.gguf"
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(512)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(100000.0)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(vocabulary())
    writer.add_token_types([3] * len(SPECIAL) + [1] * (len(vocabulary()) - len(SPECIAL)))
    writer.add_token_merges(MERGES)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHATML)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture(scope="session")
def tiny(header: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model as a GGUF file."""
    from assistant.tune.export import write_model

    return write_model(random_model(), header, tmp_path_factory.mktemp("tiny") / "tiny.gguf")


def row(number: int, split: Split = Split.TRAIN, **changed: Any) -> Row:
    """A row about the opening hours of one of many desks."""
    piece = Piece(n=1, title="Desks", heading="Hours", text=f"Desk {number} opens at {number % 12 + 1} o'clock.")
    values: dict[str, Any] = {
        "kind": Kind.NUMERIC,
        "answerable": Answerable.YES,
        "question": f"When does desk {number} open?",
        "evidence": (piece,),
        "answer": f"Desk {number} opens at {number % 12 + 1} o'clock [1].",
        "citations": (1,),
        "document": f"{number:064x}",
        "split": split,
    }
    return Row(**{**values, **changed})


@pytest.fixture(scope="session")
def rows() -> list[Row]:
    return [row(n, Split.HELD if n % 4 == 0 else Split.TRAIN) for n in range(16)]


@pytest.fixture(scope="session")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The healthcare pack with four leaflets for documents."""
    folder = tmp_path_factory.mktemp("pack") / "healthcare"
    shutil.copytree(
        shipped("domains") / "healthcare", folder, ignore=shutil.ignore_patterns("fhir", "psychotherapy", "clinical")
    )
    for path in (folder / "documents" / "public").iterdir():
        if path.stem not in KEPT:
            path.unlink()
    manifest = folder / "pack.yaml"
    kept = [line for line in manifest.read_text().splitlines() if "folder:" not in line or "documents/public" in line]
    manifest.write_text("\n".join(kept))
    return folder
