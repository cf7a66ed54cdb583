"""WEAT and SEAT of the embedder before and after debiasing the question's vector, and what that costs in retrieval.

    python -m bench.fairness_associations ../shared/data/scifact [--documents 900] [--queries 150] [--json OUT]

nDCG@10 is that of the dense ranking alone (what the projection touches), on a fixed-seed sample: the queries, every document
judged relevant to one of them, and others at random up to the number of documents. 95% intervals by bootstrap over queries,
for the paired difference to the embedding as it is.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path
from typing import Any

import numpy as np

from assistant.evaluate.fairness import associations_part
from assistant.evaluate.metrics import ndcg
from assistant.evaluate.retrieval import read_beir
from assistant.fairness.debias import project, subspace
from assistant.fairness.metrics import mean_interval
from assistant.packs.pack import load_pack
from assistant.retrieval.embed import MiniLM

SEED = 7


def sample(folder: Path, documents: int, queries: int) -> tuple[list[tuple[str, str]], dict[str, str], dict[str, Any]]:
    """(record, text) of documents, texts of queries, judgements."""
    collection = read_beir(folder, "test")
    chooser = random.Random(SEED)
    chosen = chooser.sample(sorted(collection.judgements), min(queries, len(collection.judgements)))
    judged = {q: collection.judgements[q] for q in chosen}
    relevant = {record for grades in judged.values() for record in grades}
    texts = {d.metadata["record"]: f"{d.title}. {d.text}" for d in collection.documents}
    others = [record for record in texts if record not in relevant]
    kept = sorted(relevant) + chooser.sample(others, max(0, min(len(others), documents - len(relevant))))
    return [(record, texts[record]) for record in kept], {q: collection.queries[q] for q in chosen}, judged


def main() -> None:
    """Print, and with --json write, the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, default=900)
    parser.add_argument("--queries", type=int, default=150)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    begun = time.monotonic()
    embedder = MiniLM()
    rows, queries, judged = sample(given.folder, given.documents, given.queries)
    matrix = np.concatenate(
        [embedder.passages([text for _, text in rows[i : i + 64]]) for i in range(0, len(rows), 64)]
    )
    asked = embedder.query(list(queries.values()))
    basis = subspace(embedder.query)
    vectors = {"none": asked, "soft": project(asked, basis, "soft"), "hard": project(asked, basis, "hard")}
    scores: dict[str, list[float]] = {}
    for way, found in vectors.items():
        order = np.argsort(-(found @ matrix.T), axis=1, kind="stable")[:, :10]
        scores[way] = [ndcg([rows[i][0] for i in line], judged[q], 10) for q, line in zip(queries, order, strict=True)]
    retrieval = {
        way: {
            "ndcg10": round(float(np.mean(values)), 4),
            "change": [
                round(x, 4) for x in mean_interval([a - b for a, b in zip(values, scores["none"], strict=True)])
            ],
        }
        for way, values in scores.items()
    }
    result = {
        "associations": associations_part(embedder, load_pack("healthcare").lexicon),
        "scifact": {"documents": len(rows), "queries": len(queries), "dense": retrieval},
        "seconds": round(time.monotonic() - begun, 1),
    }
    print(json.dumps(result, indent=1))
    if given.json:
        given.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
