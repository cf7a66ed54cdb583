"""How fast the vault takes documents in, opens, searches, loads vectors, erases, backs up and rekeys.

Synthetic passages of 100 words from a Zipf-like vocabulary, 384-dimensional vectors. Prints one JSON object.
Usage: python bench/vault_speed.py [--passages 100000] [--per-document 10] [--folder DIR]
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from assistant.types import Chunk, Document
from assistant.vault import Secret, Vault, backup

RESULT: dict[str, float] = {}


@contextmanager
def timed(name: str, rounds: int = 1) -> Iterator[None]:
    """Wall-clock seconds, and processor seconds of this process, which a busy machine does not stretch."""
    start, cpu = time.perf_counter(), time.process_time()
    yield
    RESULT[name] = round((time.perf_counter() - start) / rounds, 4)
    RESULT[name.removesuffix("_s") + "_cpu_s"] = round((time.process_time() - cpu) / rounds, 4)
    print(name, RESULT[name], file=sys.stderr, flush=True)


def document(
    rng: random.Random, vocabulary: list[str], weights: list[float], n: int, number: int
) -> tuple[Document, list[Chunk]]:
    parts = [" ".join(rng.choices(vocabulary, cum_weights=weights, k=100)) + "." for _ in range(n)]
    chunks, at = [], 0
    for i, part in enumerate(parts):
        chunks.append(Chunk(part, at, at + len(part), f"Section {i}", f"row {i}"))
        at += len(part) + 1
    labels = frozenset({("public", "clinical", "billing")[number % 3]})
    return Document(f"Document {number}", " ".join(parts), f"synthetic/{number}.txt", labels=labels), chunks


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--per-document", type=int, default=10)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        run(Path(folder), options.passages, options.per_document)
    print(json.dumps(RESULT, indent=1))


def run(folder: Path, total: int, per_document: int) -> None:
    rng, numbers = random.Random(7), np.random.default_rng(7)
    vocabulary = ["".join(rng.choices("abcdefghijklmnopqrst", k=rng.randint(4, 10))) for _ in range(30_000)]
    weights = list(itertools.accumulate(1 / (rank + 10) for rank in range(len(vocabulary))))
    secret = Secret.passphrase("correct horse battery staple")
    with timed("create_s"):
        vault = Vault.create(folder / "v", secret)
    made = [document(rng, vocabulary, weights, per_document, i) for i in range(total // per_document)]
    vectors = numbers.standard_normal((per_document, 384)).astype(np.float32)
    with timed("put_s"):
        for i, (doc, chunks) in enumerate(made):
            vault.put_document(doc, chunks, vectors, content_hmac=vault.content_hmac(str(i).encode()))
    for clock in ("put", "put_cpu"):
        RESULT[f"{clock}_passages_per_s"] = round(len(made) * per_document / RESULT[f"{clock}_s"], 1)
    RESULT["vault_mb"] = round(vault.status().file_bytes / 1e6, 1)
    with timed("close_s"):
        vault.close()
    with timed("open_s"):
        vault = Vault.open(folder / "v", secret)
    queries = [" OR ".join(f'"{w}"' for w in rng.choices(vocabulary, cum_weights=weights, k=8)) for _ in range(20)]
    public = [frozenset({"public"})]
    for name, allowed in (("bm25_one_label_s", public), ("bm25_three_labels_s", None)):
        for query in queries:
            vault.bm25(query, 100, allowed)
        with timed(name, len(queries)):
            for query in queries:
                vault.bm25(query, 100, allowed)
    with timed("load_vectors_s"):
        vault.vectors()
    with timed("visible_ids_s"):
        vault.visible_ids(None)
    with timed("snapshot_save_150mb_s"):
        vault.save_snapshot("bench", vault.vector_epoch(), bytes(150_000_000))
    with timed("snapshot_load_150mb_s"):
        vault.load_snapshot("bench")
    with timed("audit_append_s", 200):
        for i in range(200):
            vault.audit.append("bench", {"n": i})
    with timed("audit_verify_200_s"):
        vault.audit.verify()
    with timed("delete_document_s"):
        vault.delete_document(vault.documents()[0].id)
    with timed("integrity_s"):
        problems = vault.integrity()
    assert not problems, problems
    with timed("backup_s"):
        backup(vault, folder / "vault.backup")
    with timed("rekey_full_s"):
        vault.rekey_full(secret)
    vault.close()


if __name__ == "__main__":
    main()
