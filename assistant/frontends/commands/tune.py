"""`assistant tune ...`: training sets, adapters, students, pruned models, and recipes that make them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import ExitCode
from assistant.frontends import console
from assistant.frontends.commands import tune_encoders
from assistant.frontends.option_groups import DocumentOptions, grouped
from assistant.frontends.options import (
    JsonOption,
    PolicyOption,
)
from assistant.frontends.progress_lines import ProgressLines
from assistant.frontends.tune_options import (
    DEFAULT_BASE,
    BaseOption,
    DataOption,
    OutOption,
    RateOption,
    SeedOption,
    SetOptions,
    TrainingOptions,
    TrainOption,
    TypeOption,
)

if TYPE_CHECKING:
    from assistant.tune.lora import Tuned
    from assistant.tune.rows import Card

app = typer.Typer(
    help="Tune small models: data, lora, distill, prune, embedder, reader, redactor, recipe.", no_args_is_help=True
)
for name, command in tune_encoders.COMMANDS.items():
    app.command(name, epilog=tune_encoders.EXAMPLES)(command)
DATA_EXAMPLES = """Examples:
  assistant tune data --domain healthcare --out set.jsonl
  assistant tune data --vault ~/vault --license LicenseRef-internal --label internal
  assistant tune lora --data set.jsonl --domain healthcare --out tuned --steps 400
  assistant tune recipe domains/healthcare/recipe.yaml --out work"""


@app.command("data", epilog=DATA_EXAMPLES)
@grouped
def data(
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE.jsonl", help="Write the redacted set there [default: keep it in the vault]."
        ),
    ] = None,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="Name of the set in the vault.")] = "default",
    licence: Annotated[
        str,
        typer.Option(
            "--license", metavar="SPDX", help="Licence of documents that name none; without it they are left out."
        ),
    ] = "",
    label: Annotated[
        list[str] | None, typer.Option("--label", metavar="LABEL", help="Only documents with this label, repeatable.")
    ] = None,
    most: Annotated[int, typer.Option("--most", min=0, metavar="N", help="Rows of a kind and document; 0: all.")] = 40,
    seed: SeedOption = 1,
    *,
    access: DocumentOptions,
    as_json: JsonOption = False,
) -> None:
    """Make a training set: of the documents of a pack (--domain with --out), or of those in a vault that you may read.

    Every text passes the policy's training checks: redacted, no injections. Rows are questions with numbered sources and the cited
    answer; a card beside them says of what they were made.
    """
    from assistant.packs.pack import list_packs
    from assistant.tune.dataset import Settings
    from assistant.tune.making import PACK_LICENCE, keep_set, make_set, pack_assistant, write_set

    settings, labels = Settings(seed, most), frozenset(label or ())
    domain = access.domain
    of_pack = access.vault is None and domain is not None and out is not None
    with console.progress_bar("Making a training set", unit="documents") as progress:
        if of_pack:
            with pack_assistant(str(domain), access.policy, progress) as assistant:
                made = make_set(
                    assistant,
                    licence=licence or (PACK_LICENCE if str(domain) in list_packs() else ""),
                    labels=labels,
                    settings=settings,
                    progress=progress,
                )
        else:
            with access.opened(engine="extractive") as assistant:
                made = make_set(assistant, licence=licence, labels=labels, settings=settings, progress=progress)
                if out is None:
                    keep_set(assistant.vault, name, made)
    paths = write_set(made, out) if out is not None else []
    if as_json:
        console.say_json({**made.card.as_json(), "files": [str(path) for path in paths]})
        return
    _say_card(made.card)
    for path in paths:
        console.talk(f"wrote {path}")
    if out is None:
        console.talk(f"kept in the vault as {name}: `assistant tune lora --data vault:{name}`")


def _say_card(card: Card) -> None:
    for axis, counts in card.counts.items():
        console.say(f"{axis:<12}" + ", ".join(f"{n} {what}" for what, n in counts.items()))
    for why, n in card.left_out.items():
        console.say(f"left out    {n} {why}")
    console.say(f"{card.rows} rows, sha256 {card.sha256}")


@app.command("lora")
@grouped
def lora(
    source: DataOption,
    out: OutOption,
    base: BaseOption = DEFAULT_BASE,
    train: Annotated[
        str, typer.Option("--train", metavar="WHAT", help="adapter, full, or last:N for the last N layers.")
    ] = "adapter",
    rank: Annotated[int, typer.Option("--rank", min=1, max=256, metavar="N", help="Rank of the adapter.")] = 8,
    alpha: Annotated[float, typer.Option("--alpha", min=0.01, metavar="X", help="Scale of the adapter.")] = 16.0,
    fairness: Annotated[
        float,
        typer.Option("--fairness", min=0, metavar="X", help="Weight of the penalty on answers that differ by group."),
    ] = 0.0,
    fake_quant: Annotated[
        str, typer.Option("--fake-quant", metavar="TYPE", help="Train for a file of that type: Q4_0 or Q8_0.")
    ] = "none",
    rate: RateOption = 3e-4,
    dtype: TypeOption = "auto",
    *,
    training: TrainingOptions,
    kept: SetOptions,
    as_json: JsonOption = False,
) -> None:
    """Train a low-rank adapter on a base, or its layers themselves; DIR gets the GGUF file and its manifest."""
    from assistant.tune.base import load_base
    from assistant.tune.lora import LoraSettings, tune_lora

    settings = LoraSettings(train=train, rank=rank, alpha=alpha, fairness=fairness, fake_quant=fake_quant)
    schedule = training.schedule(rate)
    rows, prompts = kept.read(source)
    loaded = load_base(base, template=training.template, dtype=dtype)
    with console.progress_bar("Training", unit="updates") as progress:
        made = tune_lora(loaded, rows, prompts, settings, schedule, out, progress=progress, say=console.talk)
    _tell(made, as_json)


@app.command("distill")
@grouped
def distill(
    source: DataOption,
    out: OutOption,
    student: Annotated[str, typer.Option("--student", metavar="NAME|FILE", help="The model that learns.")],
    teacher: Annotated[
        str, typer.Option("--teacher", metavar="NAME|FILE", help="The model that is imitated.")
    ] = DEFAULT_BASE,
    temperature: Annotated[float, typer.Option("--temperature", min=0.1, metavar="X", help="Softens both.")] = 2.0,
    soft: Annotated[
        float,
        typer.Option(
            "--soft", min=0, max=1, metavar="X", help="Share of the teacher in the loss; the rest is the set's."
        ),
    ] = 0.7,
    hidden: Annotated[
        float, typer.Option("--hidden", min=0, metavar="X", help="Weight of the distance of hidden states.")
    ] = 0.0,
    relations: Annotated[
        float,
        typer.Option("--relations", min=0, metavar="X", help="Weight of the distance of relations between tokens."),
    ] = 0.0,
    attention: Annotated[
        float, typer.Option("--attention", min=0, metavar="X", help="Weight of the divergence of the last attention.")
    ] = 0.0,
    sequence: Annotated[
        bool, typer.Option("--sequence", help="Learn what the teacher writes: for a teacher of other tokens.")
    ] = False,
    train: TrainOption = "full",
    rate: RateOption = 1e-4,
    *,
    training: TrainingOptions,
    kept: SetOptions,
    as_json: JsonOption = False,
) -> None:
    """Have a small model learn what a larger one says, by its distributions or its texts; DIR gets the model and its manifest."""
    from assistant.tune.base import load_base
    from assistant.tune.distill import DistillSettings, tune_distill

    settings = DistillSettings(temperature, soft, hidden, relations, attention, sequence, train)
    schedule = training.schedule(rate)
    rows, prompts = kept.read(source)
    small = load_base(student, template=training.template, dtype="float32")
    large = load_base(teacher, template=training.template, dtype="float32")
    with console.progress_bar("Distilling", unit="updates") as progress:
        made = tune_distill(small, large, rows, prompts, settings, schedule, out, progress=progress, say=console.talk)
    _tell(made, as_json)


@app.command("prune")
@grouped
def prune(
    source: DataOption,
    out: OutOption,
    base: BaseOption = DEFAULT_BASE,
    layers: Annotated[int, typer.Option("--layers", min=0, metavar="N", help="Layers to take out.")] = 0,
    head_groups: Annotated[
        int, typer.Option("--head-groups", min=0, metavar="N", help="Key heads with their query heads, of each layer.")
    ] = 0,
    neurons: Annotated[int, typer.Option("--neurons", min=0, metavar="N", help="Neurons of each layer.")] = 0,
    sparse: Annotated[bool, typer.Option("--two-of-four", help="Zero the two smaller of each four weights.")] = False,
    train: TrainOption = "full",
    rate: RateOption = 1e-4,
    *,
    training: TrainingOptions,
    kept: SetOptions,
    as_json: JsonOption = False,
) -> None:
    """Take out what a model needs least and let it recover with the whole model as its teacher."""
    from assistant.tune.base import load_base
    from assistant.tune.prune import PruneSettings, tune_prune

    settings = PruneSettings(layers, head_groups, neurons, sparse, train=train)
    schedule = training.schedule(rate)
    rows, prompts = kept.read(source)
    loaded = load_base(base, template=training.template, dtype="float32")
    with console.progress_bar("Recovering", unit="updates") as progress:
        made = tune_prune(loaded, rows, prompts, settings, schedule, out, progress=progress, say=console.talk)
    _tell(made, as_json)


@app.command("recipe")
def recipe(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.yaml|PACK", help="The recipe, or a shipped pack, which brings one.")
    ],
    out: OutOption,
    policy: PolicyOption = None,
    as_json: JsonOption = False,
) -> None:
    """Data, train, export, quantize, evaluate, compare, register: what is done already is not done again.

    Exit code 1 where a gate metric is worse than that of the base: nothing is registered then.
    """
    from assistant.tune.recipe import load_recipe, recipe_file
    from assistant.tune.recipe_run import run_recipe

    chosen = load_recipe(recipe_file(file))
    with console.progress_bar("Recipe", unit="") as bar:
        # A screen or a page that runs this beside itself reads lines.
        progress = bar if sys.stderr.isatty() else ProgressLines(console.talk)
        done = run_recipe(chosen, out, policy=policy, progress=progress, say=console.talk)
    if as_json:
        console.say_json(done.as_json())
    else:
        console.say(done.report.read_text(encoding="utf-8"))
        console.talk(f"registered as {done.registered}" if done.registered else "nothing was registered")
    if not done.decision.passed:
        raise typer.Exit(int(ExitCode.FAILED))


def _tell(made: Tuned, as_json: bool) -> None:
    run = made.manifest.run
    if as_json:
        console.say_json({"file": str(made.file), "sha256": made.manifest.output["sha256"], "run": dict(run)})
        return
    console.say(
        f"held-out loss {run['held_out_before']:.4f} before, {run['held_out_best']:.4f} at step {run['best_step']}; "
        f"ended after {run['steps']} steps: {run['ended']}"
    )
    console.say(f"{made.file}  sha256 {made.manifest.output['sha256']}")
