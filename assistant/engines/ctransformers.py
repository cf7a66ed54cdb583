"""The second engine: the llama.cpp of 2023 that `ctransformers` carries. An independent decoder to compare with, and a fallback.

It reads the rewritten form of a model (`assistant/models/gguf_v2.py`); prompts are tokenized here and given by id. It opens no
socket and keeps no file.
"""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from assistant.config import go_offline, model_store, threads
from assistant.engines.bpe import Bpe, utf8_decoder
from assistant.engines.load import decode_threads, prefill_threads
from assistant.engines.prompt import Rendered, render
from assistant.engines.stops import Stops
from assistant.errors import EngineError
from assistant.models.catalog import load_catalog, verify
from assistant.models.gguf_v2 import rewritten
from assistant.protocols import Prompt, Sampling

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

CONTEXT: Final = 2048
# Tokens read at a time. Between batches the time-out is looked at; larger ones were not faster (bench/engines.py).
BATCH: Final = 64
_TOP_K: Final = 40
_TOP_P: Final = 0.95


class Logits(Protocol):
    """The logits of the last token, in the library's own memory."""

    @property
    def _data(self) -> ctypes.Array[ctypes.c_float]: ...


class Llm(Protocol):
    """The model, as ctransformers offers it. `_context`: the tokens that are computed."""

    _context: list[int]

    @property
    def logits(self) -> Logits: ...

    @property
    def vocab_size(self) -> int: ...

    def eval(self, tokens: Sequence[int], *, batch_size: int, threads: int) -> None: ...


class CTransformers:
    """One conversation at a time, `context` tokens long. Thread-safe: others wait. Weights are loaded at first use.

    Without grammars: a `Sampling.grammar` is not followed, and the checks of the gate judge what comes. The part of the prompt
    that stays from question to question is kept computed; greedy decoding repeats itself to the letter.
    """

    name: str = "ctransformers"
    writes: bool = True

    def __init__(self, model: str, *, context: int = CONTEXT, store: Path | None = None) -> None:
        self._store = store or model_store()
        self._entry = load_catalog(self._store).get(model)
        self.model: str = self._entry.name
        self._context = min(context, self._entry.context) if self._entry.context else context
        self._turn = threading.Lock()
        self._closed = threading.Event()
        self._llm: Llm | None = None
        self._bpe: Bpe | None = None
        self.cached_tokens = 0
        """Prompt tokens of the last answer that were found computed."""

    # ------------------------------------------------------------ the protocol

    def stream(self, prompt: Prompt, sampling: Sampling) -> Iterator[str]:
        """Pieces of the answer as they are decoded; closing the iterator stops the decoding.

        Raises EngineError on a prompt that does not fit, failure or time-out (`timeout_s` counts from the first `next`, waiting
        for another answer included), ModelError or IntegrityError where the model is not what the catalog pins.
        """
        deadline = time.monotonic() + sampling.timeout_s
        if not self._turn.acquire(timeout=max(0.0, sampling.timeout_s)):
            raise _late(sampling)
        try:
            llm, bpe = self._loaded()
            rendered = render(prompt, self._entry.chat_template, bpe.controls)
            self._read(llm, bpe, rendered, sampling, deadline)
            yield from self._write(llm, bpe, rendered, sampling, deadline)
        finally:
            self._turn.release()

    def close(self) -> None:
        """Stop decoding and release the weights. May be called again."""
        self._closed.set()
        if self._turn.acquire(timeout=15.0):
            self._llm = None
            self._turn.release()

    # ------------------------------------------------------------ beyond the protocol

    def warm(self, prompt: Prompt) -> None:
        """Load the weights and compute the part of `prompt` that stays."""
        for _ in self.stream(prompt, Sampling(max_tokens=1, timeout_s=120.0)):
            pass

    def complete_many(self, prompts: Sequence[Prompt], sampling: Sampling | Sequence[Sampling]) -> list[str]:
        """Answers to many prompts in their order, one after the other. The time-out holds for each."""
        each = [sampling] * len(prompts) if isinstance(sampling, Sampling) else list(sampling)
        return ["".join(self.stream(prompt, one)) for prompt, one in zip(prompts, each, strict=True)]

    # ------------------------------------------------------------ inside

    def _read(self, llm: Llm, bpe: Bpe, rendered: Rendered, sampling: Sampling, deadline: float) -> None:
        """Compute the prompt, from the end of the stable prefix on where that is computed already."""
        prefix = bpe.encode(rendered.prefix) if rendered.prefix else []
        tokens = bpe.encode(rendered.text)
        if len(tokens) + 1 > self._context:
            raise EngineError(f"the model failed: the prompt has {len(tokens)} tokens and the context {self._context}")
        held = list(llm._context[: len(prefix)])
        if prefix and tokens[: len(prefix)] == prefix and held == prefix:
            self.cached_tokens = len(prefix)
        else:
            self.cached_tokens = 0
        # The library's own way to go back compares tokens and would keep parts of the last question; ours never does.
        llm._context = prefix[: self.cached_tokens]
        # The prefix is computed in the same steps whether it was kept or not, so that the answer is the same to the letter.
        ends = [len(prefix)] if self.cached_tokens < len(prefix) < len(tokens) else []
        for start, end in _steps(self.cached_tokens, [*ends, len(tokens)]):
            self._check(sampling, deadline)
            self._eval(llm, tokens[start:end], prefill_threads(threads()))

    def _write(self, llm: Llm, bpe: Bpe, rendered: Rendered, sampling: Sampling, deadline: float) -> Iterator[str]:
        import numpy as np

        chance = np.random.default_rng(sampling.seed)
        decoder, stops = utf8_decoder(), Stops((*rendered.stop, *sampling.stop))
        workers = decode_threads(threads())
        room = self._context - len(llm._context)
        for number in range(min(sampling.max_tokens, room)):
            self._check(sampling, deadline)
            token = _choose(np.ctypeslib.as_array(llm.logits._data, (llm.vocab_size,)), sampling.temperature, chance)
            if token in bpe.eos:
                break
            if shown := stops.feed(decoder.decode(bpe.piece(token))):
                yield shown
            if stops.hit:
                return
            if number + 1 < min(sampling.max_tokens, room):
                self._eval(llm, [token], workers)
        if rest := stops.feed(decoder.decode(b"", final=True)) + stops.rest():
            yield rest

    def _eval(self, llm: Llm, tokens: list[int], workers: int) -> None:
        try:
            llm.eval(tokens, batch_size=BATCH, threads=workers)
        except RuntimeError as error:
            llm._context = []
            raise EngineError("the model failed: it could not read the prompt") from error

    def _check(self, sampling: Sampling, deadline: float) -> None:
        if self._closed.is_set():
            raise EngineError("the engine is closed")
        if time.monotonic() > deadline:
            raise _late(sampling)

    def _loaded(self) -> tuple[Llm, Bpe]:
        """The model and its tokenizer; called with the turn held."""
        if self._closed.is_set():
            raise EngineError("the engine is closed")
        if self._llm is None or self._bpe is None:
            self._bpe = Bpe.of(verify(self._entry.name, self._store))
            self._llm = _start(rewritten(self._entry.name, self._store), self._context)
        return self._llm, self._bpe


