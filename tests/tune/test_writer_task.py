"""The loss is that of transformers on the answer's tokens alone, however rows are put together."""

from __future__ import annotations

import pytest

from assistant.errors import ModelError
from assistant.tune.examples import Encoded, Example
from assistant.tune.writer_task import WriterTask, spread

from .conftest import random_model

torch = pytest.importorskip("torch")
ONE = Example((5, 6, 7, 8), (9, 10))
TWO = Example((11, 12), (13, 14, 15))


def _reference(model: object, example: Example) -> float:
    ids = torch.tensor([example.ids])
    labels = torch.tensor([[-100] * len(example.prompt) + list(example.answer)])
    with torch.no_grad():
        return float(model(input_ids=ids, labels=labels).loss) * len(example.answer)


def test_the_loss_is_that_of_the_answers() -> None:
    model = random_model()
    task = WriterTask(model, Encoded((ONE, TWO), (TWO,), 0), dict(model.named_parameters()))
    expected = (_reference(model, ONE) + _reference(model, TWO)) / 5
    with torch.no_grad():
        assert float(task.loss([0, 1])) == pytest.approx(expected, abs=1e-4)
        assert task.held_out() == pytest.approx(_reference(model, TWO) / 3, abs=1e-4)


def test_a_task_without_anything_to_measure_or_train_is_refused() -> None:
    model = random_model()
    with pytest.raises(ModelError, match="held-out"):
        WriterTask(model, Encoded((ONE,), (), 0), dict(model.named_parameters()))
    with pytest.raises(ModelError, match="nothing"):
        WriterTask(model, Encoded((ONE,), (TWO,), 0), {})


def test_few_examples_are_taken_at_even_distances() -> None:
    many = [Example((at,), (1,)) for at in range(10)]
    assert [example.prompt[0] for example in spread(many, 4)] == [0, 3, 6, 9]
    assert spread(many, 20) == many
