"""Pieces for tuning a model fairly: paired training texts, a penalty on answers that differ by group, and weight decay beside it.

Counterfactual data augmentation: Lu et al. 2020, "Gender Bias in Neural Natural Language Processing". The penalty is
counterfactual logit pairing: Garg et al. 2019, "Counterfactual Fairness in Text Classification through Robustness"; here the
symmetric Kullback-Leibler divergence between the model's next-token distributions over the shared answer. Weight decay
(Loshchilov and Hutter 2019, decoupled) shrinks all weights alike and is no fairness measure by itself: `groups_of` keeps it away
from biases and norms, as usual, and `evaluate` reports the penalty with and without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from assistant.fairness.attributes import AttributeWords, mentions, question_mentions
from assistant.fairness.counterfactual import neutral_form, swapped

if TYPE_CHECKING:
    from torch import Tensor


NORMS: Final = ("norm", "bias", "ln_", "layernorm")


@dataclass(frozen=True, slots=True)
class Example:
    """A question and its answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Twin:
    """Two readings of one question with the one answer that both must have."""

    first: str
    second: str
    answer: str


def twins(words: AttributeWords, examples: Iterable[Example], *, per_mention: int = 1) -> list[Twin]:
    """For every group named in a question the same question with another group, and the neutral one.

    An example whose answer names an attribute is left as it is: there the group makes the difference on purpose.
    """
    found: list[Twin] = []
    for example in examples:
        if any(True for _ in mentions(words, example.answer)):
            continue
        named = question_mentions(words, example.question)
        if not named:
            continue
        found.append(Twin(example.question, neutral_form(words, example.question, named), example.answer))
        for mention in named:
            term = example.question[mention.start : mention.end]
            for other in _others(words, mention.attribute, mention.group, term)[:per_mention]:
                found.append(Twin(example.question, swapped(example.question, mention, other), example.answer))
    return found


def augmented(words: AttributeWords, examples: Sequence[Example], *, per_mention: int = 1) -> list[Example]:
    """The examples and, after them, one for each counterfactual question with the same answer, doubles left out."""
    more = [Example(twin.second, twin.answer) for twin in twins(words, examples, per_mention=per_mention)]
    return list(dict.fromkeys((*examples, *more)))


def _others(words: AttributeWords, attribute: str, group: str, term: str) -> list[str]:
    """Terms of other groups of the same attribute that can stand where the term stands: of its number and kind."""
    groups = words.lexicon.attributes.get(attribute, {})
    neutral = words.lexicon.neutral
    kind = neutral.get(term.lower(), "")
    found = []
    for name, terms in groups.items():
        if name == group:
            continue
        fitting = [t for t in terms if neutral.get(t.lower(), "") == kind and len(t.split()) == len(term.split())]
        found += fitting[:1]
    return found


def pairing_loss(model: object, first: Tensor, second: Tensor, answer: Tensor) -> Tensor:
    """Mean symmetric KL divergence (nats) between the distributions over the answer's tokens after either question.

    `first`, `second` and `answer` are token ids of shape (1, n); `model(input_ids=...)` gives `.logits`. Zero where the
    group makes no difference. Differentiable.
    """
    import torch

    one, other = _over(model, first, answer), _over(model, second, answer)
    there = torch.nn.functional.kl_div(one, other, log_target=True, reduction="batchmean")
    back = torch.nn.functional.kl_div(other, one, log_target=True, reduction="batchmean")
    return (there + back) / 2


def fair_loss(model: object, first: Tensor, second: Tensor, answer: Tensor, *, strength: float) -> Tensor:
    """Cross-entropy of the answer after the first question plus `strength` times the pairing loss."""
    import torch

    logits = _over(model, first, answer)
    task = torch.nn.functional.nll_loss(logits, answer[0])
    return task + strength * pairing_loss(model, first, second, answer)


def groups_of(model: Any, weight_decay: float) -> list[dict[str, object]]:
    """Parameter groups for AdamW: decay on weight matrices, none on biases and norms; frozen parameters left out."""
    decayed: list[object] = []
    plain: list[object] = []
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            (plain if any(word in name.lower() for word in NORMS) else decayed).append(parameter)
    return [{"params": decayed, "weight_decay": weight_decay}, {"params": plain, "weight_decay": 0.0}]


def train(
    model: object,
    rows: Sequence[tuple[Tensor, Tensor, Tensor]],
    *,
    strength: float,
    weight_decay: float,
    steps: int,
    rate: float = 1e-3,
) -> Mapping[str, float]:
    """Tune on (first, second, answer) rows in turn; the pairing loss (nats) over all rows before and after."""
    import torch

    before = _mean(model, rows)
    optimizer = torch.optim.AdamW(groups_of(model, weight_decay), lr=rate)
    for step in range(steps):
        first, second, answer = rows[step % len(rows)]
        loss = fair_loss(model, first, second, answer, strength=strength)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return {"pairing_before": before, "pairing_after": _mean(model, rows)}


def _mean(model: object, rows: Sequence[tuple[Tensor, Tensor, Tensor]]) -> float:
    import torch

    with torch.no_grad():
        return float(sum(float(pairing_loss(model, *row)) for row in rows) / max(1, len(rows)))


def _over(model: Any, question: Tensor, answer: Tensor) -> Tensor:
    """Log-probabilities over the vocabulary at each token of the answer, shape (n, vocabulary)."""
    import torch

    ids = torch.cat([question, answer], dim=1)
    logits = model(input_ids=ids).logits[0, question.shape[1] - 1 : -1]
    return torch.log_softmax(logits, dim=-1)
