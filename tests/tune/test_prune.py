"""What is taken out is what matters least, the rest computes as before, and zeros stay zeros while the model recovers."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.tune.base import load_base
from assistant.tune.examples import Example
from assistant.tune.loop import Schedule
from assistant.tune.prune import PruneSettings, block_importance, drop_heads, drop_neurons, prune, size_of, tune_prune
from assistant.tune.rows import Row

from .conftest import random_model
from .test_lora import PROMPTS

torch = pytest.importorskip("torch")
READ = [Example(tuple(range(3, 40)), (41, 42, 2)), Example(tuple(range(60, 80)), (5, 6, 2))]
IDS = torch.tensor([list(range(3, 40))])


def test_a_layer_that_does_nothing_is_taken_out_first() -> None:
    model = random_model()
    for name in ("self_attn.o_proj", "mlp.down_proj"):
        torch.nn.init.zeros_(model.model.layers[2].get_submodule(name).weight)
    before = model(input_ids=IDS).logits
    importance = block_importance(model, READ)
    assert importance[2] == pytest.approx(0.0, abs=1e-5)
    assert min(importance[:2] + importance[3:]) > 0.01
    taken = prune(model, READ, PruneSettings(layers=1))
    assert taken.layers == (2,)
    assert torch.allclose(model(input_ids=IDS).logits, before, atol=1e-4)


def test_heads_and_neurons_that_add_nothing_are_taken_out_first() -> None:
    model = random_model()
    for layer in model.model.layers:
        layer.self_attn.o_proj.weight.data[:, 32:] = 0  # the second group: heads 3 and 4 of 16 each
        layer.mlp.down_proj.weight.data[:, :40] = 0
    before, size = model(input_ids=IDS).logits, size_of(model)
    prune(model, READ, PruneSettings(head_groups=1, neurons=40))
    assert (model.config.num_attention_heads, model.config.num_key_value_heads) == (2, 1)
    assert model.config.intermediate_size == 88
    assert size_of(model) < size
    assert torch.allclose(model(input_ids=IDS).logits, before, atol=1e-4)


def test_taking_out_what_matters_changes_the_model() -> None:
    for take in (drop_heads, drop_neurons):
        model = random_model()
        before = model(input_ids=IDS).logits
        size = 4 if take is drop_heads else 128
        take(model, [torch.arange(float(size))] * 4, 1)
        assert not torch.allclose(model(input_ids=IDS).logits, before, atol=1e-2)


@pytest.mark.parametrize(
    "settings",
    [PruneSettings(layers=1, head_groups=1, neurons=28), PruneSettings(sparse=True)],
    ids=["smaller", "two of four"],
)
def test_a_pruned_model_recovers_and_is_written(
    settings: PruneSettings, tiny: Path, rows: list[Row], tmp_path: Path
) -> None:
    base = load_base(str(tiny), dtype="float32")
    schedule = Schedule(steps=12, batch=3, every=4, rate=3e-3)
    made = tune_prune(base, rows, PROMPTS, settings, schedule, tmp_path)
    assert made.result.best.held < made.result.history[0].held
    model = load_base(str(made.file), dtype="float32").model
    assert model.config.num_hidden_layers == 4 - settings.layers
    if settings.sparse:
        for name, parameter in model.named_parameters():
            if ".layers." in name and parameter.ndim == 2:
                fours = (parameter.reshape(parameter.shape[0], -1, 4) != 0).sum(-1)
                assert int(fours.max()) <= 2, name
    else:
        assert model.config.head_dim == 16
        assert size_of(model) == made.manifest.settings["size"]


def test_nothing_or_everything_cannot_be_taken_out() -> None:
    for settings in (
        PruneSettings(),
        PruneSettings(layers=4),
        PruneSettings(head_groups=2),
        PruneSettings(neurons=128),
    ):
        with pytest.raises(UsageError):
            prune(random_model(), READ, settings)
