"""`tune embedder`: the search's encoder on a site's own questions, and a gate that lets nothing pass that is worse on other ones.

Contrastive learning (van den Oord et al. 2018, InfoNCE): of all texts of an update a question shall be nearest to the one that answers
it; near misses of the set are among them. Beside it a term holds the vectors near those of the base, for an encoder that learns a
hundred questions forgets thousands. Only the last layers learn.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import ConfigDict, Field, with_config

from assistant.errors import ModelError, UsageError
from assistant.evaluate.grounded import questions
from assistant.packs.pack import list_packs, load_pack
from assistant.protocols import Progress, no_progress
from assistant.tune.base import fingerprint, quiet
from assistant.tune.loop import Run, Schedule
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
)
from assistant.tune.rows import Answerable, Row, Split, digest

if TYPE_CHECKING:
    from torch import Tensor

FOLDER: Final = "embedder"
LONGEST: Final = 256
_GROUP: Final = 32
_EPSILON: Final = 1e-9
WORDS: Final = {"first": "finds its text first", "rank": "mean reciprocal rank"}


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class EmbedderSettings:
    """`last` layers learn; `temperature` sharpens the softmax over cosines; `keep` weighs the distance from the base's vectors.

    `drop` is how much lower the share of questions that find their text first, and the mean reciprocal rank, may be; 0: not at all.
    """

    last: Annotated[int, Field(ge=1)] = 2
    temperature: Annotated[float, Field(gt=0)] = 0.05
    keep: Annotated[float, Field(ge=0)] = 1.0
    drop: Annotated[float, Field(ge=0, le=1)] = 0.0


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, the text that answers it, and near misses."""

    question: str
    text: str
    others: tuple[str, ...] = ()


class Encoder:
    """An encoder of the BERT family with its tokenizer, pooled by the mean and scaled to length 1, as the search does."""

    def __init__(self, folder: Path) -> None:
        """Raises ModelError where the folder holds none."""
        with quiet():
            from transformers import AutoModel, AutoTokenizer

            try:
                self.tokenizer: Any = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
                self.model: Any = AutoModel.from_pretrained(str(folder), local_files_only=True).float().eval()
            except (OSError, ValueError, KeyError, RuntimeError) as problem:
                raise ModelError(
                    f"cannot be loaded for training ({type(problem).__name__})",
                    path=folder,
                    remedy="name a folder with an encoder of the BERT family",
                ) from None

    def __call__(self, texts: Sequence[str]) -> Tensor:
        """Unit vectors, shape (texts, width)."""
        import torch

        given = self.tokenizer(list(texts), padding=True, truncation=True, max_length=LONGEST, return_tensors="pt")
        hidden = self.model(**given).last_hidden_state
        mask = given["attention_mask"][..., None].to(hidden.dtype)
        pooled = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1)
        found: Tensor = torch.nn.functional.normalize(pooled, dim=-1)
        return found

    def many(self, texts: Sequence[str]) -> Tensor:
        """The same without gradients, in groups."""
        import torch

        with torch.no_grad():
            return torch.cat([self(texts[at : at + _GROUP]) for at in range(0, len(texts), _GROUP)])

    def last_layers(self, last: int) -> Mapping[str, Any]:
        """The parameters of the last layers, all others frozen. Raises UsageError where there are not so many."""
        layers = self.model.config.num_hidden_layers
        if last > layers:
            raise UsageError(f"the encoder has {layers} layers", remedy=f"say --last with 1 to {layers}")
        marks = tuple(f"encoder.layer.{at}." for at in range(layers - last, layers))
        for name, parameter in self.model.named_parameters():
            parameter.requires_grad_(name.startswith(marks))
        return {name: p for name, p in self.model.named_parameters() if p.requires_grad}


