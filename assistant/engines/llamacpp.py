"""The default engine: llama.cpp's server core inside this process, through `xllamacpp`.

No network: completions are called in process. The core opens an HTTP interface all the same, which is therefore bound to a
private Unix socket with a random key and loses its name once the model is loaded (`sockets.py`); metrics, slots, properties and
the user interface are off. Prompts reach no disk: the slot files, prompt logs and prompt caches of the core stay unset.
"""

from __future__ import annotations

import atexit
import queue
import secrets
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, Protocol, TypedDict

from assistant.config import model_store, threads
from assistant.engines.grammar import check_grammar
from assistant.engines.load import decode_threads, prefill_threads
from assistant.engines.prompt import Rendered, render
from assistant.engines.slots import Slots
from assistant.engines.sockets import private_socket_path
from assistant.errors import EngineError
from assistant.models.catalog import load_catalog, verify_entry
from assistant.models.gguf_file import read_gguf
from assistant.models.known import CANNOT_RUN
from assistant.protocols import Prompt, Sampling

# Tokens of one conversation, prompt and answer together. Ours stay below 2000; the model itself may allow more.
CONTEXT: Final = 4096
SLOTS: Final = 2
_CLOSE_S: Final = 15.0

_End = tuple[str, str]  # what ended the stream ("stop", "length", "error", "full"), and the core's message
_STOPPED: Final[_End] = ("error", "closed")


class Timings(TypedDict, total=False):
    """Prompt tokens of an answer: found computed, and computed."""

    cache_n: int
    prompt_n: int


class TokenChance(TypedDict):
    """A token with its log-probability."""

    token: str
    logprob: float


class TokenChances(TypedDict):
    """The tokens of a completion."""

    content: list[TokenChance]


class Choice(TypedDict):
    """A completion, or a piece of one; `finish_reason` is empty while it goes on."""

    text: str
    finish_reason: str | None
    logprobs: TokenChances


class Chunk(TypedDict, total=False):
    """What llama.cpp's server core answers: choices, or an error."""

    choices: list[Choice]
    timings: Timings
    error: dict[str, object]


class Server(Protocol):
    """The server core, as xllamacpp offers it; `take` gets each piece and says whether to stop."""

    def handle_completions(
        self, body: Mapping[str, object], take: Callable[[Chunk], bool] | None = None, /
    ) -> Chunk: ...


