"""Log-probabilities from shared beginnings against those of each sequence read on its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import ModelError
from assistant.evaluate.likelihood import LocalModel, PrefixTree


def test_shared_beginnings_have_one_place() -> None:
    tree = PrefixTree()
    assert tree.add([5, 6, 7]) == [0, 1, 2]
    assert (tree.fresh([5, 6, 8, 9]), tree.fresh([5, 6])) == (2, 0)
    assert tree.add([5, 6, 8, 9]) == [0, 1, 3, 4]
    # The same token after another beginning is another node.
    assert tree.add([6, 7]) == [5, 6]
    assert tree.depths == [0, 1, 2, 2, 3, 0, 1]


def test_a_token_sees_its_own_beginning_only() -> None:
    torch = pytest.importorskip("torch")
    tree = PrefixTree()
    tree.add([5, 6, 7])
    tree.add([5, 8])
    assert torch.equal(tree.mask().int(), torch.tensor([[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 0, 0, 1]]))


@pytest.fixture(scope="module")
def local(models: Path) -> LocalModel:
    """The writer's weights, made into numbers once: that takes longer than all that is asked of them here."""
    return LocalModel(models / "SmolLM2-135M-Instruct.Q4_1.gguf")


@pytest.mark.weights
@pytest.mark.parametrize("nodes", [512, 20])
def test_the_scores_are_those_of_each_sequence_alone(local: LocalModel, nodes: int) -> None:
    import torch

    local.nodes = nodes
    before = "The nurse called. Question: Who called? Answer:"
    pairs = [
        (before, " The nurse"),
        ("", "The nurse called a doctor."),
        (before, " Nobody knows it"),
        (before, " The nurse"),
        ("The nurse called the doctor. Question: Who was called? Answer:", " The doctor was called, and he came"),
    ]
    found = local.score(pairs)
    for (head, text), (total, number) in zip(pairs, found, strict=True):
        start = local.tokenizer.bos_token_id
        first = [start, *(local.tokenizer(head)["input_ids"] if head else [])]
        ids = first + local.tokenizer(text)["input_ids"]
        with torch.inference_mode():
            given = torch.log_softmax(local.model(torch.tensor([ids])).logits[0], dim=-1)
        alone = sum(float(given[i - 1, ids[i]]) for i in range(len(first), len(ids)))
        assert (total, number) == (pytest.approx(alone, abs=1e-2), len(ids) - len(first))


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="missing"):
        LocalModel(tmp_path / "none.gguf")
