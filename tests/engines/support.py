"""What the engine tests share: prompts, the sockets this process listens on, a model server on loopback."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.engines.stops import Stops
from assistant.errors import EngineError
from assistant.protocols import Prompt, Sampling

MODEL = "SmolLM2-135M-Instruct"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
SOURCES = "Sources:\n[1] Metformin is started at 500 mg once a day.\n[2] Renal function is checked every year.\n\n"
PROMPT = Prompt(
    "Answer from the numbered sources only.",
    SOURCES + "Question: What is the starting dose of metformin?",
    examples=(
        (
            "Sources:\n[1] Water boils at 100 degrees.\n\nQuestion: When does water boil?",
            "Water boils at 100 degrees [1].",
        ),
    ),
    citations=(1, 2),
)
LONG = Prompt("Tell a long story.", "Tell me about the sea and its ships.")


def patient(**changes: object) -> Sampling:
    """Greedy sampling with a time-out that a busy test machine keeps."""
    return Sampling(**{"max_tokens": 24, "timeout_s": 240.0} | changes)  # type: ignore[arg-type]


def listening(ports: bool = True) -> list[str]:
    """Local addresses on which this process accepts TCP connections (or, without `ports`, named Unix sockets)."""
    own = set()
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            target = os.readlink(descriptor)
        except FileNotFoundError:
            continue
        if target.startswith("socket:["):
            own.add(target[8:-1])
    found = []
    if ports:
        for table in ("/proc/self/net/tcp", "/proc/self/net/tcp6"):
            rows = [line.split() for line in Path(table).read_text().splitlines()[1:]]
            found += [row[1] for row in rows if row[3] == "0A" and row[9] in own]
        return found
    rows = [line.split() for line in Path("/proc/self/net/unix").read_text().splitlines()[1:]]
    # Flag 00010000: accepts connections. A name is only good while it is in the file system.
    return [row[7] for row in rows if len(row) > 7 and row[6] in own and row[3] == "00010000" and Path(row[7]).exists()]


class Reciting:
    """The smallest engine that writes without a model: the words of the question, one a piece. It may neglect one duty."""

    name: str = "reciting"
    model: str = "none"
    writes: bool = True

    def __init__(self, neglects: str = "") -> None:
        self._neglects, self._open, self._drawn = neglects, 0, 0

    def stream(self, prompt: Prompt, sampling: Sampling) -> Iterator[str]:
        """The words, in an order drawn with the seed above temperature 0."""
        self._open += 1
        began, words, stops = time.monotonic(), prompt.user.split(), Stops(sampling.stop)
        if sampling.temperature > 0:
            self._drawn += 1
            random.Random(self._drawn if self._neglects == "seed" else sampling.seed).shuffle(words)
        if self._neglects == "closing" and self._open > 1:
            words = ["busy"]
        if self._neglects == "pieces":
            words = [" ".join(words)]
        for word in words if self._neglects == "max_tokens" else words[: sampling.max_tokens]:
            if time.monotonic() - began > sampling.timeout_s and self._neglects != "timeout_s":
                raise EngineError(f"it did not finish within {sampling.timeout_s:g} s", remedy="allow more time")
            if piece := f"{word} " if self._neglects == "stop" else stops.feed(f"{word} "):
                yield piece
            if stops.hit:
                break
        if piece := stops.rest():
            yield piece
        self._open -= 1

    def close(self) -> None:
        """Nothing is held."""


@contextmanager
def model_server(weights: Path, key: str) -> Iterator[str]:
    """llama.cpp's own OpenAI-compatible server with real weights on a free loopback port; yields its address."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(weights)
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.n_ctx = 2048
    params.n_gpu_layers = 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.cache_ram_mib = 0
    params.verbosity = -1
    params.warmup = params.fit_params = params.ui = False
    server = xllamacpp.Server(params)
    try:
        yield server.listening_address + "/v1"
    finally:
        del server
