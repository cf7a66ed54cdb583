"""The tokenizer on a vocabulary small enough to merge by hand; `test_ctransformers.py` has it on the shipped model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.engines.bpe import Bpe, utf8_decoder
from assistant.errors import ModelError
from assistant.models.gguf_v2 import byte_characters

BYTES = [byte_characters()[n] for n in range(256)]
WORDS = ["ab", "Ġab", "1", "<|im_end|>", "<|end|>"]


class File:
    """What is read of a model file."""

    def __init__(self, cut: str = "smollm", *, bos: int = -1, add_bos: int = 0, eos: int = -1) -> None:
        self.tokens = [*BYTES, "ab", "Ġab", "<|im_end|>", "<|plain|>"]
        self._texts = {"tokenizer.ggml.pre": cut}
        self._numbers = {
            "tokenizer.ggml.bos_token_id": bos,
            "tokenizer.ggml.add_bos_token": add_bos,
            "tokenizer.ggml.eos_token_id": eos,
        }

    def text(self, key: str, default: str = "") -> str:
        return self._texts.get(key, default)

    def strings(self, key: str) -> list[str]:
        return {"tokenizer.ggml.tokens": self.tokens, "tokenizer.ggml.merges": ["a b", "Ġ ab"]}[key]

    def number(self, key: str, default: int = 0) -> int:
        return self._numbers.get(key, default)

    def control_tokens(self) -> list[str]:
        return ["<|im_end|>"]


def bpe(**more: Any) -> Bpe:
    return Bpe(File(**more), Path("m.gguf"))  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["ab", "ab ab", "caf\u00e9", "漢字 \U0001f600", "a\nb\t", "12 34", ""])
def test_what_is_encoded_comes_back(text: str) -> None:
    made = bpe()
    assert b"".join(made.piece(token) for token in made.encode(text)).decode() == text


def test_merges_are_done_and_digits_stand_alone_where_the_model_says_so() -> None:
    made = bpe()
    assert made.encode("ab") == [256] and made.encode(" ab") == [257]
    assert len(made.encode("12")) == 2


def test_a_control_token_is_taken_as_such_written_as_nothing_and_ends_an_answer() -> None:
    made = bpe(eos=5)
    assert made.encode("ab<|im_end|>") == [256, 258]
    assert made.piece(258) == b"" and made.eos == {258, 5}


def test_a_token_that_is_no_control_token_is_written_whatever_it_looks_like() -> None:
    made = bpe()
    assert made.piece(259) == b"<|plain|>" and 259 not in made.eos


def test_the_beginning_of_text_comes_first_where_the_model_asks_for_it() -> None:
    assert bpe(bos=7, add_bos=1).encode("ab") == [7, 256]
    assert bpe(bos=7).encode("ab") == [256] and bpe(add_bos=1).encode("ab") == [256]


def test_an_unknown_token_stands_for_nothing() -> None:
    assert bpe().piece(-1) == bpe().piece(10_000) == b""


def test_a_vocabulary_of_another_kind_is_refused() -> None:
    with pytest.raises(ModelError, match="cannot tokenize"):
        bpe(cut="tekken")


def test_a_character_that_is_spread_over_tokens_is_held_back_until_it_is_whole() -> None:
    decoder = utf8_decoder()
    parts = "é".encode()
    assert decoder.decode(parts[:1]) == "" and decoder.decode(parts[1:]) == "é"
    assert decoder.decode(parts[:1]) + decoder.decode(b"", final=True) == "\ufffd"
