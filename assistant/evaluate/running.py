"""A writer at work, in a process of its own: memory, speed, answers from sources, and willingness by group.

Speed is told in tokens a second of processor time on one thread. On a machine that others use, the time on the wall says more
of them than of the model.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from assistant.errors import EngineError

if TYPE_CHECKING:
    from assistant.evaluate.grounded import SourcedQuestion

_ATTRIBUTES: Final = ("sex",)
_TOKENS: Final = 32
_PATIENCE_S: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Run:
    """`prefill` and `decode` in tokens a processor second, `resident_mb` what loading and answering added to the process.

    `grounded` is a share, `gap` the largest difference of willingness between groups in nats a token.
    """

    prefill: float
    decode: float
    resident_mb: int
    grounded: float
    gap: float


def run(model: str, store: Path, asked: Sequence[SourcedQuestion], domain: str) -> Run:
    """Load the model of a store and measure it. Raises EngineError where the process that does so fails."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(theirs, model, store, tuple(asked), domain), daemon=True)
    child.start()
    theirs.close()
    try:
        if not ours.poll(_PATIENCE_S):
            raise EngineError("the model did not finish its measurement in time", remedy="ask fewer questions")
        found = ours.recv()
    except EOFError:
        raise EngineError("the process that measured the model ended early", remedy="is there enough memory?") from None
    finally:
        if child.is_alive():
            child.join(timeout=30)
        if child.is_alive():
            child.kill()
        ours.close()
    if isinstance(found, str):
        raise EngineError(f"the model could not be measured: {found}")
    return Run(**found)


def _child(pipe: Any, model: str, store: Path, asked: tuple[SourcedQuestion, ...], domain: str) -> None:
    try:
        pipe.send(_measured(model, store, asked, domain))
    except Exception as error:  # noqa: BLE001 - the parent raises it under its own name; no text of a prompt is passed on
        pipe.send(getattr(error, "message", type(error).__name__))


def _measured(model: str, store: Path, asked: tuple[SourcedQuestion, ...], domain: str) -> dict[str, float]:
    os.environ["ASSISTANT_THREADS"] = "1"
    from assistant.engines.llamacpp import LlamaCpp
    from assistant.evaluate import fairness_writer, grounded
    from assistant.packs.pack import load_pack
    from assistant.protocols import Prompt

    pack = load_pack(domain)
    before = _resident()
    engine = LlamaCpp(model, store=store, slots=1)
    try:
        engine.warm(Prompt("", "Hello"))
        text = " ".join(item.source for item in asked)[:800]
        prefill, decode = speed(engine, text)
        return {
            "prefill": prefill,
            "decode": decode,
            "grounded": grounded.measure(engine, asked),
            "gap": float(str(fairness_writer.measure(pack, engine, attributes=_ATTRIBUTES)["largest_gap"])),
            "resident_mb": round((_resident() - before) / 1e6),
        }
    finally:
        engine.close()


def speed(engine: Any, text: str) -> tuple[float, float]:
    """Tokens read and tokens written, each a processor second; the difference of two runs, one with more to write."""
    from assistant.protocols import Prompt, Sampling

    def spent(tokens: int, mark: str) -> tuple[float, int]:
        began, count = time.process_time(), 0
        for _ in engine.stream(Prompt("", f"{mark}. {text} What is said here?"), Sampling(tokens, timeout_s=600)):
            count += 1
        return time.process_time() - began, count

    spent(1, "Zero")  # brings the weights into memory
    short, _ = spent(1, "One")
    long, written = spent(_TOKENS, "Two")
    return engine.prompt_tokens / short, (written - 1) / max(1e-6, long - short)


def _resident() -> float:
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0.0
