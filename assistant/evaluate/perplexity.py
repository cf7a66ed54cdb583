"""How a model reads a text, and how another reads it: perplexity, and what of the next token's probabilities moved.

Perplexity is exp of the mean negative log-likelihood of a token (nats). The divergence is Kullback and Leibler's (1951), in nats
a token, from the source's next-token distribution to the other's, over the whole vocabulary.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from assistant.evaluate.weights import name_in_file

if TYPE_CHECKING:
    from assistant.models.ggml import Floats

WINDOW: Final = 256
"""Tokens that are read together: about what a question with its sources has."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The log-probabilities of every next token in each window (tokens - 1, vocabulary), and the tokens that came."""

    given: Sequence[Any]
    windows: Sequence[Sequence[int]]

    @property
    def perplexity(self) -> float:
        """Over all windows together."""
        import torch

        total = sum(
            float(given.gather(1, torch.tensor(window[1:])[:, None]).sum())
            for given, window in zip(self.given, self.windows, strict=True)
        )
        return math.exp(-total / sum(len(window) - 1 for window in self.windows))


@dataclass(frozen=True, slots=True)
class Moved:
    """What moved between two models: `divergence` in nats a token, and the share of places with the same likeliest token."""

    divergence: float
    same_first: float


def windows(tokens: Sequence[int], most: int, size: int = WINDOW) -> list[list[int]]:
    """At most so many whole windows, spread evenly over the tokens."""
    whole = len(tokens) // size
    if not whole:
        return [list(tokens)] if len(tokens) > 1 else []
    chosen = sorted({round(i * (whole - 1) / max(1, most - 1)) for i in range(min(most, whole))})
    return [list(tokens[place * size : (place + 1) * size]) for place in chosen]


def read(model: Any, pieces: Sequence[Sequence[int]]) -> Reading:
    """Read each window by itself."""
    import torch

    given = []
    with torch.inference_mode():
        for piece in pieces:
            logits = model(input_ids=torch.tensor([list(piece)]), use_cache=False).logits[0, :-1]
            given.append(torch.log_softmax(logits.float(), dim=-1))
    return Reading(given, pieces)


def moved(source: Reading, other: Reading) -> Moved:
    """The other reading beside the source's; both of the same windows."""
    total = same = places = 0.0
    for one, two in zip(source.given, other.given, strict=True):
        total += float((one.exp() * (one - two)).sum())
        same += float((one.argmax(-1) == two.argmax(-1)).sum())
        places += len(one)
    return Moved(total / places, same / places)


def importance(model: Any, pieces: Sequence[Sequence[int]]) -> Mapping[str, Floats]:
    """For each matrix of the file the mean square of what it multiplies, column by column: llama.cpp's importance matrix.

    The input embedding multiplies nothing and has none; where it is the output too, it is kept in many bits anyway.
    """
    import torch

    sums: dict[str, Any] = {}
    seen = sum(len(piece) for piece in pieces)
    hooks = []
    for name, module in model.named_modules():
        target = name_in_file(name)
        if target is None or not isinstance(module, torch.nn.Linear) or name == "lm_head":
            continue

        def keep(_: object, inputs: tuple[Any, ...], target: str = target) -> None:
            squares = inputs[0].detach().float().pow(2).flatten(0, -2).sum(0)
            sums[target] = sums[target] + squares if target in sums else squares

        hooks.append(module.register_forward_pre_hook(keep))
    try:
        with torch.inference_mode():
            for piece in pieces:
                model.model(input_ids=torch.tensor([list(piece)]), use_cache=False)
    finally:
        for hook in hooks:
            hook.remove()
    return {name: (total / max(1, seen)).numpy() for name, total in sums.items()}
