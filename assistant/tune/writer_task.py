"""What a writer learns: the answers of a set, and with a penalty that they do not depend on the group a question names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from assistant.errors import ModelError
from assistant.tune.examples import Encoded, Example
from assistant.tune.fairness import pairing_loss
from assistant.tune.loop import padded

if TYPE_CHECKING:
    from torch import Tensor

HELD_MOST: Final = 48
"""Held-out examples that a measure reads: every so many steps the loss of all would take longer than the steps."""


class WriterTask:
    """Cross-entropy of the answers' tokens, prompts given. `trained` chooses the parameters by name.

    `fairness` weighs the pairing penalty (`tune.fairness`) of examples that have a counterfactual twin; 0 leaves it out.
    """

    def __init__(self, model: Any, examples: Encoded, trained: Mapping[str, Tensor], *, fairness: float = 0.0) -> None:
        self.model = model
        self._train, self._held = examples.train, spread(examples.held, HELD_MOST)
        self._trained = dict(trained)
        self._fairness = fairness
        if not self._trained:
            raise ModelError("nothing of the model is to be trained", remedy="choose other layers")
        if not self._held:
            raise ModelError("there are no held-out rows to stop by", remedy="make the set of more documents")

    @property
    def size(self) -> int:
        """Examples to learn from."""
        return len(self._train)

    def parameters(self) -> Mapping[str, Tensor]:
        """The trained parameters by name."""
        return self._trained

    def loss(self, chosen: Sequence[int]) -> Tensor:
        """Mean over the answers' tokens, and the penalty for twins among the examples."""
        examples = [self._train[at] for at in chosen]
        loss = self.cross_entropy(examples)
        twins = [example for example in examples if example.partner]
        if self._fairness and twins:
            loss = loss + self._fairness * sum(self._pairing(example) for example in twins) / len(twins)
        return loss

    def held_out(self) -> float:
        """Nats per token of the held-out answers."""
        total = tokens = 0.0
        for start in range(0, len(self._held), 8):
            part = self._held[start : start + 8]
            count = sum(len(example.answer) for example in part)
            total += float(self.cross_entropy(part)) * count
            tokens += count
        return total / tokens

    def after_step(self) -> None:
        """Nothing to put right."""

    def cross_entropy(self, examples: Sequence[Example]) -> Tensor:
        """Mean over the tokens of the answers."""
        import torch

        logits, wanted = answer_logits(self.model, examples)
        return torch.nn.functional.cross_entropy(logits.float(), wanted)

    def _pairing(self, example: Example) -> Tensor:
        import torch

        first, second, answer = (torch.tensor([ids]) for ids in (example.prompt, example.partner, example.answer))
        found: Tensor = pairing_loss(self.model, second, first, answer)
        return found


def answer_logits(model: Any, examples: Sequence[Example]) -> tuple[Tensor, Tensor]:
    """Logits at each token of the answers, shape (tokens, vocabulary), and the tokens. The head is computed there alone: it is
    a fifth of a small model."""
    hidden, wanted = answer_states(model, examples)
    return model.lm_head(hidden), wanted


def answer_states(model: Any, examples: Sequence[Example]) -> tuple[Tensor, Tensor]:
    """Last hidden states at each token of the answers, and the tokens."""
    import torch

    ids, mask = padded(example.ids for example in examples)
    hidden = model.model(input_ids=ids, attention_mask=mask, use_cache=False).last_hidden_state
    places = [
        (row, len(example.prompt) - 1 + at) for row, example in enumerate(examples) for at in range(len(example.answer))
    ]
    rows, columns = zip(*places, strict=True)
    return hidden[list(rows), list(columns)], torch.tensor([token for e in examples for token in e.answer])


def spread(examples: Sequence[Example], most: int) -> list[Example]:
    """At most so many, taken at even distances."""
    if len(examples) <= most:
        return list(examples)
    return [examples[round(at * (len(examples) - 1) / (most - 1))] for at in range(most)]
