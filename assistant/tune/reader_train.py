"""Training of the reader: MiniLM with a span head and an answerability head, on the examples of `reader_data`.

The span head points at the first and last token of the answer, or at [CLS] where there is none (Devlin et al. 2019,
section 4.3); the answerability head reads [CLS]. Both losses are added. Dropout is off and the word embeddings are
frozen: on a CPU dropout costs as much as the matrix products, and a table of 30,522 rows cannot be moved sensibly by
some ten thousand questions.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.tune.reader_data import Example

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MAX_TOKENS = 256


@dataclass(frozen=True, slots=True)
class Encoded:
    """One example as token ids; `first` and `last` are token positions of the answer, 0 for none, -1 for unknown."""

    ids: list[int]
    types: list[int]
    first: int
    last: int
    answerable: float


@dataclass(frozen=True, slots=True)
class Schedule:
    """Length and pace of one training stage; `batch_tokens` counts padded tokens of a step."""

    epochs: int = 3
    rate: float = 1e-4
    batch_tokens: int = 2400
    warmup: float = 0.1
    head_weight: float = 1.0
    span_weight: float = 0.5


def encode(tokenizer: Tokenizer, examples: Sequence[Example]) -> list[Encoded]:
    """Tokenise as [CLS] question [SEP] context [SEP]; examples whose answer is cut off become span-unknown."""
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS, strategy="only_second")
    found = []
    for example, e in zip(examples, tokenizer.encode_batch([(x.question, x.context) for x in examples]), strict=True):
        first = last = -1 if example.answerable else 0
        if example.start >= 0:
            inside = [
                i
                for i, (offset, kind) in enumerate(zip(e.offsets, e.type_ids, strict=True))
                if kind == 1 and offset[1] > example.start and offset[0] < example.end and offset[1] > offset[0]
            ]
            if inside:
                first, last = inside[0], inside[-1]
        found.append(Encoded(list(e.ids), list(e.type_ids), first, last, float(example.answerable)))
    return found


def batches(lengths: Sequence[int], limit: int, rng: random.Random) -> list[list[int]]:
    """Indices in batches of similar length, at most `limit` padded tokens each, in random order."""
    order = sorted(range(len(lengths)), key=lambda i: lengths[i] + rng.random() * 16)
    found: list[list[int]] = []
    current: list[int] = []
    longest = 0
    for index in order:
        longest = max(longest, lengths[index])
        if current and longest * (len(current) + 1) > limit:
            found.append(current)
            current, longest = [], lengths[index]
        current.append(index)
    if current:
        found.append(current)
    rng.shuffle(found)
    return found


def build(folder: Path, seed: int) -> Any:
    """A fresh reader (torch modules by name) on the encoder of `folder`, loaded from disk only."""
    import torch
    from transformers import BertModel

    torch.manual_seed(seed)
    bert = BertModel.from_pretrained(
        folder,
        local_files_only=True,
        add_pooling_layer=False,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    bert.embeddings.word_embeddings.weight.requires_grad = False
    width = bert.config.hidden_size
    return torch.nn.ModuleDict({"bert": bert, "span": torch.nn.Linear(width, 2), "head": torch.nn.Linear(width, 1)})


def outputs(module: Any, ids: Any, mask: Any, types: Any) -> tuple[Any, Any, Any]:
    """Start logits, end logits (batch, tokens; only [CLS] and the context allowed) and answerability logits (batch)."""
    hidden = module["bert"](input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state
    allowed = (types == 1) & (mask == 1)
    allowed[:, 0] = True
    logits = module["span"](hidden).masked_fill(~allowed[..., None], -1e4)
    return logits[..., 0], logits[..., 1], module["head"](hidden[:, 0])[:, 0]


def collate(rows: Sequence[Encoded]) -> tuple[Any, Any, Any]:
    """Padded ids, mask and type ids of a batch as torch tensors."""
    import torch

    longest = max(len(row.ids) for row in rows)
    ids, mask, types = (np.zeros((len(rows), longest), np.int64) for _ in range(3))
    for i, row in enumerate(rows):
        ids[i, : len(row.ids)] = row.ids
        mask[i, : len(row.ids)] = 1
        types[i, : len(row.ids)] = row.types
    return torch.from_numpy(ids), torch.from_numpy(mask), torch.from_numpy(types)


def losses(found: tuple[Any, Any, Any], rows: Sequence[Encoded], schedule: Schedule) -> Any:
    """Weighted sum of the span cross-entropy (rows with a known span) and the answerability cross-entropy."""
    import torch
    from torch.nn import functional

    starts, ends, head = found
    target = torch.tensor([row.answerable for row in rows])
    loss = schedule.head_weight * functional.binary_cross_entropy_with_logits(head, target)
    first = torch.tensor([row.first for row in rows])
    last = torch.tensor([row.last for row in rows])
    if bool((first >= 0).any()):
        span = functional.cross_entropy(starts, first, ignore_index=-1)
        span = span + functional.cross_entropy(ends, last, ignore_index=-1)
        loss = loss + schedule.span_weight * span
    return loss


def train(
    module: Any,
    data: Sequence[Encoded],
    schedule: Schedule,
    seed: int,
    say: Callable[[str], None] = lambda _: None,
) -> None:
    """Train in place with AdamW, linear warm-up and linear decay; deterministic for a seed and a thread count."""
    import torch

    rng = random.Random(seed)  # noqa: S311 (reproducible order, no secret)
    weights = [p for p in module.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(weights, lr=schedule.rate, weight_decay=0.01, fused=True)
    lengths = [len(row.ids) for row in data]
    plan = [batch for _ in range(schedule.epochs) for batch in batches(lengths, schedule.batch_tokens, rng)]
    warm = max(1, math.ceil(len(plan) * schedule.warmup))
    module.train()
    began, total = time.monotonic(), 0.0
    for step, batch in enumerate(plan):
        pace = min((step + 1) / warm, (len(plan) - step) / max(1, len(plan) - warm))
        for group in optimiser.param_groups:
            group["lr"] = schedule.rate * pace
        rows = [data[i] for i in batch]
        loss = losses(outputs(module, *collate(rows)), rows, schedule)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        total += float(loss.detach())
        if (step + 1) % 50 == 0:
            say(f"step {step + 1}/{len(plan)} loss {total / 50:.3f} seconds {time.monotonic() - began:.0f}")
            total = 0.0
    module.eval()


def predict(module: Any, data: Sequence[Encoded]) -> list[tuple[float, float, float, int, int]]:
    """Per example: answerability logit, best span score, null score, first and last token of the best span."""
    import torch

    found: list[tuple[float, float, float, int, int]] = [(0.0, 0.0, 0.0, 0, 0)] * len(data)
    order = sorted(range(len(data)), key=lambda i: len(data[i].ids))
    with torch.inference_mode():
        for at in range(0, len(order), 16):
            picked = order[at : at + 16]
            starts, ends, head = (t.numpy() for t in outputs(module, *collate([data[i] for i in picked])))
            for row, index in enumerate(picked):
                score, first, last = best_span(starts[row], ends[row], len(data[index].ids))
                null = float(starts[row][0] + ends[row][0])
                found[index] = (float(head[row]), score, null, first, last)
    return found


def best_span(starts: Any, ends: Any, length: int, longest: int = 40) -> tuple[float, int, int]:
    """Highest sum of start and end logit over spans of at most `longest` tokens, [CLS] excluded."""
    scores = starts[1:length, None] + ends[None, 1:length]
    size = length - 1
    rows, columns = np.arange(size)[:, None], np.arange(size)[None, :]
    scores = np.where((columns >= rows) & (columns < rows + longest), scores, -np.inf)
    index = int(scores.argmax())
    return float(scores.flat[index]), index // size + 1, index % size + 1
