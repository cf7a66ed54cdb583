"""A random Llama of four narrow layers with SmolLM2's tokenizer, as a GGUF file, and a small set to tune it on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.tune.rows import Answerable, Kind, Piece, Row, Split

SMALL = {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 4, "num_attention_heads": 4, "num_key_value_heads": 2}


def random_model(seed: int = 1, **changed: int) -> Any:
    """A Llama with random weights, large enough that its words depend on what it reads."""
    torch = pytest.importorskip("torch")
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=49152, rope_theta=100000.0, rms_norm_eps=1e-5, tie_word_embeddings=True, max_position_embeddings=512,
        initializer_range=0.2, bos_token_id=1, eos_token_id=2, pad_token_id=2, **{**SMALL, **changed},
    )  # fmt: skip
    return LlamaForCausalLM(config).eval()


@pytest.fixture(scope="session")
def smollm(models: Path) -> Path:
    return models / "SmolLM2-135M-Instruct.Q4_1.gguf"


@pytest.fixture(scope="session")
def tiny(smollm: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model as a GGUF file."""
    from assistant.tune.export import write_model

    return write_model(random_model(), smollm, tmp_path_factory.mktemp("tiny") / "tiny.gguf")


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
