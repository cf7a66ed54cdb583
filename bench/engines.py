"""Engines side by side: loading, reading (prefill), writing (decode), time to the first piece with and without the kept prefix,
memory, and many answers at a time. Each engine runs in a process of its own, so that memory is its own.

    python -m bench.engines [--engines llamacpp ctransformers remote] [--runs 5] [--threads N] [--json]

Needs the writer in the model store (`assistant models pull`). `remote` is measured against llama.cpp's own server on loopback.
Figures are medians; the load average is printed with them, because a busy machine makes all of them worse.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.config import Remote, model_store, threads
from assistant.engines.bpe import Bpe
from assistant.engines.load import decode_threads, prefill_threads
from assistant.engines.prompt import render
from assistant.models.catalog import load_catalog, verify
from assistant.protocols import Prompt, Sampling

_FACT = "The ward round on day {n} starts at {h} in the morning and every bed is seen by the team on duty. "
_SYSTEM = "Answer the question from the numbered sources only, and name the source of each sentence."
_EXAMPLES = (("When does water boil?\n[1] Water boils at 100 degrees.", "Water boils at 100 degrees [1]."),) * 6
_NEW_TOKENS = 64


def question(number: int) -> Prompt:
    """A question over some 300 tokens of sources, all of them new; system message and examples (some 250 tokens) stay."""
    facts = "".join(f"[{n}] " + _FACT.format(n=n + number, h=7 + n % 4) + "\n" for n in range(1, 11))
    return Prompt(_SYSTEM, f"{facts}\nWhat happens on day {number + 3}?", _EXAMPLES)


def resident_mb() -> float:
    """Resident memory of this process in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure(name: str, runs: int) -> dict[str, Any]:
    """One engine's figures; runs in a child process."""
    entry = load_catalog().default("writer")
    bpe = Bpe.of(verify(entry.name))
    with _engine(name, entry.name) as engine:
        before = resident_mb()
        began = time.perf_counter()
        _run(engine, Prompt("", "Hello"), 1)
        loaded = time.perf_counter() - began
        cold, warm, pace = [], [], []
        for number in range(runs):
            prompt = question(number * 100)
            # Another system message each time: nothing of the prompt is computed already.
            changed = Prompt(f"Round {number}. {_SYSTEM}", prompt.user, prompt.examples)
            cold.append(_run(engine, changed, 2)[0])
            _run(engine, question(number * 100 + 1), 1)  # brings the fixed part back
            first, per_second = _run(engine, prompt, _NEW_TOKENS)
            warm.append(first)
            pace.append(per_second)
        rendered = render(question(0), entry.chat_template)
        tokens = len(bpe.encode(rendered.text))
        many = [question(900 + number) for number in range(4)]
        began = time.perf_counter()
        engine.complete_many(many, Sampling(max_tokens=32, timeout_s=600))
        together = time.perf_counter() - began
        return {
            "engine": name,
            "load_s": loaded,
            "prompt_tokens": tokens,
            "fixed_tokens": len(bpe.encode(rendered.prefix)),
            "prefill_tokens_per_s": tokens / statistics.median(cold),
            "first_piece_without_prefix_s": statistics.median(cold),
            "first_piece_with_prefix_s": statistics.median(warm),
            "decode_tokens_per_s": statistics.median(pace),
            "four_answers_s": together,
            "resident_mb": resident_mb() - before,
        }


def _run(engine: Any, prompt: Prompt, tokens: int) -> tuple[float, float]:
    """Seconds to the first piece, and pieces (tokens) a second after it."""
    # Nothing ends the answer early: the end token is not drawn because every answer is cut at `tokens`.
    began = time.perf_counter()
    first = 0.0
    count = 0
    for _ in engine.stream(prompt, Sampling(max_tokens=tokens, timeout_s=600)):
        count += 1
        first = first or time.perf_counter() - began
    rest = time.perf_counter() - began - first
    return first, (count - 1) / rest if count > 1 and rest > 0 else 0.0


@contextmanager
def _engine(name: str, model: str) -> Iterator[Any]:
    from assistant.engines.registry import build_engine

    if name != "remote":
        engine = build_engine(name, model)
        try:
            yield engine
        finally:
            engine.close()
        return
    from assistant.engines.remote import RemoteEngine

    with _server() as url:
        yield RemoteEngine(Remote(url, model, "BENCH_REMOTE_KEY"))


@contextmanager
def _server() -> Iterator[str]:
    """llama.cpp's server on loopback, with the threads our own engine would use."""
    import xllamacpp

    os.environ["BENCH_REMOTE_KEY"] = "bench"
    params = xllamacpp.CommonParams()
    params.model.path = str(verify(load_catalog().default("writer").name))
    params.hostnames, params.port, params.api_keys = ["127.0.0.1"], 0, ["bench"]
    params.n_parallel, params.n_ctx, params.n_gpu_layers, params.cache_ram_mib = 2, 8192, 0, 0
    params.cpuparams.n_threads = decode_threads(threads())
    params.cpuparams_batch.n_threads = prefill_threads(threads())
    params.verbosity = -1
    params.warmup = params.fit_params = params.ui = False
    server = xllamacpp.Server(params)
    try:
        yield server.listening_address + "/v1"
    finally:
        del server


def _child(name: str, runs: int, answer: Any) -> None:
    answer.put(measure(name, runs))


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engines", nargs="+", default=["llamacpp", "ctransformers", "remote"])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--threads", type=int, default=0, help="fix the thread count [default: by the load of the machine]"
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.threads:
        os.environ["ASSISTANT_THREADS"] = str(options.threads)
    if not (model_store() / load_catalog().default("writer").path).exists():
        print("the writer is not in the model store: run `assistant models pull`", file=sys.stderr)
        return 1
    context = multiprocessing.get_context("spawn")
    rows = []
    for name in options.engines:
        answer = context.Queue()
        child = context.Process(target=_child, args=(name, options.runs, answer))
        child.start()
        rows.append(answer.get(timeout=3600) | {"load_average": os.getloadavg()[0]})
        child.join()
    machine = {
        "cpu": platform.processor() or platform.machine(),
        "cores": threads(),
        "prefill_threads": prefill_threads(threads()),
        "decode_threads": decode_threads(threads()),
    }
    if options.json:
        print(json.dumps({"machine": machine, "engines": rows}, indent=1))
        return 0
    print(", ".join(f"{key} {value}" for key, value in machine.items()))
    keys = [key for key in rows[0] if key != "engine"]
    for key in keys:
        print(f"{key:<32}" + "".join(f"{row[key]:>14.2f}" for row in rows))
    print(f"{'':<32}" + "".join(f"{row['engine']:>14}" for row in rows))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