class LlamaCpp:
    """Answers in `slots` parallel slots of `context` tokens each. Thread-safe; weights are loaded at first use.

    After each answer a slot is wound back to the part of the prompt that stays (system message and examples). The next question
    finds that part computed, nothing of the last one is kept, and the same question is computed in the same steps, so that
    greedy decoding repeats itself to the letter (as long as the slots are not used in parallel: then batches differ).
    """

    name: str = "llamacpp"
    writes: bool = True

    def __init__(
        self,
        model: str,
        *,
        slots: int = SLOTS,
        context: int = CONTEXT,
        store: Path | None = None,
        adapter: Path | None = None,
    ) -> None:
        folder = store or model_store()
        self._entry = load_catalog(folder).get(model)
        self._store = folder
        self.model: str = self._entry.name
        self._adapter = adapter
        self._context = min(context, self._entry.context) if self._entry.context else context
        self._slots = Slots(slots)
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._server: Server | None = None
        self._controls: list[str] = []
        self.cached_tokens = 0
        """Prompt tokens of the last answer that were found computed."""
        self.prompt_tokens = 0
        """Prompt tokens of the last answer that were computed."""
        _open_engines.add(self)

    # ------------------------------------------------------------ the protocol

    def stream(self, prompt: Prompt, sampling: Sampling) -> Iterator[str]:
        """Pieces of the answer as they are decoded; closing the iterator stops the decoding.

        Raises EngineError on a malformed grammar, a prompt that does not fit, failure or time-out (`timeout_s` counts from the
        first `next`, waiting for a slot included), IntegrityError or ModelError where the model is not what the catalog pins.
        """
        deadline = time.monotonic() + sampling.timeout_s
        rendered, body = self._request(prompt, sampling)
        pieces: queue.SimpleQueue[str | _End] = queue.SimpleQueue()
        stop = threading.Event()
        job = (rendered.prefix, body, deadline, stop, pieces)
        threading.Thread(target=self._run, args=job, name="llamacpp", daemon=True).start()
        try:
            while True:
                try:
                    piece = pieces.get(timeout=max(0.0, deadline - time.monotonic()))
                except queue.Empty:
                    raise _late(sampling) from None
                if isinstance(piece, str):
                    yield piece
                elif piece == _STOPPED and time.monotonic() >= deadline:
                    # The core was stopped because of the time-out, and said so first.
                    raise _late(sampling)
                elif piece[0] in ("error", "full"):
                    raise EngineError(f"the model failed: {piece[1]}")
                else:
                    return
        finally:
            stop.set()

    def close(self) -> None:
        """Stop all decoding, end the core's threads and release the weights. May be called again."""
        self._closed.set()
        self._slots.wait_idle(time.monotonic() + _CLOSE_S)
        with self._lock:
            self._server = None

    # ------------------------------------------------------------ beyond the protocol

    def warm(self, prompt: Prompt) -> None:
        """Load the weights and compute the part of `prompt` that stays, so that the first question need not wait for it."""
        sampling = Sampling(max_tokens=1, timeout_s=120.0)
        for _ in self.stream(prompt, sampling):
            pass

    def complete_many(self, prompts: Sequence[Prompt], sampling: Sampling | Sequence[Sampling]) -> list[str]:
        """Answers to many prompts in their order, as many at a time as there are slots. The time-out holds for each."""
        each = [sampling] * len(prompts) if isinstance(sampling, Sampling) else list(sampling)
        with ThreadPoolExecutor(self._slots.count, thread_name_prefix="llamacpp-many") as pool:
            return list(pool.map(lambda pair: "".join(self.stream(*pair)), zip(prompts, each, strict=True)))

    def score(self, prompt: Prompt, continuation: str, timeout_s: float = 30.0) -> float:
        """Mean log-probability per token (natural logarithm) of `continuation` as the answer to `prompt`.

        A grammar that allows nothing else forces the tokens; the core reports each one's probability before the grammar.
        """
        quoted = "".join(
            f"\\x{byte:02X}" if byte < 128 else chr(byte) for byte in continuation.encode("ascii", "strict")
        )
        sampling = Sampling(max_tokens=len(continuation) + 1, grammar=f'root ::= "{quoted}"', timeout_s=timeout_s)
        rendered, body = self._request(prompt, sampling)
        body |= {"stream": False, "n_probs": 1, "logprobs": 1}
        held = self._slots.take(rendered.prefix, time.monotonic() + timeout_s, self._closed.is_set)
        if held is None:
            raise EngineError("no slot of the model came free in time")
        slot, ready = held
        prefix = ""
        try:
            server = self._loaded()
            self._prime(server, slot, rendered.prefix, ready)
            reply = server.handle_completions(body | {"id_slot": slot})
            if "error" in reply:
                raise EngineError(f"the model failed: {_reason(reply)}")
            found = [item["logprob"] for item in reply["choices"][0]["logprobs"]["content"] if item["token"]]
            prefix = self._rewind(server, slot, rendered.prefix)
        finally:
            self._slots.give_back(slot, prefix)
        if not found:
            raise EngineError("the model scored no token")
        return float(sum(found) / len(found))

    # ------------------------------------------------------------ inside

    def _request(self, prompt: Prompt, sampling: Sampling) -> tuple[Rendered, dict[str, object]]:
        if sampling.grammar:
            check_grammar(sampling.grammar)
        self._loaded()
        rendered = render(prompt, self._entry.chat_template, self._controls)
        body: dict[str, object] = {
            "prompt": rendered.text,
            "n_predict": sampling.max_tokens,
            "temperature": sampling.temperature,
            "seed": sampling.seed,
            "stop": [*rendered.stop, *sampling.stop],
            "stream": True,
            # Without a part that stays there is nothing to keep, and nothing may be kept of the last question.
            "cache_prompt": bool(rendered.prefix),
        }
        if sampling.grammar:
            body["grammar"] = sampling.grammar
        return rendered, body

    def _run(
        self,
        prefix: str,
        body: dict[str, object],
        deadline: float,
        stop: threading.Event,
        pieces: queue.SimpleQueue[str | _End],
    ) -> None:
        """One answer, in a thread of its own: the core cannot be interrupted while it reads the prompt."""

        def stopped() -> bool:
            return stop.is_set() or self._closed.is_set() or time.monotonic() > deadline

        held = self._slots.take(prefix, deadline, stopped)
        if held is None:
            pieces.put(("full", "closed" if self._closed.is_set() else "no slot came free in time"))
            return
        slot, ready = held
        kept = ""
        try:
            server = self._server
            if server is None or stopped():
                pieces.put(_STOPPED)
                return
            self._prime(server, slot, prefix, ready)
            end: _End = _STOPPED

            def take(chunk: Chunk) -> bool:
                nonlocal end
                if "error" in chunk or "choices" not in chunk:
                    end = ("error", _reason(chunk))
                    return True
                choice = chunk["choices"][0]
                if choice["text"]:
                    pieces.put(choice["text"])
                if choice["finish_reason"]:
                    end = (choice["finish_reason"], "")
                    timings = chunk.get("timings", {})
                    self.cached_tokens = int(timings.get("cache_n", 0))
                    self.prompt_tokens = int(timings.get("prompt_n", 0))
                return stopped()

            server.handle_completions(body | {"id_slot": slot}, take)
            pieces.put(end)
            kept = self._rewind(server, slot, prefix)
        except Exception as error:  # noqa: BLE001 - whatever native code raises must reach the reader as a failure
            pieces.put(("error", type(error).__name__))
        finally:
            self._slots.give_back(slot, kept)

    def _prime(self, server: Server, slot: int, prefix: str, ready: bool) -> None:
        """Compute `prefix` in a slot. Twice: the second time leaves the state that `_rewind` leaves, bit for bit."""
        if prefix and not ready:
            for _ in range(2):
                self._rewind(server, slot, prefix)

    def _rewind(self, server: Server, slot: int, prefix: str) -> str:
        """Cut a slot back to `prefix`; returns what it now holds."""
        if not prefix or self._closed.is_set():
            return ""
        reply = server.handle_completions({"prompt": prefix, "n_predict": 0, "cache_prompt": True, "id_slot": slot})
        return "" if "error" in reply else prefix

    def _loaded(self) -> Server:
        with self._lock:
            if self._closed.is_set():
                raise EngineError("the engine is closed")
            if self._server is None:
                path = verify_entry(self._entry, self._store)
                gguf = read_gguf(path)
                if why := CANNOT_RUN.get(gguf.text("general.architecture")):
                    raise EngineError(f"this model cannot write: {why}", path=path, remedy="choose another writer")
                self._controls = gguf.control_tokens()
                self._server = _start(path, self._slots.count, self._context, self._adapter)
            return self._server


