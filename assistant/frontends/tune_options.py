"""Options that several commands of `assistant tune` share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import UsageError
from assistant.frontends.options import DomainOption, KeyFileOption, PassphraseFileOption, VaultOption, opened

if TYPE_CHECKING:
    from assistant.packs.pack import Prompts
    from assistant.tune.loop import Schedule
    from assistant.tune.rows import Row

DataOption = Annotated[
    str,
    typer.Option("--data", metavar="FILE|vault:NAME", help="A set made by `tune data`: a file, or kept in the vault."),
]
OutOption = Annotated[
    Path, typer.Option("--out", metavar="DIR", help="Folder of the result; a run that was killed goes on there.")
]
BaseOption = Annotated[
    str, typer.Option("--base", metavar="NAME|FILE", help="Model to start from: of the catalog, a GGUF or a folder.")
]
TemplateOption = Annotated[
    str, typer.Option("--template", metavar="NAME", help="Chat template of the base [default: what it says].")
]
TypeOption = Annotated[
    str, typer.Option("--dtype", metavar="TYPE", help="Number format of frozen weights: auto, float32 or bfloat16.")
]
StepsOption = Annotated[int, typer.Option("--steps", min=1, metavar="N", help="Updates at most.")]
BatchOption = Annotated[int, typer.Option("--batch", min=1, metavar="N", help="Rows an update learns from.")]
RateOption = Annotated[float, typer.Option("--rate", min=1e-8, max=1.0, metavar="X", help="Learning rate.")]
EveryOption = Annotated[int, typer.Option("--every", min=1, metavar="N", help="Updates between checkpoints.")]
PatienceOption = Annotated[
    int, typer.Option("--patience", min=1, metavar="N", help="Checkpoints without a better one before it stops.")
]
MinutesOption = Annotated[
    float,
    typer.Option("--minutes", min=0, metavar="X", help="Stop after so long [default: never]; not repeatable then."),
]
SeedOption = Annotated[int, typer.Option("--seed", metavar="N", help="The same seed gives the same result.")]
TrainOption = Annotated[str, typer.Option("--train", metavar="WHAT", help="full, or last:N for the last N layers.")]
DEFAULT_BASE = "SmolLM2-135M-Instruct"


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """How long is trained, and from what start."""

    steps: StepsOption = 300
    batch: BatchOption = 4
    every: EveryOption = 25
    patience: PatienceOption = 4
    minutes: MinutesOption = 0.0
    seed: SeedOption = 1
    template: TemplateOption = ""

    def schedule(self, rate: float) -> Schedule:
        """The schedule of the loop at this learning rate."""
        from assistant.tune.loop import Schedule

        return Schedule(
            self.steps, self.batch, rate, every=self.every, patience=self.patience, minutes=self.minutes, seed=self.seed
        )


@dataclass(frozen=True, slots=True)
class SetOptions:
    """Where a set that is kept in a vault lies, and the pack whose prompts its rows are asked with."""

    vault: VaultOption = None
    domain: DomainOption = None
    passphrase_file: PassphraseFileOption = None
    key_file: KeyFileOption = None

    def read(self, source: str, *, decided: bool = False) -> tuple[Sequence[Row], Prompts]:
        """The rows of a file or of `vault:NAME` after their review, `decided`: only what a person accepted or edited; and the prompts
        of the pack. Raises UsageError where there is no such set."""
        from assistant.packs.pack import load_pack
        from assistant.tune.making import kept_rows
        from assistant.tune.review import read_reviewed
        from assistant.wiring import DEFAULT_DOMAIN

        kind, _, name = source.partition(":")
        if kind == "vault" and name:
            with opened(
                self.vault,
                passphrase_file=self.passphrase_file,
                key_file=self.key_file,
                domain=self.domain,
                engine="extractive",
            ) as assistant:
                return kept_rows(assistant.vault, name, decided=decided), assistant.pack.prompts
        path = Path(source)
        if not path.is_file():
            raise UsageError("there is no such training set", path=path, remedy="make one with `assistant tune data`")
        return read_reviewed(path, decided=decided), load_pack(self.domain or DEFAULT_DOMAIN).prompts
