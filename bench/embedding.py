"""Passages a second: ours beside plain `SentenceTransformer.encode`, in one run, in turns.

    python -m bench.embedding FOLDER [--passages 192] [--rounds 3]

FOLDER holds documents of any kind that the readers read. Each round times every way once, so that whatever else runs on
the machine disturbs all alike; the best wall time and the least CPU time of the rounds are printed. CPU time says what a
way costs, wall time also how well it keeps its share of a busy machine.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from assistant.config import go_offline, model_store, threads
from assistant.readers import read_file
from assistant.readers.walk import walk
from assistant.retrieval import embed
from assistant.retrieval.chunk import chunk, embedded


def texts_of(folder: Path, count: int) -> list[str]:
    """Passages as ingest embeds them, spread evenly over the folder's documents."""
    found: list[str] = []
    for path in walk([folder]).files:
        for document in read_file(path):
            found += [embedded(document.title, part.heading, part.text) for part in chunk(document)]
        if len(found) >= 20 * count:
            break
    step = max(1, len(found) // count)
    return found[::step][:count]


def measure(folder: Path, count: int, rounds: int) -> None:
    """Print the table."""
    go_offline()
    import torch
    from sentence_transformers import SentenceTransformer

    store = model_store() / embed.MODEL
    texts = texts_of(folder, count)
    plain = {kind: SentenceTransformer(str(store), device="cpu", model_kwargs={"dtype": kind}, local_files_only=True)
             for kind in (torch.float32, torch.bfloat16)}  # fmt: skip
    for model in plain.values():
        model.max_seq_length = embed.MAX_TOKENS
    embed.HEAVY_FROM = 0
    ours = embed.MiniLM(store)

    def stock(kind: torch.dtype, batch: int) -> Callable[[], np.ndarray]:
        def run() -> np.ndarray:
            vectors = plain[kind].encode(texts, batch_size=batch, normalize_embeddings=True, show_progress_bar=False)
            return np.asarray(vectors, np.float32)

        return run

    ways = {
        "plain, float32, batch 32": stock(torch.float32, 32),
        "plain, float32, batch 64": stock(torch.float32, 64),
        "plain, bfloat16, batch 64 (ours before)": stock(torch.bfloat16, 64),
        "ours": lambda: ours.passages(texts),
    }
    wall = dict.fromkeys(ways, float("inf"))
    cpu = dict.fromkeys(ways, float("inf"))
    vectors = {}
    ours.passages(texts[:4])
    for _ in range(rounds):
        for name, run in ways.items():
            begun, spent = time.perf_counter(), time.process_time()
            vectors[name] = run()
            wall[name] = min(wall[name], time.perf_counter() - begun)
            cpu[name] = min(cpu[name], time.process_time() - spent)
    first = next(iter(ways))
    exact = _unit(vectors[first])
    print(
        f"{len(texts)} passages of {np.mean([len(t) for t in texts]):.0f} characters, {threads()} threads, {rounds} rounds"
    )
    for name in ways:
        cosine = (_unit(vectors[name]) * exact).sum(axis=1).min()
        print(
            f"{name:40} {len(texts) / wall[name]:6.1f} /s  {len(texts) / cpu[name]:6.1f} per CPU second  "
            f"x{wall[first] / wall[name]:.2f} wall  x{cpu[first] / cpu[name]:.2f} CPU  least cosine {cosine:.6f}"
        )


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--passages", type=int, default=192)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    measure(given.folder, given.passages, given.rounds)
