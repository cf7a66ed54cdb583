"""`tune reader`: the reader on a site's own reviewed questions, and a gate that lets nothing pass that is worse on other ones.

It learns which passages answer, where, and which near misses do not, from the rows that a person accepted or edited. The last layers
and the heads learn; weights are drawn back to those of the base (L2-SP, Li et al. 2018). Loss and encoding are those of the shipped
reader's training, and the calibration stays the shipped one's.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import ConfigDict, Field, with_config

from assistant.errors import UsageError
from assistant.evaluate.grounded import questions
from assistant.language.sentences import sentences
from assistant.language.words import content_stems
from assistant.packs.pack import list_packs, load_pack
from assistant.protocols import Progress, no_progress
from assistant.reading.judging import Params
from assistant.reading.network import Network
from assistant.reading.reader import WEIGHTS, Reader, word_encoder
from assistant.tune import reader_train
from assistant.tune.base import fingerprint
from assistant.tune.loop import Run, Schedule
from assistant.tune.reader_data import Row as Asked
from assistant.tune.reader_export import named, pack, state, write
from assistant.tune.reader_measure import Outcome, outcomes
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
from assistant.tune.rows import Answerable, Row, Split, digest
from assistant.tune.written_questions import shown

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from torch import Tensor, nn

FOLDER: Final = "reader"
FILE: Final = "reader.safetensors"
SOURCE: Final = "site"
LINE: Final = Params().min_released
"""The probability from which on a passage counts as answering: `min_released` of the check `answerable` where a policy says nothing."""
WORDS: Final = {
    "ranked": "answering passage above the others of its question",
    "released": f"answering passages at {LINE} or above",
    "refused": f"other passages below {LINE}",
    "sentence": "right sentence of those that answer",
    "supported": "side of the support for the answering sentence",
}
# Near misses come from a search and may answer after all, as in `written_questions`.
_NEAR_MISS: Final = 0.8
_GROUP: Final = 16


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """`last` layers learn beside the heads; `keep` weighs the squared distance of the trained weights from the base's.

    `drop` is how much lower a share of any set may be; 0: not at all.
    """

    last: Annotated[int, Field(ge=0)] = 2
    keep: Annotated[float, Field(ge=0)] = 0.01
    drop: Annotated[float, Field(ge=0, le=1)] = 0.0


class ReaderTask:
    """What a run trains; see `loop.Task`. `model` is a `reader_model.Model` with the weights to begin with."""

    def __init__(
        self,
        model: nn.Module,
        train: Sequence[reader_train.Encoded],
        held: Sequence[reader_train.Encoded],
        settings: ReaderSettings,
    ) -> None:
        """Raises UsageError where the model has fewer layers than are to learn."""
        self._model, self._train, self._held, self._settings = model, list(train), list(held), settings
        self._trained = _learning(model, settings.last)
        self._before = {name: p.detach().clone() for name, p in self._trained.items()}
        self._how = reader_train.Schedule()

    @property
    def size(self) -> int:
        """Rows to learn from."""
        return len(self._train)

    def parameters(self) -> Mapping[str, nn.Parameter]:
        """The heads and the last layers by name."""
        return self._trained

    def loss(self, chosen: Sequence[int]) -> Tensor:
        """The reader's own loss, and the distance from the base."""
        loss = self._loss([self._train[at] for at in chosen])
        if self._settings.keep:
            moved = sum(((p - self._before[name]) ** 2).sum() for name, p in self._trained.items())
            loss = loss + self._settings.keep * moved
        return loss

    def held_out(self) -> float:
        """The mean loss of held-out rows."""
        parts = [self._held[at : at + _GROUP] for at in range(0, len(self._held), _GROUP)]
        return sum(float(self._loss(part)) * len(part) for part in parts) / len(self._held)

    def after_step(self) -> None:
        """Nothing to put right."""

    def _loss(self, rows: Sequence[reader_train.Encoded]) -> Tensor:
        return reader_train.losses(self._model(*reader_train.collate(rows)), rows, self._how)