def _late(sampling: Sampling) -> EngineError:
    return EngineError(
        f"the model did not finish within {sampling.timeout_s:g} s",
        remedy="allow more time, ask for fewer tokens or give the machine more cores",
    )


def _start(path: Path, slots: int, context: int, adapter: Path | None = None) -> Server:
    """llama.cpp's server core with the model at `path`, and a LoRA adapter on it. Raises EngineError where it does not start."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_parallel = slots
    params.n_ctx = slots * context
    params.n_gpu_layers = 0
    cores = threads()
    params.cpuparams.n_threads = decode_threads(cores)
    params.cpuparams_batch.n_threads = prefill_threads(cores)
    if adapter is not None:
        params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(str(adapter), 1.0)]
    params.fit_params = False
    params.warmup = False
    params.cache_prompt = True
    params.cache_ram_mib = 0  # else up to 8 GiB of earlier prompts stay in memory
    params.verbosity = -1
    params.offline = True
    params.ui = params.endpoint_slots = params.endpoint_props = params.endpoint_metrics = False
    params.n_threads_http = 1
    params.api_keys = [secrets.token_urlsafe(32)]
    try:
        with private_socket_path() as socket:
            params.hostnames = [str(socket)]
            server: Server = xllamacpp.Server(params)
            return server
    except (RuntimeError, ValueError) as error:
        raise EngineError(
            "llama.cpp could not load the model",
            path=path,
            remedy="run `assistant models verify`; is there enough memory?",
        ) from error


def _reason(reply: Chunk) -> str:
    """The core's message, kept only where it is known to hold no text of the prompt."""
    error = reply.get("error", reply)
    if isinstance(error, dict) and error.get("type") == "exceed_context_size_error":
        return f"the prompt has {error.get('n_prompt_tokens')} tokens and the context {error.get('n_ctx')}"
    kind = error.get("type") if isinstance(error, dict) else None
    return str(kind or "unknown error")


_open_engines: weakref.WeakSet[LlamaCpp] = weakref.WeakSet()


def _close_all() -> None:
    """Native threads must not call back into an interpreter that is going away."""
    for engine in list(_open_engines):
        engine.close()


atexit.register(_close_all)
