"""Training of the reader: encoded rows, batches of like length, losses, and a run that a kill does not undo.

The pace follows the clock: the learning rate falls to nothing over the minutes (or steps) that the run is given, whatever
else the machine does, so that a run always ends where it should. Dropout is off: on a CPU it costs as much as the products.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.tune.reader_data import Row

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MAX_TOKENS = 256
# Longer rows of the open sets are left out: they cost much and teach what shorter ones do. Written ones are few, and kept.
LONGEST = 145
LONGEST_WRITTEN = 210


@dataclass(frozen=True, slots=True)
class Encoded:
    """One row as token ids; `first` and `last` are token positions of the answer, 0 for none, -1 for unknown."""

    ids: list[int]
    types: list[int]
    first: int
    last: int
    row: Row


@dataclass(frozen=True, slots=True)
class Schedule:
    """Length and pace of a run, which ends at `minutes` or at `steps` (0: no limit); `batch_tokens` counts padded tokens."""

    minutes: float = 76.0
    steps: int = 0
    rate: float = 1.5e-4
    head_rate: float = 8e-4
    batch_tokens: int = 2304
    warmup: float = 0.05
    span_weight: float = 0.5
    save_minutes: float = 5.0


def encode(tokenizer: Tokenizer, rows: Sequence[Row]) -> list[Encoded]:
    """Tokenise as [CLS] question [SEP] passage [SEP]; rows whose answer is cut off become span-unknown."""
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS, strategy="only_second")
    found = []
    questions = [" ".join(row.question.split()[:80]) for row in rows]
    pairs = [(question, row.passage) for question, row in zip(questions, rows, strict=True)]
    for row, e in zip(rows, tokenizer.encode_batch(pairs), strict=True):
        first = last = 0 if row.task == "answer" and not row.label else -1
        if row.start >= 0:
            inside = [
                i
                for i, (offset, kind) in enumerate(zip(e.offsets, e.type_ids, strict=True))
                if kind == 1 and offset[1] > row.start and offset[0] < row.end and offset[1] > offset[0]
            ]
            if inside:
                first, last = inside[0], inside[-1]
        found.append(Encoded(list(e.ids), list(e.type_ids), first, last, row))
    return found


def batches(data: Sequence[Encoded], limit: int, rng: random.Random) -> list[list[int]]:
    """Indices in batches of one task and of similar length, at most `limit` padded tokens each, in random order."""
    found: list[list[int]] = []
    for task in sorted({e.row.task for e in data}):
        own = [i for i, e in enumerate(data) if e.row.task == task]
        own.sort(key=lambda i: len(data[i].ids) + rng.random() * 12)
        current: list[int] = []
        longest = 0
        for index in own:
            longest = max(longest, len(data[index].ids))
            if current and longest * (len(current) + 1) > limit:
                found.append(current)
                current, longest = [], len(data[index].ids)
            current.append(index)
        if current:
            found.append(current)
    rng.shuffle(found)
    return found


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


def losses(found: tuple[Any, Any, Any, Any], rows: Sequence[Encoded], schedule: Schedule) -> Any:
    """Weighted loss of a batch of one task."""
    import torch
    from torch.nn import functional

    starts, ends, answer, support = found
    weight = torch.tensor([e.row.weight for e in rows])
    if rows[0].row.task == "entail":
        odds = torch.log_softmax(support, -1)
        # Label 3: neutral or contradicted, whichever.
        odds = torch.cat([odds, torch.logsumexp(odds[:, 1:], -1, keepdim=True)], -1)
        label = torch.tensor([e.row.label for e in rows])
        return -(odds.gather(1, label[:, None])[:, 0] * weight).mean()
    label = torch.tensor([float(e.row.label) for e in rows])
    loss = functional.binary_cross_entropy_with_logits(answer, label, weight=weight)
    first, last = torch.tensor([e.first for e in rows]), torch.tensor([e.last for e in rows])
    loose = torch.tensor([e.row.loose for e in rows])
    known = (first >= 0).float() * weight
    at = torch.arange(starts.shape[1])
    within = (at >= first[:, None]) & (at <= last[:, None])
    for logits, place in ((starts, first), (ends, last)):
        # Of a loose row any token of the stretch is right: the likelihood of all of them together.
        right = torch.where(loose[:, None], within, at == place.clamp(min=0)[:, None])
        odds = torch.log_softmax(logits.float(), -1).masked_fill(~right, -1e4)
        cross = -torch.logsumexp(odds, -1)
        loss = loss + schedule.span_weight * (cross.clamp(max=1e3) * known).mean()
    return loss


class Run:
    """A training run with its checkpoint."""

    def __init__(
        self,
        model: Any,
        data: Sequence[Encoded],
        schedule: Schedule,
        seed: int,
        path: Path,
        share: Callable[[Row], float] = lambda _: 1.0,
    ) -> None:
        """`share` is the part of the rows like the one given that an epoch reads: each epoch draws anew."""
        import torch

        self._share = share
        self._model, self._data, self._schedule, self._path, self._seed = model, data, schedule, path, seed
        body = list(model.layers.parameters())
        known = {id(p) for p in body}
        heads = [p for p in model.parameters() if id(p) not in known]
        self._optimiser = torch.optim.AdamW(
            [{"params": body, "top": schedule.rate}, {"params": heads, "top": schedule.head_rate}],
            lr=schedule.rate, weight_decay=0.01, fused=True,
        )  # fmt: skip
        self._step, self._spent = 0, 0.0
        if path.is_file():
            state = torch.load(path, weights_only=True)
            model.load_state_dict(state["model"])
            self._optimiser.load_state_dict(state["optimiser"])
            self._step, self._spent = state["step"], state["spent"]

    def _save(self) -> None:
        import torch

        state = {"model": self._model.state_dict(), "optimiser": self._optimiser.state_dict(),
                 "step": self._step, "spent": self._spent}  # fmt: skip
        part = self._path.with_suffix(".part")
        # Weights and moments of AdamW tell of what was learnt from: for their owner alone, as is what a killed run left.
        part.touch(mode=0o600)
        part.chmod(0o600)
        torch.save(state, part)
        part.replace(self._path)

    def _done(self) -> float:
        by_steps = self._step / self._schedule.steps if self._schedule.steps else 0.0
        return min(1.0, max(self._spent / (self._schedule.minutes * 60), by_steps))

    def _epoch(self, epoch: int) -> list[list[int]]:
        rng = random.Random(f"{self._seed} {epoch}")  # noqa: S311 (reproducible order, no secret)
        drawn = [i for i, e in enumerate(self._data) if rng.random() < self._share(e.row)]
        found = batches([self._data[i] for i in drawn], self._schedule.batch_tokens, rng)
        return [[drawn[i] for i in batch] for batch in found]

    def _pace(self) -> float:
        done = self._done()
        return max(0.0, min(done / self._schedule.warmup, (1 - done) / (1 - self._schedule.warmup)) + 1e-3)

    def go(self, say: Callable[[str], None]) -> None:
        """Train until the minutes are spent; epochs follow one another with fresh batches."""
        import torch

        weights = [p for p in self._model.parameters() if p.requires_grad]
        self._model.train()
        plan: list[list[int]] = []
        epoch = 0
        while len(plan) <= self._step:
            plan += self._epoch(epoch)
            epoch += 1
        sums = {"answer": [0.0, 0], "entail": [0.0, 0]}
        # Compiled layers are built on the first call, which the clock of the run should not see.
        losses(
            self._model(*collate([self._data[i] for i in plan[0]])), [self._data[i] for i in plan[0]], self._schedule
        ).backward()
        self._optimiser.zero_grad(set_to_none=True)
        tokens, saved, began = 0, self._spent, time.monotonic()
        start = self._spent
        while self._done() < 1:
            if self._step >= len(plan):
                plan += self._epoch(epoch)
                epoch += 1
            rows = [self._data[i] for i in plan[self._step]]
            for group in self._optimiser.param_groups:
                group["lr"] = group["top"] * self._pace()
            ids, mask, types = collate(rows)
            loss = losses(self._model(ids, mask, types), rows, self._schedule)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            self._optimiser.step()
            self._optimiser.zero_grad(set_to_none=True)
            self._step += 1
            tokens += int(ids.numel())
            self._spent = start + time.monotonic() - began
            total = sums[rows[0].row.task]
            total[0] += loss.item()
            total[1] += 1
            if self._step % 50 == 0:
                means = ", ".join(f"{k} {v[0] / max(1, v[1]):.3f}" for k, v in sums.items())
                speed = tokens / max(1.0, self._spent - start)
                say(f"step {self._step} epoch {epoch} {self._spent / 60:.1f} min, {speed:.0f} tokens/s, loss {means}")
                sums = {"answer": [0.0, 0], "entail": [0.0, 0]}
            if self._spent - saved > self._schedule.save_minutes * 60:
                self._save()
                saved = self._spent
        self._save()
