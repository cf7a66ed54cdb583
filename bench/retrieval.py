"""What retrieval costs and gains: index kinds by size, embedding by either way, each step of the ranking.

    python bench/retrieval.py index [--sizes 5000 20000 ...]      latency, recall, build time and memory of each kind
    python bench/retrieval.py embed [--counts 20 50 ...]          numpy against sentence-transformers, loading included
    python bench/retrieval.py steps ../shared/data/scifact        nDCG@10 of each step, training and test queries
    python bench/retrieval.py latency [--sizes 5000 100000]       whole search over a vault of that many passages
    python bench/retrieval.py open ../shared/data/medquad         gold document among the first 1, 3, 5 passages

Times are the best of several runs, so that a busy machine disturbs them least. Nothing is written outside a temporary vault.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from assistant.evaluate.metrics import ndcg, recall
from assistant.evaluate.retrieval import fill, read_beir, throw_away_vault
from assistant.retrieval import index as index_module
from assistant.retrieval.embed import MiniLM
from assistant.retrieval.index import VectorIndex
from assistant.types import Chunk, Document

DIMENSION = 384


class Memory:
    """Vectors in memory in place of a vault."""

    def __init__(self, matrix: np.ndarray) -> None:
        self.ids, self.matrix, self.snapshot = np.arange(len(matrix)), matrix, b""

    def vector_epoch(self) -> int:
        return 1

    def vectors(self) -> tuple[np.ndarray, np.ndarray]:
        return self.ids, self.matrix

    def save_snapshot(self, _name: str, _epoch: int, data: bytes) -> None:
        self.snapshot = data

    def load_snapshot(self, _name: str) -> tuple[int, bytes] | None:
        return (1, self.snapshot) if self.snapshot else None


def texts_like(count: int, seed: int = 0) -> np.ndarray:
    """Unit vectors clustered about as MiniLM's are: topics of some forty passages, a mean cosine of 0.6 within a topic."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(max(8, count // 40), DIMENSION)).astype(np.float32)
    points = centres[rng.integers(0, len(centres), count)]
    points += np.float32(0.8) * rng.standard_normal((count, DIMENSION), np.float32)
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def best_ms(work: Callable[[], object], runs: int = 5) -> float:
    """The shortest of several runs in milliseconds."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - began))
    return min(times)


def bench_index(sizes: list[int]) -> None:
    """One line for each kind and size; the filter keeps a tenth of the passages."""
    print("| passages | kind | build s | snapshot MB | load s | query ms | filtered ms | recall@100 |")
    print("|---|---|---|---|---|---|---|---|")
    for size in sizes:
        source = Memory(texts_like(size))
        queries = texts_like(30, seed=1)
        # Near a stored text, as a question is.
        queries = (
            0.6 * source.matrix[:: max(1, size // 30)][:30]
            + 0.4 * queries[: len(source.matrix[:: max(1, size // 30)][:30])]
        )
        queries /= np.linalg.norm(queries, axis=1, keepdims=True)
        truth = [set(np.argsort(-(source.matrix @ q))[:100].tolist()) for q in queries]
        tenth = source.ids[::10]
        for kind, bounds in (("flat", (10**9, 10**9)), ("hnsw", (0, 10**9)), ("ivf", (0, 0))):
            index_module.HNSW_FROM, index_module.IVF_FROM = bounds  # type: ignore[misc]
            source.snapshot = b""
            index = VectorIndex(source, DIMENSION)
            began = time.perf_counter()
            index.refresh()
            build = time.perf_counter() - began
            again = VectorIndex(source, DIMENSION)
            load = best_ms(again.refresh, 1) / 1000
            found = [{hit.id for hit in index.search(q, 100)} for q in queries]
            share = np.mean([len(f & t) / 100 for f, t in zip(found, truth, strict=True)])
            query = np.median([best_ms(partial(index.search, q, 100), 3) for q in queries])
            filtered = np.median([best_ms(partial(index.search, q, 100, tenth), 3) for q in queries[:10]])
            print(
                f"| {size:,} | {kind} | {build:.1f} | {len(source.snapshot) / 1e6:.0f} | {load:.2f} | {query:.1f} "
                f"| {filtered:.1f} | {share:.3f} |",
                flush=True,
            )


_EMBED = """
import sys, time
from pathlib import Path
from assistant.retrieval import embed
count, heavy = int(sys.argv[1]), sys.argv[2] == "heavy"
embed.HEAVY_FROM = 0 if heavy else 10**9
text = "Amoxicillin is a penicillin antibiotic that treats infections of the ear, nose, throat, skin and bladder. "
texts = [f"Passage {i}. " + text * (4 + i % 5) for i in range(count)]
began = time.perf_counter()
embed.MiniLM().passages(texts)
print(time.perf_counter() - began)
"""


def bench_embed(counts: list[int]) -> None:
    """Seconds from a fresh process to the vectors of so many passages of some 150 tokens."""
    print("| passages | numpy s | sentence-transformers s |")
    print("|---|---|---|")
    for count in counts:
        took = []
        for way in ("light", "heavy"):
            done = subprocess.run(
                [sys.executable, "-c", _EMBED, str(count), way],
                capture_output=True,
                text=True,
                check=True,
                env=os.environ,
            )
            took.append(float(done.stdout))
        print(f"| {count} | {took[0]:.1f} | {took[1]:.1f} |", flush=True)


def bench_steps(folder: Path, splits: list[str]) -> None:
    """nDCG@10 and recall@100 as the ranking is put together, step by step."""
    from assistant.retrieval.expand import match_expression
    from assistant.retrieval.index import VectorIndex
    from assistant.retrieval.search import DENSE_WEIGHT, FIELD_WEIGHTS, by_document, fuse
    from assistant.retrieval.sentence_vectors import blended, nearest

    data = {split: read_beir(folder, split) for split in splits}
    with tempfile.TemporaryDirectory() as scratch, throw_away_vault(Path(scratch) / "vault") as vault:
        embedder = MiniLM()
        _, owner = fill(vault, next(iter(data.values())).documents, embedder)
        index = VectorIndex(vault, DIMENSION)
        ids = vault.visible_ids(None)
        for split, collection in data.items():
            tables: dict[str, list[tuple[float, float]]] = {}
            for q, text in collection.queries.items():
                vector = embedder.query([text])[0]
                lexical = dict(vault.bm25(match_expression(text), 300, None, FIELD_WEIGHTS))
                plain = dict(vault.bm25(match_expression(text), 300, None, (1.0, 1.0, 1.0)))
                cosines = {hit.id: hit.score for hit in index.search(vector, 300, ids)}
                whole = cosines | index.cosines(vector, np.array([i for i in lexical if i not in cosines], np.int64))
                ranked = fuse(lexical, whole)
                kept = vault.sentence_vectors(whole)
                close = dict(zip(kept, nearest(vector, list(kept.values())), strict=True))
                late = fuse(lexical, {i: blended(cosine, close.get(i, cosine)) for i, cosine in whole.items()})
                runs = {
                    "dense": _documents(cosines, owner),
                    "BM25, all fields alike": _documents(plain, owner),
                    "BM25, fields weighted": _documents(lexical, owner),
                    "reciprocal-rank fusion (k=60)": _documents(_rrf(lexical, cosines), owner),
                    "convex combination, lists only": _documents(
                        {r.id: r.score for r in fuse(lexical, cosines)}, owner
                    ),
                    "+ exact cosine of every candidate": _documents({r.id: r.score for r in ranked}, owner),
                    "+ best of each part over a document": [d for d, _ in by_document(ranked, owner)],
                    "+ cosine of the nearest sentence": [d for d, _ in by_document(late, owner)],
                }
                for name, run in runs.items():
                    judged = collection.judgements[q]
                    tables.setdefault(name, []).append((ndcg(run, judged), recall(run, judged)))
            print(
                f"\n{split}: {len(collection.queries)} queries, weight {DENSE_WEIGHT}\n\n| step | nDCG@10 | recall@100 |\n|---|---|---|"
            )
            for name, values in tables.items():
                gain, share = np.mean(values, axis=0)
                print(f"| {name} | {gain:.4f} | {share:.4f} |", flush=True)


def _documents(scores: dict[int, float], owner: dict[int, str]) -> list[str]:
    ordered = sorted(scores, key=lambda i: (-scores[i], i))
    return list(dict.fromkeys(owner[i] for i in ordered))


def _rrf(*lists: dict[int, float], k: int = 60) -> dict[int, float]:
    total: dict[int, float] = {}
    for scores in lists:
        for rank, i in enumerate(sorted(scores, key=lambda i: (-scores[i], i)), 1):
            total[i] = total.get(i, 0.0) + 1 / (k + rank)
    return total


def bench_latency(sizes: list[int]) -> None:
    """Search over passages of Zipfian words with clustered vectors, real vault, real query embedder."""
    from assistant.retrieval.search import Retriever

    rng = np.random.default_rng(3)
    print("| passages | first search s | median ms | p95 ms |")
    print("|---|---|---|---|")
    for size in sizes:
        vectors = texts_like(size, seed=2)
        with tempfile.TemporaryDirectory() as scratch, throw_away_vault(Path(scratch) / "vault") as vault:
            with vault.transaction():
                for first in range(0, size, 20):
                    count = min(20, size - first)
                    parts = [" ".join(f"w{n}" for n in rng.zipf(1.3, 130) % 50_000) for _ in range(count)]
                    text = "\n\n".join(parts)
                    starts = np.cumsum([0, *(len(p) + 2 for p in parts[:-1])]).tolist()
                    chunks = [Chunk(p, s, s + len(p)) for p, s in zip(parts, starts, strict=True)]
                    document = Document(f"w{first} w{first + 1}", text, f"{first}.txt", labels=frozenset({"public"}))
                    vault.put_document(document, chunks, vectors[first : first + count], content_hmac="")
            retriever = Retriever(vault, embedder := MiniLM())
            embedder.query(["warm"])
            questions = [
                f"what is the {i} of " + " ".join(f"w{n}" for n in rng.zipf(1.3, 8) % 50_000) for i in range(40)
            ]
            began = time.perf_counter()
            retriever.search(questions[0], allowed=None)
            cold = time.perf_counter() - began
            times = [best_ms(partial(retriever.search, q, allowed=None), 1) for q in questions[1:]]
            print(f"| {size:,} | {cold:.2f} | {np.median(times):.1f} | {np.percentile(times, 95):.1f} |", flush=True)


def bench_open(folder: Path, limit: int | None) -> None:
    """How often the gold document of an answerable question is among the first passages."""
    from assistant.intake.run import ingest
    from assistant.retrieval.search import Retriever

    lines = (folder / "questions.dev.jsonl").read_text(encoding="utf-8").splitlines()
    items = [item for item in map(json.loads, lines) if item["answerable"]][:limit]
    with tempfile.TemporaryDirectory() as scratch, throw_away_vault(Path(scratch) / "vault") as vault:
        embedder = MiniLM()
        ingest([folder / "documents"], vault=vault, embedder=embedder)
        retriever = Retriever(vault, embedder)
        names = {info.id: Path(info.source).name for info in vault.documents("default")}
        places = []
        for item in items:
            found = [names[p.document_id] for p in retriever.search(item["question"], allowed=None, k=8)]
            places.append(found.index(item["document"]) if item["document"] in found else 99)
    shares = {f"top {k}": round(float(np.mean([place < k for place in places])), 4) for k in (1, 3, 5, 8)}
    print(json.dumps({"questions": len(items), **shares}))


def main() -> None:
    """Dispatch on the first word."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["index", "embed", "steps", "latency", "open"])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--sizes", type=int, nargs="+", default=[5_000, 20_000, 60_000, 200_000])
    parser.add_argument("--counts", type=int, nargs="+", default=[25, 50, 100, 200, 400])
    parser.add_argument("--splits", nargs="+", default=["train", "test"])
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    if options.what in ("steps", "open") and options.folder is None:
        parser.error("give the data folder")
    {
        "index": lambda: bench_index(options.sizes),
        "embed": lambda: bench_embed(options.counts),
        "steps": lambda: bench_steps(options.folder, options.splits),
        "latency": lambda: bench_latency(options.sizes),
        "open": lambda: bench_open(options.folder, options.limit),
    }[options.what]()


if __name__ == "__main__":
    main()
