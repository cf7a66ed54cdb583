"""`assistant tune embedder|reader|redactor`: a site's encoders on its own reviewed questions and corrections, each behind a gate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from assistant.errors import ExitCode
from assistant.frontends import console
from assistant.frontends.option_groups import grouped
from assistant.frontends.options import JsonOption
from assistant.frontends.tune_options import (
    BatchOption,
    DataOption,
    EveryOption,
    OutOption,
    PatienceOption,
    RateOption,
    SeedOption,
    SetOptions,
    StepsOption,
)

if TYPE_CHECKING:
    from assistant.tune.regression_gate import Judged

EXAMPLES: Final = """Examples:
  assistant tune embedder --data vault:default --out enc
  assistant tune reader --data vault:default --out reader --steps 200
  assistant tune redactor --data corrections.jsonl --out tagger"""
UnreviewedOption = Annotated[bool, typer.Option("--unreviewed", help="Also rows that nobody looked at.")]
DropOption = Annotated[
    float, typer.Option("--drop", min=0, max=1, metavar="X", help="How much lower a share of any set may be.")
]


@grouped
def embedder(
    source: DataOption,
    out: OutOption,
    base: Annotated[
        Path | None, typer.Option("--base", metavar="DIR", help="Encoder to start from [default: the one in use].")
    ] = None,
    last: Annotated[int, typer.Option("--last", min=1, metavar="N", help="Layers that learn.")] = 2,
    near: Annotated[float, typer.Option("--keep", min=0, metavar="X", help="Weight of staying near the base.")] = 1.0,
    unreviewed: UnreviewedOption = False,
    drop: DropOption = 0.0,
    steps: StepsOption = 100,
    batch: BatchOption = 16,
    rate: RateOption = 2e-5,
    every: EveryOption = 25,
    patience: PatienceOption = 4,
    seed: SeedOption = 1,
    *,
    kept: SetOptions,
    as_json: JsonOption = False,
) -> None:
    """Tune the search's encoder on questions that a person accepted or edited, and hold it to the questions of the shipped packs.

    Exit code 1 where it is worse on any set: DIR then has no `embedder`.
    """
    from assistant.models.catalog import verify
    from assistant.retrieval.embed import MODEL
    from assistant.tune.embedder import EmbedderSettings, tune_embedder
    from assistant.tune.loop import Schedule

    schedule = Schedule(steps, batch, rate, every=every, patience=patience, seed=seed)
    rows, _ = kept.read(source, decided=not unreviewed)
    settings = EmbedderSettings(last=last, keep=near, drop=drop)
    with console.progress_bar("Training", unit="updates") as progress:
        made = tune_embedder(base or verify(MODEL), rows, settings, schedule, out, progress=progress, say=console.talk)
    _judge(made, out, as_json)


@grouped
def reader(
    source: DataOption,
    out: OutOption,
    last: Annotated[
        int, typer.Option("--last", min=0, metavar="N", help="Layers that learn beside the heads; 0: heads alone.")
    ] = 2,
    near: Annotated[float, typer.Option("--keep", min=0, metavar="X", help="Pull of the base's weights.")] = 0.01,
    unreviewed: UnreviewedOption = False,
    drop: DropOption = 0.0,
    steps: StepsOption = 120,
    batch: BatchOption = 12,
    rate: RateOption = 5e-5,
    every: EveryOption = 20,
    patience: PatienceOption = 4,
    seed: SeedOption = 1,
    *,
    kept: SetOptions,
    as_json: JsonOption = False,
) -> None:
    """Tune the reader, which decides whether anything is answered, on questions that a person accepted or edited.

    It is held to the questions of the shipped packs. Exit code 1 where any share is lower: DIR then has no `reader`.
    """
    from assistant.models.catalog import verify
    from assistant.reading.reader import ENCODER
    from assistant.tune.loop import Schedule
    from assistant.tune.reader_site import ReaderSettings, tune_reader

    schedule = Schedule(steps, batch, rate, every=every, patience=patience, seed=seed)
    rows, _ = kept.read(source, decided=not unreviewed)
    settings = ReaderSettings(last=last, keep=near, drop=drop)
    with console.progress_bar("Training", unit="updates") as progress:
        made = tune_reader(verify(ENCODER), rows, settings, schedule, out, progress=progress, say=console.talk)
    _judge(made, out, as_json)


def redactor(
    source: Annotated[
        Path, typer.Option("--data", metavar="FILE.jsonl", help="Texts with the identifiers that stand in them.")
    ],
    out: OutOption,
    again: Annotated[
        int, typer.Option("--again", min=0, max=20_000, metavar="N", help="Texts made here that are seen again.")
    ] = 400,
    drop: DropOption = 0.0,
    steps: StepsOption = 200,
    batch: BatchOption = 16,
    rate: RateOption = 3e-4,
    every: EveryOption = 25,
    patience: PatienceOption = 4,
    seed: SeedOption = 1,
    as_json: JsonOption = False,
) -> None:
    """Tune the tagger of identifiers on corrections: texts with what was missed, and texts in which too much was hidden.

    It is held to texts that are made here and to sentences without identifiers. Exit code 1 where any share is lower: DIR then has no
    `redactor`. The result has seen the identifiers of the corrections; keep it as you keep them.
    """
    from assistant.models.catalog import verify
    from assistant.privacy.tagger import ENCODER
    from assistant.tune.corrections import read_corrections
    from assistant.tune.loop import Schedule
    from assistant.tune.redactor_site import RedactorSettings, tune_redactor

    schedule = Schedule(steps, batch, rate, every=every, patience=patience, seed=seed)
    corrections = read_corrections(source)
    settings = RedactorSettings(again=again, drop=drop)
    with console.progress_bar("Training", unit="updates") as progress:
        made = tune_redactor(verify(ENCODER), corrections, settings, schedule, out, progress=progress, say=console.talk)
    _judge(made, out, as_json)


def _judge(made: Judged, out: Path, as_json: bool) -> None:
    """Tell base and result; exit code 1 where something is worse."""
    from assistant.tune.regression_gate import REPORT

    if as_json:
        told = {"folder": str(made.folder), "passed": made.passed, "worse": made.worse, "figures": made.figures}
        console.say_json(told)
    else:
        console.say((out / REPORT).read_text(encoding="utf-8"))
    if not made.passed:
        raise typer.Exit(int(ExitCode.FAILED))


COMMANDS: Final[dict[str, Callable[..., None]]] = {"embedder": embedder, "reader": reader, "redactor": redactor}