def _start(path: Path, context: int) -> Llm:
    go_offline()  # importing the library imports a hub client
    from ctransformers.llm import LLM, Config

    try:
        made: Llm = LLM(
            str(path), "gguf", config=Config(context_length=context, gpu_layers=0, batch_size=BATCH), lib=_library()
        )
    except (OSError, RuntimeError, ValueError) as error:
        raise EngineError(
            "ctransformers could not load the model", path=path, remedy="use --engine llamacpp; is there enough memory?"
        ) from error
    return made


def _library() -> str | None:
    """The build for this CPU. The library's own detection starts processes and takes a second."""
    try:
        flags = set(Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").split())
    except OSError:
        return None
    return "avx2" if "avx2" in flags else "avx" if {"avx", "f16c"} <= flags else "basic" if "sse3" in flags else None


def _steps(start: int, ends: list[int]) -> Iterator[tuple[int, int]]:
    for end in ends:
        while start < end:
            yield start, min(start + BATCH, end)
            start = min(start + BATCH, end)


def _choose(logits: npt.NDArray[np.float32], temperature: float, chance: np.random.Generator) -> int:
    """Greedy at temperature 0, else a draw from the likeliest tokens (at most 40, together at most 0.95: llama.cpp's defaults)."""
    import numpy as np

    if temperature <= 0:
        return int(np.argmax(logits))
    best = np.argpartition(logits, -_TOP_K)[-_TOP_K:]
    best = best[np.argsort(-logits[best], kind="stable")]
    weights = np.exp((logits[best] - logits[best[0]]).astype(np.float64) / temperature)
    weights /= weights.sum()
    kept = int(np.searchsorted(np.cumsum(weights), _TOP_P)) + 1
    weights = weights[:kept] / weights[:kept].sum()
    return int(best[chance.choice(len(weights), p=weights)])


def _late(sampling: Sampling) -> EngineError:
    return EngineError(
        f"the model did not finish within {sampling.timeout_s:g} s",
        remedy="allow more time, ask for fewer tokens or give the machine more cores",
    )