class ContrastiveTask:
    """What a run trains; see `loop.Task`. Repeats of a text in an update are no misses of each other."""

    def __init__(
        self, encoder: Encoder, train: Sequence[Pair], held: Sequence[Pair], settings: EmbedderSettings
    ) -> None:
        self._encoder, self._train, self._held, self._settings = encoder, list(train), list(held), settings
        self._trained = dict(encoder.last_layers(settings.last))
        texts = sorted({text for pair in self._train for text in (pair.question, pair.text)})
        self._before = dict(zip(texts, encoder.many(texts), strict=True)) if settings.keep else {}

    @property
    def size(self) -> int:
        """Pairs to learn from."""
        return len(self._train)

    def parameters(self) -> Mapping[str, Any]:
        """The last layers by name."""
        return self._trained

    def loss(self, chosen: Sequence[int]) -> Tensor:
        """InfoNCE of the pairs, and the distance of their vectors from the base's."""
        import torch

        pairs = [self._train[at] for at in chosen]
        asked, texts, loss = self._contrast(pairs)
        if self._settings.keep:
            before = torch.stack([self._before[t] for p in pairs for t in (p.question, p.text)])
            now = torch.stack([v for at in range(len(pairs)) for v in (asked[at], texts[at])])
            loss = loss + self._settings.keep * (1 - (before * now).sum(-1)).mean()
        return loss

    def held_out(self) -> float:
        """Mean InfoNCE of held-out pairs, in the same company each time."""
        total = 0.0
        for at in range(0, len(self._held), _GROUP):
            part = self._held[at : at + _GROUP]
            total += float(self._contrast(part)[2]) * len(part)
        return total / len(self._held)

    def after_step(self) -> None:
        """Nothing to put right."""

    def _contrast(self, pairs: Sequence[Pair]) -> tuple[Tensor, Tensor, Tensor]:
        import torch

        answers = [pair.text for pair in pairs]
        misses = list(dict.fromkeys(other for pair in pairs for other in pair.others if other not in answers))
        asked, texts = self._encoder([pair.question for pair in pairs]), self._encoder([*answers, *misses])
        scores = asked @ texts.T / self._settings.temperature
        same = torch.tensor([[a == b and i != j for j, b in enumerate(answers)] for i, a in enumerate(answers)])
        scores[:, : len(answers)] = scores[:, : len(answers)].masked_fill(same, float("-inf"))
        return asked, texts, torch.nn.functional.cross_entropy(scores, torch.arange(len(pairs)))


def pairs_of(rows: Sequence[Row], split: Split) -> list[Pair]:
    """Question and cited source of the rows of a split that one source answers, each pair once, near misses beside it."""
    found: dict[tuple[str, str], Pair] = {}
    for row in rows:
        if row.split is split and row.answerable is Answerable.YES and len(row.citations) == 1:
            texts = {piece.n: piece.text for piece in row.evidence}
            text = texts.pop(row.citations[0])
            found[row.question.casefold(), text] = Pair(row.question, text, tuple(texts.values()))
    return list(found.values())


def general_sets(most: int = 120) -> dict[str, list[Pair]]:
    """Questions of the shipped packs with the sentences that answer them: what a tuned encoder must still find."""
    found = {
        name: [Pair(asked.question, asked.source) for asked in questions(load_pack(name), most)]
        for name in list_packs()
    }
    return {name: pairs for name, pairs in found.items() if pairs}


def figures(encode: Callable[[Sequence[str]], Tensor], pairs: Sequence[Pair]) -> Figures:
    """How the questions find their text among all texts of the set: `first` (share) and `rank` (mean reciprocal), 95% intervals."""
    texts = list(dict.fromkeys(text for pair in pairs for text in (pair.text, *pair.others)))
    scores = encode([pair.question for pair in pairs]) @ encode(texts).T
    ranks = [
        1 + int((scores[at] > scores[at, texts.index(pair.text)] + _EPSILON).sum()) for at, pair in enumerate(pairs)
    ]
    return figures_of({"first": [float(rank == 1) for rank in ranks], "rank": [1 / rank for rank in ranks]})


def tune_embedder(
    base: Path,
    rows: Sequence[Row],
    settings: EmbedderSettings,
    schedule: Schedule,
    out: Path,
    *,
    general: Mapping[str, Sequence[Pair]] | None = None,
    progress: Progress = no_progress,
    say: Callable[[str], None] | None = None,
) -> Judged:
    """Train, measure, judge. `out` gets `embedder/` where nothing is worse, else `embedder.refused/`, `manifest.json`, `report.md`.

    `general` are the sets that must not get worse; None: `general_sets`. Raises UsageError for too few pairs.
    """
    import torch

    train, held = pairs_of(rows, Split.TRAIN), pairs_of(rows, Split.HELD)
    enough(len(train), len(held), "questions")
    torch.manual_seed(schedule.seed)
    sets = {OWN: held, **(general_sets() if general is None else general)}
    encoder = Encoder(base)
    before = {name: figures(encoder.many, pairs) for name, pairs in sets.items()}
    about = json.dumps({"kind": "embedder", "pairs": digest(repr((train, held))), "settings": repr(settings)})
    task = ContrastiveTask(encoder, train, held, settings)
    result = Run(task, schedule, out, about + fingerprint(base)).go(progress, say)
    after = {name: figures(encoder.many, pairs) for name, pairs in sets.items()}
    worse = worse_than(before, after, settings.drop)
    folder = judged_folder(out, FOLDER, worse)
    _write(encoder, folder)
    made = Judged(folder, {"base": before, "result": after}, worse, result)
    sizes = {name: len(pairs) for name, pairs in sets.items()} | {"train": len(train)}
    tell(made, About(FOLDER, base, {**asdict(settings), **asdict(schedule)}, sizes, WORDS), out)
    return made


def _write(encoder: Encoder, folder: Path) -> None:
    with quiet():
        encoder.model.save_pretrained(str(folder))
        encoder.tokenizer.save_pretrained(str(folder))
