"""`tune redactor`: the tagger of identifiers on a site's own corrections, and a gate that lets nothing pass that is worse elsewhere.

The head goes on from the shipped weights; the encoder stays. Beside the corrections it sees as many texts that are made here, so that
it does not forget what it knew (rehearsal, Robins 1995).
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import numpy as np
from pydantic import ConfigDict, Field, with_config

from assistant.privacy import tagger
from assistant.privacy.tagger_filter import accepted
from assistant.protocols import Progress, no_progress
from assistant.tune.base import fingerprint
from assistant.tune.corrections import Correction, marked_of
from assistant.tune.loop import Run, Schedule
from assistant.tune.redactor_recipe import Example, collate, examples, network, packed, plain_sentences
from assistant.tune.redactor_texts import Marked, Writer
from assistant.tune.regression_gate import (
    OWN,
    About,
    Figures,
    Judged,
    enough,
    figures_of,
    judged_folder,
    tell,
    worse_than,
)  # fmt: skip
from assistant.tune.rows import Split, digest

if TYPE_CHECKING:
    from torch import Tensor, nn

FOLDER: Final = "redactor"
FILE: Final = "tagger.safetensors"
WORDS: Final = {
    "found": "identifiers found",
    "right": "findings that are identifiers",
    "clean": "texts without identifiers in which nothing is found",
}
# Seeds of the texts that are made: those that are seen again are none of those that measure.
_SEEN_AGAIN, _MEASURED = 401, 402
_GROUP: Final = 32


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class RedactorSettings:
    """`again`: texts made here that are seen beside the corrections. `drop` is how much lower a share of any set may be; 0: not at all."""

    again: Annotated[int, Field(ge=0, le=20_000)] = 400
    drop: Annotated[float, Field(ge=0, le=1)] = 0.0


class RedactorTask:
    """What a run trains; see `loop.Task`. `model` is a `redactor_recipe.network` with the weights to begin with."""

    def __init__(
        self, model: nn.Module, own: Sequence[Example], again: Sequence[Example], held: Sequence[Example]
    ) -> None:
        self._model, self._held = model, list(held)
        # Corrections are few: they are repeated until they are half of what is seen.
        self._train = [*own] * max(1, len(again) // max(1, len(own))) + list(again)

    @property
    def size(self) -> int:
        """Stretches of words to learn from."""
        return len(self._train)

    def parameters(self) -> Mapping[str, nn.Parameter]:
        """All of the head."""
        return dict(self._model.named_parameters())

    def loss(self, chosen: Sequence[int]) -> Tensor:
        """Cross-entropy of the tags."""
        self._model.train()
        return self._entropy([self._train[at] for at in chosen])[0]

    def held_out(self) -> float:
        """The same of the held-out corrections, a word."""
        self._model.eval()
        total, words = 0.0, 0
        for at in range(0, len(self._held), _GROUP):
            loss, count = self._entropy(self._held[at : at + _GROUP])
            total, words = total + float(loss) * count, words + count
        return total / max(1, words)

    def after_step(self) -> None:
        """Nothing to put right."""

    def _entropy(self, rows: Sequence[Example]) -> tuple[Tensor, int]:
        from torch.nn import functional

        vectors, features, flat, offsets, tags = collate(rows)
        scores = self._model(vectors, features, flat, offsets)
        loss = functional.cross_entropy(scores.flatten(0, 1), tags.flatten(), ignore_index=-100)
        return loss, sum(len(row.tags) for row in rows)


def general_sets(texts: int = 150) -> dict[str, list[Marked]]:
    """What a tuned tagger must still do: letters, forms and chats that are made here, and sentences without identifiers."""
    plain = plain_sentences()
    writer = Writer(random.Random(_MEASURED), plain)  # noqa: S311 (reproducible, no secret)
    every = max(1, len(plain) // texts)
    return {
        "made texts": [writer.text() for _ in range(texts)],
        "plain sentences": [Marked(text) for text in plain[::every]],
    }


def figures(head: tagger.Head, vectors: tagger.Vectors, texts: Sequence[Marked]) -> Figures:
    """What the tagger alone finds in the texts of a set; see `WORDS`. A finding counts where it touches an identifier."""
    proposed = tagger.Tagger(vectors, head).tag([marked.text for marked in texts])
    found: list[float] = []
    right: list[float] = []
    clean: list[float] = []
    for marked, proposals in zip(texts, proposed, strict=True):
        spans = [(span.start, span.end) for span in accepted(marked.text, proposals)]
        meant = [(start, end) for label, start, end in marked.spans if label not in _OTHERS]
        allowed = [(start, end) for _, start, end in marked.spans]
        found += [float(_touched(at, spans)) for at in meant]
        right += [float(_touched(at, allowed)) for at in spans]
        clean += [] if marked.spans else [float(not spans)]
    return figures_of({"found": found, "right": right, "clean": clean})


# Dates and e-mail addresses are the rules' affair; the tagger's proposals of them count for nothing.
_OTHERS: Final = frozenset({"DATE", "EMAIL"})


def _touched(at: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    return any(at[0] < end and start < at[1] for start, end in others)


def tune_redactor(
    encoder: Path,
    corrections: Sequence[Correction],
    settings: RedactorSettings,
    schedule: Schedule,
    out: Path,
    *,
    base: Path = tagger.WEIGHTS,
    general: Mapping[str, Sequence[Marked]] | None = None,
    progress: Progress = no_progress,
    say: Callable[[str], None] | None = None,
) -> Judged:
    """Train, measure, judge. `out` gets `redactor/` where nothing is worse, else `redactor.refused/`, `manifest.json`, `report.md`.

    `encoder` is the folder of the embedding model, `base` the shipped weights. `general` are the sets that must not get worse; None:
    `general_sets`. Raises UsageError for too few corrections, ConfigError where the folder holds another run.
    """
    from safetensors.numpy import load

    train, held = marked_of(corrections, Split.TRAIN), marked_of(corrections, Split.HELD)
    enough(len(train), len(held), "corrections")
    sets = {OWN: held, **(general_sets() if general is None else general)}
    vectors = tagger.Vectors.load(encoder)
    blob = base.read_bytes()
    before = {name: figures(tagger.Head(load(blob)), vectors, texts) for name, texts in sets.items()}
    writer = Writer(random.Random(_SEEN_AGAIN), plain_sentences())  # noqa: S311 (reproducible, no secret)
    again = [writer.text() for _ in range(settings.again)]
    own, seen, kept = (list(examples(texts, vectors)) for texts in (train, again, held))
    model = _begun(load(blob), schedule.seed)
    about = json.dumps({"kind": FOLDER, "texts": digest(repr((train, held))), "settings": repr(settings)})
    task = RedactorTask(model, own, seen, kept)
    result = Run(task, schedule, out, about + fingerprint(base) + fingerprint(encoder)).go(progress, say)
    tuned = packed(model.eval())
    after = {name: figures(tagger.Head(load(tuned)), vectors, texts) for name, texts in sets.items()}
    worse = worse_than(before, after, settings.drop)
    folder = judged_folder(out, FOLDER, worse)
    folder.mkdir(parents=True, exist_ok=True)
    # Weights that have seen a site's identifiers are their owner's alone.
    (folder / FILE).touch(mode=0o600)
    (folder / FILE).write_bytes(tuned)
    made = Judged(folder, {"base": before, "result": after}, worse, result)
    sizes = {name: len(texts) for name, texts in sets.items()} | {"train": len(train)}
    tell(made, About(FOLDER, base, {**asdict(settings), **asdict(schedule)}, sizes, WORDS), out)
    return made


def _begun(arrays: Mapping[str, np.ndarray], seed: int) -> nn.Module:
    """The layers with these weights."""
    import torch

    model = network(seed)
    model.load_state_dict({name: torch.from_numpy(np.asarray(value, np.float32)) for name, value in arrays.items()})
    return model
