"""Training that knows its weights will be rounded: linear layers compute with what a quantized file would hold of them.

The rounding has no slope, so the gradient passes through it as if it were not there (the straight-through estimator; Jacob et al. 2018,
"Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference"). The rounding here is ggml's own, number
for number, of a row without an importance; types with blocks of 32 weights are known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from assistant.errors import UsageError

if TYPE_CHECKING:
    from torch import Tensor

BLOCK: Final = 32
TYPES: Final = ("none", "Q4_0", "Q8_0")


def rounded(weight: Tensor, kind: str) -> Tensor:
    """A matrix as a file of that type gives it back; float32. Raises UsageError where its rows are no whole number of blocks."""
    rows, columns = weight.shape
    if columns % BLOCK:
        raise UsageError(f"rows of {columns} weights are no whole blocks of {BLOCK}", remedy="leave fake_quant out")
    blocks = weight.detach().float().reshape(rows, columns // BLOCK, BLOCK)
    found = (_q4_0 if kind == "Q4_0" else _q8_0)(blocks)
    return found.reshape(rows, columns)


def _q4_0(blocks: Tensor) -> Tensor:
    """16 steps of one sixteenth of the block; the weight farthest from zero is the one that is exact."""
    import torch

    at = blocks.abs().argmax(-1, keepdim=True)
    scale = blocks.gather(-1, at) / -8
    inverse = torch.where(scale == 0, torch.zeros_like(scale), 1 / scale)
    steps = (blocks * inverse + 8.5).trunc().clamp(max=15)
    return (steps - 8) * scale.half().float()


def _q8_0(blocks: Tensor) -> Tensor:
    import torch

    scale = blocks.abs().amax(-1, keepdim=True) / 127
    inverse = torch.where(scale == 0, torch.zeros_like(scale), 1 / scale)
    scaled = blocks * inverse
    # C rounds halves away from zero, torch to the even number.
    steps = scaled.sign() * (scaled.abs() + 0.5).floor()
    return steps * scale.half().float()


def straight_through(weight: Tensor, kind: str) -> Tensor:
    """The rounded matrix, with the gradient of the one that was rounded."""
    return weight + (rounded(weight, kind) - weight.detach())


@contextmanager
def fake_quantized(model: Any, kind: str) -> Iterator[None]:
    """Within, each linear layer of the model's blocks computes with rounded weights, adapters added in before; "none" changes nothing.

    Embedding and head are left alone: files keep them in more bits. Raises UsageError for a type that is not known.
    """
    if kind not in TYPES:
        raise UsageError(f"nothing is trained for the type '{kind}'", remedy=f"choose one of: {', '.join(TYPES)}")
    before: list[tuple[Any, Callable[..., Any]]] = []
    try:
        if kind != "none":
            for module in _linear(model):
                before.append((module, module.forward))
                module.forward = _rounding(module, kind)
        yield
    finally:
        for module, forward in before:
            module.forward = forward


def _linear(model: Any) -> list[Any]:
    """The linear layers of the blocks; one that carries an adapter stands for the layer below it."""
    from peft.tuners.lora import LoraLayer
    from torch import nn

    found: list[Any] = []
    for name, module in model.named_modules():
        inside = ".layers." in f".{name}." and ".base_layer" not in name and ".lora_" not in name
        if inside and (isinstance(module, nn.Linear | LoraLayer)):
            found.append(module)
    return found


def _rounding(module: Any, kind: str) -> Callable[[Tensor], Tensor]:
    from torch.nn import functional

    def forward(inputs: Tensor, *_: Any, **__: Any) -> Tensor:
        whole, bias = _whole(module)
        return functional.linear(inputs, straight_through(whole, kind).to(inputs.dtype), bias)

    return forward


def _whole(module: Any) -> tuple[Tensor, Tensor | None]:
    """The matrix that a layer multiplies by, its adapter added, in float32; and its bias."""
    layer = getattr(module, "base_layer", module)
    whole = layer.weight.float()
    for name, below in getattr(module, "lora_B", {}).items():
        whole = whole + module.scaling[name] * (below.weight.float() @ module.lora_A[name].weight.float())
    return whole, layer.bias