def _learning(model: nn.Module, last: int) -> dict[str, nn.Parameter]:
    """The parameters of the heads and of the last layers; all others are frozen. The support head is left alone: no row is about it."""
    layers = model.layers.count
    if last > layers:
        raise UsageError(f"the reader has {layers} layers", remedy=f"say --last with 0 to {layers}")
    marks = tuple(f"layers.weights.{at}_" for at in range(layers - last, layers))
    for name, parameter in model.named_parameters():
        head = not name.startswith(("layers.", "support.", "segment"))
        parameter.requires_grad_(head or name.startswith(marks))
    return {name: p for name, p in model.named_parameters() if p.requires_grad}


def rows_of(rows: Sequence[Row], split: Split) -> list[Asked]:
    """Of the rows of a split that one source answers, or none: each source once a question, with the sentence that answers."""
    found: dict[tuple[str, str], Asked] = {}
    for row in rows:
        one = row.answerable is Answerable.YES and len(row.citations) == 1
        if row.split is not split or not (one or row.answerable is Answerable.NO):
            continue
        for piece in row.evidence:
            cited = piece.n in row.citations
            start, end = stretch(piece.text, row.answer) if cited else (-1, -1)
            above = " — ".join(text for text in (piece.title, piece.heading) if text.strip())
            weight = 1.0 if cited or row.answerable is Answerable.NO else _NEAR_MISS
            found[row.question.casefold(), piece.text] = Asked(
                "answer", row.question, piece.text, start, end, int(cited), weight, SOURCE, digest(row.question.casefold()),
                above, loose=True,
            )  # fmt: skip
    return list(found.values())


def stretch(text: str, answer: str) -> tuple[int, int]:
    """Where the sentence stands that shares most content words with an answer; -1, -1 where none shares any."""
    wanted = set(content_stems(answer))
    scored = [(len(wanted & set(content_stems(s.text))), -s.start, s) for s in sentences(text)]
    best = max(scored, key=lambda found: found[:2], default=None)
    return (best[2].start, best[2].end) if best is not None and best[0] else (-1, -1)


def general_sets(most: int = 60) -> dict[str, list[Asked]]:
    """Questions of the shipped packs: each with the passage that answers it, and the nearest of another question."""
    found: dict[str, list[Asked]] = {}
    for name in list_packs():
        rows: list[Asked] = []
        asked = questions(load_pack(name), most)
        stems = [set(content_stems(item.source)) for item in asked]
        for item in asked:
            start = item.source.find(item.answers[0])
            span = next(
                ((s.start, s.end) for s in sentences(item.source) if s.start <= start < s.end), (start, start + 1)
            )
            key, wanted = digest(item.question.casefold()), set(content_stems(item.question))
            rows.append(Asked("answer", item.question, item.source, *span, 1, 1.0, name, key, loose=True))
            others = [at for at, other in enumerate(asked) if not any(a in other.source for a in item.answers)]
            near = max(others, key=lambda at: (len(wanted & stems[at]), -at), default=None)
            if near is not None:
                rows.append(Asked("answer", item.question, asked[near].source, -1, -1, 0, 1.0, name, key, loose=True))
        if rows:
            found[name] = rows
    return found


def figures(reader: Reader, rows: Sequence[Asked]) -> Figures:
    """How well the passages of a set are read; see `WORDS`."""
    found = outcomes(reader, rows)
    answering, others = [o for o in found if o.row.label], [o for o in found if not o.row.label]
    return figures_of(
        {
            "ranked": _ranked(found),
            "released": [float(o.reading.answerable >= LINE) for o in answering],
            "refused": [float(o.reading.answerable < LINE) for o in others],
            "sentence": [float(o.right) for o in answering if o.row.start >= 0],
            "supported": _supported(reader, rows),
        }
    )


