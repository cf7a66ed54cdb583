"""Encoding, batching and a short real training of the reader."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from assistant.tune import reader_train as training
from assistant.tune.reader_data import Example

WARD = "The clinic opened in 1962. Doctor Amara Osei led the cardiology ward. The garden is open."


def examples() -> list[Example]:
    at = WARD.index("Amara Osei")
    return [
        Example("Who led the cardiology ward?", WARD, at, at + 10, True, "a", "squad"),
        Example("Who led the eye ward?", WARD, -1, -1, False, "a", "squad"),
        Example("Is the garden open?", WARD, -1, -1, True, "a", "boolq"),
    ]


def test_batches_hold_every_row_once_and_keep_the_limit() -> None:
    lengths = [random.Random(i).randrange(5, 200) for i in range(300)]
    found = training.batches(lengths, 1000, random.Random(1))
    assert sorted(i for batch in found for i in batch) == list(range(300))
    assert all(len(batch) == 1 or max(lengths[i] for i in batch) * len(batch) <= 1000 for batch in found)


def test_best_span_is_ordered_and_short() -> None:
    starts = np.array([9.0, 0.0, 5.0, 0.0])
    ends = np.array([9.0, 6.0, 0.0, 1.0])
    assert training.best_span(starts, ends, 4) == (6.0, 1, 1) or training.best_span(starts, ends, 4) == (6.0, 2, 3)


def test_training_learns_three_examples(models: Path) -> None:
    pytest.importorskip("torch", reason="torch is not installed")
    pytest.importorskip("transformers", reason="transformers is not installed")
    from tokenizers import Tokenizer

    folder = models / "all-MiniLM-L6-v2"
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    rows = training.encode(tokenizer, examples())
    assert rows[1].first == 0
    assert rows[2].first == -1
    piece = tokenizer.decode(rows[0].ids[rows[0].first : rows[0].last + 1])
    assert piece == "amara osei"
    module = training.build(folder, 1)
    training.train(module, rows, training.Schedule(epochs=12, rate=2e-4), 1)
    heads = [p[0] for p in training.predict(module, rows)]
    assert heads[0] > 0 > heads[1]
    assert training.predict(module, rows)[0][3:] == (rows[0].first, rows[0].last)
