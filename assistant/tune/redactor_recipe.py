"""Training of the tagger of identifiers.

    python -m assistant.tune.redactor_recipe OUT.safetensors [--texts N] [--epochs N] [--seed N]

The encoder stays as it is: its vectors are made once and the head is trained on them. Texts are made by `redactor_texts`; sentences
without identifiers stand in `redactor_plain.txt`: of the packs' documents those in which the rules found nothing, kept here so that a
document that is edited later changes no weights. The same seed makes the same weights, on one thread. Some fifteen minutes of one core.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from assistant.privacy import tagger
from assistant.tune.redactor_texts import Marked, Writer

if TYPE_CHECKING:
    from torch import Tensor


CHANNELS: Final = 160
PROJECTED: Final = 96
SPELLED: Final = 32
_BATCH_WORDS: Final = 1500
_PLAIN: Final = Path(__file__).parent / "redactor_plain.txt"


@dataclass(frozen=True)
class Example:
    """One stretch of words, ready for training."""

    vectors: npt.NDArray[np.float16]
    features: npt.NDArray[np.float32]
    grams: list[npt.NDArray[np.int64]]
    tags: npt.NDArray[np.int64]


def tags_of(words: Sequence[tagger.Word], marked: Marked) -> list[int]:
    """The tag of each word: B for the first of a marked stretch, I for the others."""
    tags = [0] * len(words)
    for label, start, end in marked.spans:
        mark = "B"
        for i, word in enumerate(words):
            if start < word.end and word.start < end:
                tags[i] = tagger.TAGS.index(f"{mark}-{label}")
                mark = "I"
    return tags


def plain_sentences() -> list[str]:
    """Sentences without identifiers, as guidelines, leaflets and guides have them."""
    return _PLAIN.read_text(encoding="utf-8").splitlines()


def examples(texts: Sequence[Marked], vectors: tagger.Vectors) -> Iterator[Example]:
    """Vectors and tags of every stretch of the texts."""
    jobs = []
    for marked in texts:
        words = tagger.words_of(marked.text)
        tags = tags_of(words, marked)
        jobs += [(marked.text, words[a:b], tags[a:b]) for a, b in tagger.stretches(words, marked.text)]
    jobs.sort(key=lambda job: len(job[1]))
    for at in range(0, len(jobs), 32):
        group = jobs[at : at + 32]
        for (text, words, tags), found in zip(group, vectors.of([w for _, w, _ in group]), strict=True):
            yield Example(
                found.astype(np.float16),
                tagger.shapes(words, text),
                [tagger.grams(w.text) for w in words],
                np.array(tags),
            )


def network(seed: int) -> Any:
    """The layers of `tagger.Head`, for torch."""
    import torch
    from torch import nn

    torch.manual_seed(seed)

    class Layers(nn.Module):  # type: ignore[misc]  # torch is not followed
        def __init__(self) -> None:
            super().__init__()
            self.grams = nn.EmbeddingBag(tagger.GRAMS, SPELLED, mode="mean")
            self.vectors = nn.Linear(768, PROJECTED)
            self.mix = nn.Linear(PROJECTED + tagger.FEATURES + SPELLED, CHANNELS)
            self.near = nn.Conv1d(CHANNELS, CHANNELS, 5, padding=2)
            self.far = nn.Conv1d(CHANNELS, CHANNELS, 5, padding=6, dilation=3)
            self.tags = nn.Linear(CHANNELS, len(tagger.TAGS))
            self.drop = nn.Dropout(0.15)

        def forward(self, vectors: Tensor, features: Tensor, flat: Tensor, offsets: Tensor) -> Tensor:
            batch, length, _ = vectors.shape
            spelled = self.grams(flat, offsets).view(batch, length, SPELLED)
            x = torch.cat([self.vectors(self.drop(vectors)), features, self.drop(spelled)], -1)
            x = torch.relu(self.mix(x)).transpose(1, 2)
            keep = (features.abs().sum(-1) > 0)[:, None, :].to(x.dtype)
            x = x * keep
            for layer in (self.near, self.far):
                x = (x + torch.relu(layer(self.drop(x)))) * keep
            return self.tags(x.transpose(1, 2))

    return Layers()


def batches(data: Sequence[Example], rng: random.Random) -> list[list[Example]]:
    """Stretches of like length together, in random order."""
    ordered = sorted(data, key=lambda e: len(e.tags) + rng.random() * 8)
    found: list[list[Example]] = []
    current: list[Example] = []
    for example in ordered:
        if current and len(example.tags) * (len(current) + 1) > _BATCH_WORDS:
            found.append(current)
            current = []
        current.append(example)
    found.append(current)
    rng.shuffle(found)
    return found


def collate(rows: Sequence[Example]) -> tuple[Tensor, ...]:
    """Padded tensors of a batch; the tag of padding is -100."""
    import torch

    length = max(len(r.tags) for r in rows)
    vectors = np.zeros((len(rows), length, rows[0].vectors.shape[1]), np.float32)
    features = np.zeros((len(rows), length, tagger.FEATURES), np.float32)
    tags = np.full((len(rows), length), -100, np.int64)
    pieces: list[npt.NDArray[np.int64]] = []
    for i, row in enumerate(rows):
        size = len(row.tags)
        vectors[i, :size], features[i, :size], tags[i, :size] = row.vectors, row.features, row.tags
        pieces += [*row.grams, *([_PAD] * (length - size))]
    offsets = np.cumsum([0, *(len(p) for p in pieces[:-1])])
    arrays = (vectors, features, np.concatenate(pieces), offsets, tags)
    return tuple(torch.from_numpy(a) for a in arrays)


_PAD: Final = np.zeros(1, np.int64)


def train(data: Sequence[Example], epochs: int, seed: int) -> Any:
    """The trained layers; the learning rate falls to nothing over the run."""
    import torch
    from torch.nn import functional

    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    model = network(seed)
    rng = random.Random(seed)  # noqa: S311 (reproducible order, no secret)
    optimiser = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.01)
    plan = [batch for _ in range(epochs) for batch in batches(data, rng)]
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2.5e-3, total_steps=len(plan), pct_start=0.1)
    began, total = time.monotonic(), 0.0
    model.train()
    for step, rows in enumerate(plan, 1):
        vectors, features, flat, offsets, tags = collate(rows)
        scores = model(vectors, features, flat, offsets)
        loss = functional.cross_entropy(scores.flatten(0, 1), tags.flatten(), ignore_index=-100, label_smoothing=0.02)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        total += loss.item()
        if step % 100 == 0:
            _say(f"step {step} of {len(plan)}, {time.monotonic() - began:.0f} s, loss {total / 100:.4f}")
            total = 0.0
    return model.eval()


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201


def packed(model: Any) -> bytes:
    """The bytes of the shipped file: float16 arrays by name."""
    from safetensors.numpy import save

    arrays = {
        name: np.ascontiguousarray(value.detach().numpy().astype(np.float16))
        for name, value in model.state_dict().items()
    }
    return bytes(save(dict(sorted(arrays.items()))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--texts", type=int, default=16_000)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--layers", type=int, default=tagger.LAYERS)
    parser.add_argument("--seed", type=int, default=29)
    arguments = parser.parse_args()
    from assistant.models.catalog import verify

    writer = Writer(random.Random(arguments.seed), plain_sentences())  # noqa: S311
    vectors = tagger.Vectors.load(verify(tagger.ENCODER), arguments.layers)
    data = list(examples([writer.text() for _ in range(arguments.texts)], vectors))
    _say(f"{sum(len(e.tags) for e in data)} words in {len(data)} stretches")
    blob = packed(train(data, arguments.epochs, arguments.seed))
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_bytes(blob)
    print(hashlib.sha256(blob).hexdigest())  # noqa: T201


if __name__ == "__main__":
    main()
