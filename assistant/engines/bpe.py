"""The byte-level BPE tokenizer that a GGUF file describes, for engines that must be given token ids."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.errors import ModelError
from assistant.models.gguf_file import Gguf, read_gguf
from assistant.models.gguf_v2 import byte_characters

if TYPE_CHECKING:
    from tokenizers.pre_tokenizers import PreTokenizer


# How a text is cut before merging, by `tokenizer.ggml.pre`: whether each digit stands alone, and the pattern (None: GPT-2's).
_LLAMA3: Final = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
_CUTS: Final[dict[str, tuple[bool, str | None]]] = {
    "smollm": (True, None),
    "gpt-2": (False, None),
    "llama-bpe": (False, _LLAMA3),
    "qwen2": (False, _LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")),
}


class Bpe:
    """Text to token ids and back. Built from the vocabulary and merges that stand in the model file."""

    __slots__ = ("_bytes", "_tokenizer", "bos", "controls", "eos", "starts_with_bos")

    def __init__(self, gguf: Gguf, path: Path) -> None:
        from tokenizers import AddedToken, Tokenizer, models

        cut = gguf.text("tokenizer.ggml.pre", "gpt-2")
        tokens = gguf.strings("tokenizer.ggml.tokens")
        halves = (pair.partition(" ") for pair in gguf.strings("tokenizer.ggml.merges"))
        merges = [(first, second) for first, _, second in halves]
        if cut not in _CUTS or not tokens or not merges:
            raise ModelError(
                f"this engine cannot tokenize for the model's vocabulary ({cut or 'unnamed'})",
                path=path,
                remedy="use --engine llamacpp",
            )
        vocabulary = {token: place for place, token in enumerate(tokens)}
        self._tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges, ignore_merges=cut == "llama-bpe"))
        self._tokenizer.pre_tokenizer = _cuts(cut)
        self.controls = gguf.control_tokens()
        self._tokenizer.add_special_tokens(
            [AddedToken(token, special=True, normalized=False) for token in self.controls]
        )
        self._bytes = _written(tokens, frozenset(self.controls))
        self.bos = gguf.number("tokenizer.ggml.bos_token_id", -1)
        self.eos = _ends(gguf, tokens)
        self.starts_with_bos = bool(gguf.number("tokenizer.ggml.add_bos_token", 0)) and self.bos >= 0

    @classmethod
    def of(cls, path: Path) -> Bpe:
        """The tokenizer of the model file at `path`. Raises ModelError where its kind is not known here."""
        return cls(read_gguf(path), path)

    def encode(self, text: str) -> list[int]:
        """Token ids of a rendered prompt; control tokens in it are taken as such."""
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return [self.bos, *ids] if self.starts_with_bos and ids[:1] != [self.bos] else ids

    def piece(self, token: int) -> bytes:
        """The bytes a token stands for; a character may be spread over several tokens."""
        return self._bytes[token] if 0 <= token < len(self._bytes) else b""


def _cuts(name: str) -> PreTokenizer:
    """How text is cut before the merges, by the name that the model file gives."""
    from tokenizers import Regex, pre_tokenizers

    digits, pattern = _CUTS[name]
    steps: list[object] = [pre_tokenizers.Digits(individual_digits=True)] if digits else []
    if pattern is not None:
        steps.append(pre_tokenizers.Split(Regex(pattern), behavior="isolated"))
    steps.append(pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=pattern is None))
    return pre_tokenizers.Sequence(steps)


def _written(tokens: list[str], silent: frozenset[str]) -> list[bytes]:
    """The bytes of each token. A control token is written as nothing; one with a foreign character (added later than the
    BPE) as itself."""
    characters = {character: byte for byte, character in byte_characters().items()}

    def written(token: str) -> bytes:
        if token in silent:
            return b""
        known = [characters[c] for c in token if c in characters]
        return bytes(known) if len(known) == len(token) else token.encode()

    return [written(token) for token in tokens]


def utf8_decoder() -> codecs.IncrementalDecoder:
    """Joins the bytes of tokens to characters, holding back the ones whose rest is still to come."""
    return codecs.getincrementaldecoder("utf-8")(errors="replace")


def _ends(gguf: Gguf, tokens: list[str]) -> frozenset[int]:
    """Tokens that end an answer: the declared ones, and those of the chat families that some files forget to declare."""
    declared = {gguf.number(f"tokenizer.ggml.{key}_token_id", -1) for key in ("eos", "eot", "eom")}
    known = {"<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end_of_text|>", "<|end|>", "<end_of_turn>", "</s>"}
    control = set(gguf.control_tokens())
    return frozenset(
        {place for place, token in enumerate(tokens) if token in known and token in control} | (declared - {-1})
    )
