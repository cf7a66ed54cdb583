from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.errors import ModelError
from assistant.reading.network import MAX_SPAN, Network, best_span, dequantize
from assistant.reading.reader import ENCODER, WEIGHTS, WEIGHTS_SHA256, Reader

WARD = (
    "The clinic opened in 1962 with forty beds. Doctor Amara Osei led the cardiology ward for ten years. "
    "The garden has old oak trees."
)


@pytest.fixture(scope="module")
def reader(models: Path) -> Reader:
    return Reader.load(encoder=models / ENCODER)


def test_a_question_longer_than_the_input_is_read_by_its_head(reader: Reader) -> None:
    asked = "Who led the cardiology ward?"
    long = reader.read(f"{asked} {'a b c d e ' * 200}", [WARD])[0]
    assert 0.0 <= long.answerable <= 1.0
    assert WARD[long.start : long.end] == long.text


def test_pairs_read_together_are_read_as_each_alone(models: Path) -> None:
    """The slow way is one pair at a time; passes side by side, sorted by length, must not change a decision."""
    network = Network.load(WEIGHTS, WEIGHTS_SHA256, models / ENCODER)
    pairs = [("Who led the cardiology ward?", f"{WARD} " * (1 + n % 4) + f"Room {n} is free.") for n in range(9)]
    together = network.run(pairs)
    assert len(together) == len(pairs)
    for pair, read in zip(pairs, together, strict=True):
        alone = network.run([pair])[0]
        assert read.answer == pytest.approx(alone.answer, abs=1e-4)
        assert np.allclose(read.support, alone.support, atol=1e-4)
        assert np.allclose(read.logits, alone.logits, atol=1e-4)
        assert (read.span().start, read.span().end) == (alone.span().start, alone.span().end)


def test_best_span_keeps_to_what_is_allowed() -> None:
    logits = np.full((MAX_SPAN + 30, 2), -5.0, np.float32)
    logits[1] = 9.0
    logits[4, 0] = 3.0
    logits[5, 1] = 2.0
    logits[3, 1] = 4.0
    logits[MAX_SPAN + 20, 1] = 8.0
    allowed = np.ones(len(logits), bool)
    allowed[:3] = False
    score, first, last = best_span(logits, allowed)
    assert (first, last) == (4, 5)
    assert score == pytest.approx(5.0)
    assert best_span(logits, np.zeros(len(logits), bool)) == (-1e4, 0, 0)


def test_dequantized_rows() -> None:
    arrays = {"a": np.array([[127, -127], [64, 0]], np.int8), "a.scale": np.array([0.5, 2.0], np.float32)}
    assert np.allclose(dequantize(arrays)["a"], [[63.5, -63.5], [128.0, 0.0]])


def test_network_without_its_encoder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="encoder cannot be read"):
        Network.load(WEIGHTS, WEIGHTS_SHA256, tmp_path)
