"""Many passages through one sentence-transformers model: independent workers of one thread each, batches of one length.

Two threads inside one matrix product wait for each other at its end; where anything else runs on the machine, each such
wait lasts as long as the other program's turn. Workers that share nothing but the weights lose only what the others take:
figures in bench/embedding.py.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


Vectors = npt.NDArray[np.float32]

BATCH_TOKENS: Final = 2048
"""Tokens of one batch, padding included: 1,024 to 4,096 run alike, more no longer fit the second-level cache."""
BF16_GAIN: Final = 1.5
"""bf16 is taken where its matrix product takes less than 1/1.5 of the time of float32. With AMX it is several times
faster; with AVX512-BF16 alone it was slower (84 against 139 GFLOP/s), so that the name of the instruction set says nothing."""


def encode(model: SentenceTransformer, ids: Sequence[Sequence[int]], threads: int) -> Vectors:
    """Unit vectors of texts given as token ids, shape (len(ids), width), in the order given.

    `model` is a SentenceTransformer; `threads` is the number of workers. Residuals and norms stay in float32 also where the
    matrix products are done in bf16.
    """
    import torch

    found = batches([len(one) for one in ids])
    bf16 = _bf16_pays()
    width = int(model.get_embedding_dimension())
    result = np.zeros((len(ids), width), np.float32)

    def run(batch: list[int]) -> None:
        longest = len(ids[batch[0]])
        tokens = np.zeros((len(batch), longest), np.int64)
        mask = np.zeros((len(batch), longest), np.int64)
        for row, i in enumerate(batch):
            tokens[row, : len(ids[i])] = ids[i]
            mask[row, : len(ids[i])] = 1
        features = {"input_ids": torch.from_numpy(tokens), "attention_mask": torch.from_numpy(mask)}
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            vectors = model(features)["sentence_embedding"]
        result[batch] = torch.nn.functional.normalize(vectors.float()).numpy()

    _in_threads(run, found, threads)
    return result


def batches(lengths: Sequence[int], budget: int = BATCH_TOKENS) -> list[list[int]]:
    """Places of texts by falling length, in batches of at most `budget` tokens with their padding.

    The longest go first, so that the workers end at nearly the same moment.
    """
    found: list[list[int]] = []
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if not found or (len(found[-1]) + 1) * lengths[found[-1][0]] > budget:
            found.append([])
        found[-1].append(i)
    return found


def _in_threads(run: Callable[[list[int]], None], work: Sequence[list[int]], threads: int) -> None:
    import torch

    before = torch.get_num_threads()
    pool = ThreadPoolExecutor(max(1, threads), "embed", initializer=torch.set_num_threads, initargs=(1,))
    try:
        list(pool.map(run, work))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        # A worker's setting is also the default of threads started later; whoever else uses torch keeps its own.
        torch.set_num_threads(before)


@cache
def _bf16_pays() -> bool:
    """Whether this processor multiplies in bf16 so much faster than in float32 that the rounding is worth it."""
    import torch

    if not torch.cpu.get_capabilities().get("amx_bf16"):
        return False
    seconds = {}
    with torch.inference_mode():
        for kind in (torch.float32, torch.bfloat16):
            left, right = torch.ones(1024, 384, dtype=kind), torch.ones(1536, 384, dtype=kind)
            torch.nn.functional.linear(left, right)
            times = []
            for _ in range(3):
                started = time.perf_counter()
                torch.nn.functional.linear(left, right)
                times.append(time.perf_counter() - started)
            seconds[kind] = min(times)
    return seconds[torch.bfloat16] * BF16_GAIN < seconds[torch.float32]
