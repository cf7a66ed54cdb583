"""Counterfactual twins, the pairing penalty and weight decay, on a model small enough to train in a second."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from assistant.fairness.attributes import compiled
from assistant.packs.pack import load_pack
from assistant.tune.fairness import Example, augmented, groups_of, pairing_loss, train, twins

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def words() -> Any:
    return compiled(load_pack("healthcare").lexicon)


def test_a_question_that_names_a_group_gets_twins(words: Any) -> None:
    found = twins(words, [Example("Can a woman visit?", "Yes, from two to eight.")])
    assert {twin.second for twin in found} == {"Can a patient visit?", "Can a man visit?"}
    assert all(twin.answer == "Yes, from two to eight." for twin in found)


def test_an_answer_about_a_group_is_left_alone(words: Any) -> None:
    example = Example("What is the dose for a woman?", "Women take half the dose.")
    assert augmented(words, [example]) == [example]


def test_augmentation_adds_each_question_once(words: Any) -> None:
    examples = [Example("Can a woman visit?", "Yes."), Example("Can a man visit?", "Yes.")]
    questions = [example.question for example in augmented(words, examples)]
    assert len(questions) == len(set(questions)) == 3


class Tiny(torch.nn.Module):  # type: ignore[misc]
    """A causal model of one recurrent layer over a vocabulary of 12."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.embed = torch.nn.Embedding(12, 16)
        self.body = torch.nn.GRU(16, 16, batch_first=True)
        self.norm = torch.nn.LayerNorm(16)
        self.head = torch.nn.Linear(16, 12)

    def forward(self, input_ids: Any) -> Any:
        return SimpleNamespace(logits=self.head(self.norm(self.body(self.embed(input_ids))[0])))


ROWS = [(torch.tensor([[1, 2, 4]]), torch.tensor([[1, 3, 4]]), torch.tensor([[5, 6]]))]


def test_the_penalty_is_zero_for_equal_questions_and_positive_for_others() -> None:
    model = Tiny()
    first, second, answer = ROWS[0]
    assert pairing_loss(model, first, first, answer).item() == pytest.approx(0.0, abs=1e-7)
    assert pairing_loss(model, first, second, answer).item() > 0


def test_training_with_the_penalty_brings_the_answers_together() -> None:
    rows = [*ROWS, (torch.tensor([[1, 3, 4]]), torch.tensor([[1, 2, 4]]), torch.tensor([[7, 8]]))]
    # The two rows teach opposite answers for the two groups: only the penalty speaks against that.
    with_it = train(Tiny(), rows, strength=20.0, weight_decay=0.01, steps=120, rate=1e-2)
    without = train(Tiny(), rows, strength=0.0, weight_decay=0.01, steps=120, rate=1e-2)
    assert with_it["pairing_after"] < 0.1 * without["pairing_after"]


def test_weight_decay_spares_norms_and_biases() -> None:
    decayed, plain = groups_of(Tiny(), 0.1)
    assert decayed["weight_decay"] == 0.1
    assert plain["weight_decay"] == 0.0
    assert len(decayed["params"]) == 4  # embedding, two recurrent matrices, head
