"""Similarity over encrypted vectors (CKKS, TenSEAL) beside the plain kind: accuracy, time, size.

    python -m bench.encrypted_search [--vectors 1000] [--queries 3]

Whoever asks holds the secret key; whoever searches sees the context without it. Two ways: (a) the query is encrypted and the
stored vectors are plain, (b) both are encrypted. Vectors are random unit vectors with a planted near neighbour for each query:
closer scores than in text, so the ranking is the harder test. Prints JSON; needs the dependency group `bench`.
"""

from __future__ import annotations

import argparse
import json
import time

import numpy as np
import tenseal

DIMENSION = 384


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--vectors", type=int, default=1000)
    options.add_argument("--queries", type=int, default=3)
    given = options.parse_args()
    rng = np.random.default_rng(20261129)
    stored = _unit(rng.normal(size=(given.vectors, DIMENSION)))
    queries = _unit(
        stored[rng.choice(given.vectors, given.queries)] + 0.05 * rng.normal(size=(given.queries, DIMENSION))
    )
    # 128-bit security at N=8192 allows 218 bits of modulus (homomorphicencryption.org standard, table 1).
    holder = tenseal.context(tenseal.SCHEME_TYPE.CKKS, 8192, coeff_mod_bit_sizes=[60, 40, 40, 60])
    holder.global_scale = 2**40
    holder.generate_galois_keys()
    public = tenseal.context_from(holder.serialize(save_secret_key=False))
    begun = time.perf_counter()
    sealed = [tenseal.ckks_vector(holder, row).serialize() for row in stored]
    took_sealing = time.perf_counter() - begun
    loaded = [tenseal.ckks_vector_from(public, item) for item in sealed]
    begun = time.perf_counter()
    for query in queries:
        np.argsort(stored.astype(np.float32) @ query.astype(np.float32))[::-1][:10]
    plain_s = (time.perf_counter() - begun) / given.queries
    report = {
        "vectors": given.vectors,
        "queries": given.queries,
        "plain": {"seconds_a_query": plain_s, "bytes_stored": stored.shape[0] * DIMENSION * 4},
        "public_context_bytes": len(public.serialize()),
        "encrypted_bytes_stored": sum(map(len, sealed)),
        "seconds_to_encrypt_all": took_sealing,
        "query_encrypted": _run(holder, public, stored, queries, [row.tolist() for row in stored]),
        "both_encrypted": _run(holder, public, stored, queries, loaded),
    }
    print(json.dumps(report, indent=1))


def _run(holder, public, stored, queries, targets) -> dict[str, float]:
    """Search every query over `targets` (plain rows or encrypted vectors), decrypt the scores, compare with the exact ones."""
    first = top = 0
    worst = 0.0
    seconds = []
    reply = 0
    for query in queries:
        sent = tenseal.ckks_vector(holder, query).serialize()
        begun = time.perf_counter()
        asked = tenseal.ckks_vector_from(public, sent)
        replies = [asked.dot(target).serialize() for target in targets]
        scores = np.array([tenseal.ckks_vector_from(holder, item).decrypt()[0] for item in replies])
        seconds.append(time.perf_counter() - begun)
        reply = sum(map(len, replies))
        exact = stored @ query
        worst = max(worst, float(np.abs(scores - exact).max()))
        first += int(scores.argmax() == exact.argmax())
        top += len(set(scores.argsort()[-10:]) & set(exact.argsort()[-10:]))
    return {
        "seconds_a_query": float(np.mean(seconds)),
        "bytes_of_a_reply": reply,
        "same_first": first / len(queries),
        "same_top_10": top / (10 * len(queries)),
        "largest_error_of_a_score": worst,
    }


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


if __name__ == "__main__":
    main()
