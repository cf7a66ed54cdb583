"""Rounding in training is that of the file, the gradient passes, and a model trained with it loses less when it is rounded."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.models import ggml
from assistant.packs.pack import Prompts
from assistant.tune.base import load_base
from assistant.tune.examples import encode
from assistant.tune.fake_quant import TYPES, fake_quantized, rounded, straight_through
from assistant.tune.loop import Schedule
from assistant.tune.lora import LoraSettings, trainable, tune_lora
from assistant.tune.rows import Row
from assistant.tune.writer_task import WriterTask

torch = pytest.importorskip("torch")
pytest.importorskip("peft")
PROMPTS = Prompts("You answer.", "[{n}] {text}", "{sources}\n{question}", ())


@pytest.mark.parametrize("kind", TYPES[1:])
def test_the_rounding_is_that_of_ggml_number_for_number(kind: str) -> None:
    torch.manual_seed(3)
    weight = torch.randn(64, 96)
    weight[0] = 0
    weight[1, :32] = torch.tensor([1.0, -1.0] * 16)  # which of two equals is exact decides the sign of the scale
    number = ggml.KINDS[kind]
    stored = ggml.from_floats(number, weight.numpy(), None, 1)
    expected = torch.from_numpy(ggml.to_floats(number, stored, weight.numel()).reshape(64, 96))
    assert torch.equal(rounded(weight, kind), expected)
    assert not torch.equal(expected, weight)


def test_the_gradient_is_that_of_the_weight_itself() -> None:
    weight = torch.randn(4, 32, requires_grad=True)
    factors = torch.randn(4, 32)
    (straight_through(weight, "Q4_0") * factors).sum().backward()
    assert torch.equal(weight.grad, factors)


def test_rows_that_are_no_blocks_and_unknown_types_are_refused(tiny: Path) -> None:
    with pytest.raises(UsageError, match="no whole blocks"):
        rounded(torch.ones(2, 40), "Q4_0")
    with pytest.raises(UsageError, match="Q9"), fake_quantized(load_base(str(tiny), dtype="float32").model, "Q9"):
        pass


def test_layers_compute_with_rounded_weights_within_and_as_before_after(tiny: Path) -> None:
    model = load_base(str(tiny), dtype="float32").model
    ids = torch.arange(5, 25)[None]
    with torch.no_grad():
        plain = model(ids).logits
        with fake_quantized(model, "Q4_0"):
            within = model(ids).logits
        assert torch.equal(model(ids).logits, plain)
        for name, parameter in model.named_parameters():
            if "_proj" in name:
                parameter.copy_(rounded(parameter, "Q4_0"))
        assert torch.allclose(model(ids).logits, within, atol=1e-5)
    assert not torch.allclose(plain, within, atol=1e-2)


def _loss_when_rounded(tiny: Path, rows: list[Row], folder: Path, kind: str) -> float:
    base = load_base(str(tiny), dtype="float32")
    schedule = Schedule(steps=24, batch=2, every=6, rate=5e-3, patience=10)
    tune_lora(base, rows, PROMPTS, LoraSettings(rank=4, fake_quant=kind), schedule, folder)
    trained = {name: p for name, p in base.model.named_parameters() if p.requires_grad}
    task = WriterTask(base.model, encode(rows, PROMPTS, base.template, base.tokenizer), trained)
    with torch.no_grad(), fake_quantized(base.model, "Q4_0"):
        return task.held_out()


def test_what_was_trained_for_a_type_loses_less_in_it(tiny: Path, rows: list[Row], tmp_path: Path) -> None:
    after = _loss_when_rounded(tiny, rows, tmp_path / "after", "none")
    during = _loss_when_rounded(tiny, rows, tmp_path / "during", "Q4_0")
    assert during < after


def test_adapters_get_gradients_through_the_rounding(tiny: Path) -> None:
    model = load_base(str(tiny), dtype="float32").model
    trained = trainable(model, LoraSettings(rank=2), seed=1)
    with fake_quantized(model, "Q4_0"):
        model(torch.arange(5, 25)[None]).logits.square().mean().backward()
    assert any(p.grad is not None and bool(p.grad.abs().sum() > 0) for n, p in trained.items() if "lora_B" in n)
