"""Today's GGUF file rewritten for the llama.cpp of 2023 that `ctransformers` carries, and the place where that form is kept.

That reader knows format version 2, no shared input and output embedding, and only vocabularies of the SentencePiece kind. So the
rewritten file says version 2, holds `token_embd.weight` a second time as `output.weight`, and names its 256 byte tokens
`<0x00>`..`<0xFF>` with scores of 0. Its own tokenizer would be wrong for such a model; prompts are therefore tokenized outside
(`assistant/engines/bpe.py`) and given by id.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO, Final

from assistant.config import model_store
from assistant.errors import IntegrityError, ModelError
from assistant.models.catalog import ModelEntry, load_catalog, verify_entry
from assistant.models.digest import sha256_of
from assistant.models.gguf_file import ARRAY, BYTE_TOKEN, STRING, Gguf, Tensor, Value, read_gguf
from assistant.models.gguf_write import head
from assistant.models.own import record_rewritten
from assistant.models.store import incoming

FOLDER: Final = "rewritten"
_INT32: Final = 5
_FLOAT32: Final = 6
_DROPPED: Final = frozenset(("tokenizer.ggml.merges", "tokenizer.ggml.pre", "tokenizer.chat_template"))
_TOKENS: Final = "tokenizer.ggml.tokens"
_KINDS: Final = "tokenizer.ggml.token_type"


def rewritten(name: str, store: Path | None = None) -> Path:
    """The verified version-2 form of a model; made from the verified model where it is not there yet (a second or two).

    Its hash is pinned in the catalog (shipped models) or recorded there when it is made (the site's own). Raises ModelError
    where the model is missing or of a kind that cannot be rewritten, IntegrityError where a hash is wrong.
    """
    folder = store or model_store()
    entry = load_catalog(folder).get(name)
    source = verify_entry(entry, folder)
    target = folder / FOLDER / f"{entry.name}.v2.gguf"
    if not target.is_file():
        _make(entry, source, target, folder)
        entry = load_catalog(folder).get(name)
    if not entry.rewritten_sha256 or sha256_of(target) != entry.rewritten_sha256:
        raise IntegrityError(
            f"the rewritten form of the model {entry.name} is not the pinned one (SHA-256 differs)",
            path=target,
            remedy="remove it; it is made again from the model",
        )
    return target


def _make(entry: ModelEntry, source: Path, target: Path, store: Path) -> None:
    with incoming(store) as work:
        made = work / target.name
        rewrite(source, made)
        digest = sha256_of(made)
        if entry.rewritten_sha256 and digest != entry.rewritten_sha256:
            raise IntegrityError(
                f"rewriting the model {entry.name} gave other bytes than the pinned ones",
                path=source,
                remedy="install again",
            )
        if not entry.rewritten_sha256:
            record_rewritten(entry.name, digest, store)
        target.parent.mkdir(exist_ok=True)
        made.replace(target)


def rewrite(source: Path, target: Path) -> None:
    """Write the version-2 form of `source` to `target`; the same bytes each time.

    Raises ModelError where the model is not of the Llama architecture or its vocabulary is not byte-level BPE: the reader of
    2023 knows no other that this rewriting would make right.
    """
    gguf = read_gguf(source)
    if gguf.text("general.architecture") != "llama" or gguf.text("tokenizer.ggml.model") != "gpt2":
        raise ModelError(
            "only Llama models with a byte-level BPE vocabulary can be rewritten for this engine",
            path=source,
            remedy="use --engine llamacpp",
        )
    metadata = {key: value for key, value in gguf.metadata.items() if key not in _DROPPED}
    tokens, kinds = _byte_tokens(list(gguf.metadata[_TOKENS].value), gguf.numbers(_KINDS))
    metadata[_TOKENS] = Value(ARRAY, tokens, STRING)
    metadata[_KINDS] = Value(ARRAY, kinds, _INT32)
    metadata["tokenizer.ggml.scores"] = Value(ARRAY, [0.0] * len(tokens), _FLOAT32)
    metadata["tokenizer.ggml.model"] = Value(STRING, b"llama")
    with source.open("rb") as data, target.open("xb") as out:
        size = os.fstat(data.fileno()).st_size
        places, pieces = _layout(gguf, size)
        out.write(head(2, metadata, places))
        for start, length in pieces:
            out.write(b"\0" * (-out.tell() % gguf.alignment))
            _copy(data, out, start, length)


def byte_characters() -> dict[int, str]:
    """The printable character that stands for each byte in byte-level BPE vocabularies (Radford et al. 2019, GPT-2)."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in plain]
    return {byte: chr(byte) for byte in plain} | {byte: chr(256 + place) for place, byte in enumerate(others)}


def _byte_tokens(tokens: list[bytes], kinds: list[int]) -> tuple[list[bytes], list[int]]:
    """Rename the tokens of single bytes as SentencePiece names them, and mark them as byte tokens."""
    kinds = kinds if len(kinds) == len(tokens) else [1] * len(tokens)
    places = {token: place for place, token in enumerate(tokens)}
    for byte, character in byte_characters().items():
        place = places.get(character.encode())
        if place is not None:
            tokens[place] = f"<0x{byte:02X}>".encode()
            kinds[place] = BYTE_TOKEN
    if b"<0x0A>" not in tokens:
        raise ModelError("the vocabulary has no token for a line break", remedy="use --engine llamacpp")
    return tokens, kinds


def _layout(gguf: Gguf, size: int) -> tuple[list[Tensor], list[tuple[int, int]]]:
    """Tensors with their new offsets, and for each the stretch (start, length) of the source file that holds it."""
    ordered = sorted(gguf.tensors, key=lambda tensor: tensor.offset)
    ends = [tensor.offset for tensor in ordered[1:]] + [size - gguf.data_start]
    stretches = {t.name: (gguf.data_start + t.offset, end - t.offset) for t, end in zip(ordered, ends, strict=True)}
    names = [tensor.name for tensor in ordered]
    if b"output.weight" not in names:
        shared = next((tensor for tensor in ordered if tensor.name == b"token_embd.weight"), None)
        if shared is None:
            raise ModelError("the model has no token embedding")
        ordered.append(Tensor(b"output.weight", shared.shape, shared.kind, 0))
        stretches[b"output.weight"] = stretches[shared.name]
    places, pieces, at = [], [], 0
    for tensor in ordered:
        start, length = stretches[tensor.name]
        places.append(Tensor(tensor.name, tensor.shape, tensor.kind, at))
        pieces.append((start, length))
        at += -(-length // gguf.alignment) * gguf.alignment
    return places, pieces


def _copy(data: IO[bytes], out: IO[bytes], start: int, length: int) -> None:
    data.seek(start)
    while length > 0:
        block = data.read(min(length, 1 << 20))
        if not block:
            raise ModelError("the model file ends too early", remedy="get the file again")
        out.write(block)
        length -= len(block)
