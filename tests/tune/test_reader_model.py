"""The reader's network for training."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.reading.reader import ENCODER

torch = pytest.importorskip("torch")


def test_one_answer_and_three_support_logits_a_pair(models: Path) -> None:
    from assistant.tune.reader_model import Model

    model = Model(models / ENCODER, 1)
    ids = torch.tensor([[101, 2054, 102, 2009, 2003, 102], [101, 2040, 102, 2002, 102, 0]])
    types = torch.tensor([[0, 0, 0, 1, 1, 1], [0, 0, 0, 1, 1, 0]])
    starts, ends, answer, support = model(ids, (ids != 0).long(), types)
    assert starts.shape == ends.shape == (2, 6)
    assert answer.shape == (2,)
    assert support.shape == (2, 3)
    assert not any(p.requires_grad for name, p in model.named_parameters() if "word_embeddings" in name)