def _ranked(found: Sequence[Outcome]) -> list[float]:
    """For each question the share of its other passages that stand below the answering one; ties count half."""
    by_question: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in found:
        by_question[outcome.row.group].append(outcome)
    shares = []
    for group in by_question.values():
        good = [o.reading.answerable for o in group if o.row.label]
        bad = [o.reading.answerable for o in group if not o.row.label]
        pairs = [(g > b) + 0.5 * (g == b) for g in good for b in bad]
        shares += [sum(pairs) / len(pairs)] if pairs else []
    return shares


def _supported(reader: Reader, rows: Sequence[Asked]) -> list[float]:
    """Whether the answering sentence is supported by its own passage, and not by the others of its question."""
    said = {row.group: row.passage[row.start : row.end] for row in rows if row.label and row.start >= 0}
    known = [row for row in rows if row.group in said]
    found = reader.entails([row.passage for row in known], [said[row.group] for row in known])
    return [float((e.supported >= LINE) == bool(row.label)) for e, row in zip(found, known, strict=True)]


def tune_reader(
    encoder: Path,
    rows: Sequence[Row],
    settings: ReaderSettings,
    schedule: Schedule,
    out: Path,
    *,
    base: Path = WEIGHTS,
    general: Mapping[str, Sequence[Asked]] | None = None,
    progress: Progress = no_progress,
    say: Callable[[str], None] | None = None,
) -> Judged:
    """Train, measure, judge. `out` gets `reader/` where nothing is worse, else `reader.refused/`, `manifest.json` and `report.md`.

    `encoder` is the folder of the embedding model, `base` the shipped weights. `general` are the sets that must not get worse; None:
    `general_sets`. Raises UsageError for too few rows, ConfigError where the folder holds another run.
    """
    from tokenizers import Tokenizer

    from assistant.tune.reader_model import Model

    train, held = rows_of(rows, Split.TRAIN), rows_of(rows, Split.HELD)
    enough(len(train), len(held), "passages")
    sets = {OWN: held, **(general_sets() if general is None else general)}
    blob = base.read_bytes()
    parts = word_encoder(encoder)
    network = Network.of(blob, encoder)
    before = _measured(Reader(network, *parts), sets)
    model = Model(encoder, schedule.seed)
    model.load_state_dict(state(base, model.state_dict()))
    tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    task = ReaderTask(model, _encoded(tokenizer, train, schedule.seed), _encoded(tokenizer, held, 0), settings)
    about = json.dumps({"kind": FOLDER, "rows": digest(repr((train, held))), "settings": repr(settings)})
    result = Run(task, schedule, out, about + fingerprint(base) + fingerprint(encoder)).go(progress, say)
    calibration = network.settings["calibration"]
    tuned = pack(named(model.state_dict()), encoder, calibration)
    after = _measured(Reader(Network.of(tuned, encoder), *parts), sets)
    worse = worse_than(before, after, settings.drop)
    folder = judged_folder(out, FOLDER, worse)
    write(folder / FILE, tuned)
    made = Judged(folder, {"base": before, "result": after}, worse, result)
    sizes = {name: len(found) for name, found in sets.items()} | {"train": len(train)}
    tell(made, About(FOLDER, base, {**asdict(settings), **asdict(schedule)}, sizes, WORDS), out)
    return made


def _measured(reader: Reader, sets: Mapping[str, Sequence[Asked]]) -> dict[str, Figures]:
    return {name: figures(reader, rows) for name, rows in sets.items()}


def _encoded(tokenizer: Tokenizer, rows: Sequence[Asked], seed: int) -> list[reader_train.Encoded]:
    """The rows as they are read: in the words that are read of a long passage, under what stands above it."""
    rng = random.Random(f"{seed} site")  # noqa: S311 (reproducible, no secret)
    read = [found for row in rows if (found := shown(row, rng)) is not None]
    # A cited passage whose sentence is not known teaches that it answers, not where.
    return reader_train.encode(tokenizer, [replace(row, title="") for row in read])
