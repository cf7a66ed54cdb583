"""`assistant policy ...`: read, check and try a policy file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import ExitCode
from assistant.frontends import console
from assistant.frontends.options import DomainOption, JsonOption

app = typer.Typer(help="Policies: lint, explain, test, schema.", no_args_is_help=True)
PolicyArgument = Annotated[str, typer.Argument(metavar="NAME|FILE", help="A shipped policy's name, or a file.")]


@app.command("lint", epilog="Example:\n  assistant policy lint ./our-policy.yaml")
def lint(policy: PolicyArgument, as_json: JsonOption = False) -> None:
    """Report what is wrong or left open, with lines. Exit code 2 where the policy cannot be used."""
    from assistant.policy.explain import lint as remarks_of

    remarks = remarks_of(policy)
    if as_json:
        console.say_json({"remarks": [remark._asdict() for remark in remarks]})
    else:
        for remark in remarks:
            console.say(f"{remark.level}{f' line {remark.line}' if remark.line else ''}: {remark.message}")
        if not remarks:
            console.say("nothing to object to")
    if any(remark.level == "error" for remark in remarks):
        raise typer.Exit(int(ExitCode.USAGE))


@app.command("explain", epilog="Example:\n  assistant policy explain healthcare")
def explain(policy: PolicyArgument, as_json: JsonOption = False) -> None:
    """Say in sentences what the policy does."""
    from assistant.policy.explain import explain as sentences_of
    from assistant.policy.model import load_policy

    loaded = load_policy(policy)
    told = sentences_of(loaded)
    if as_json:
        console.say_json({"id": loaded.id, "version": loaded.version, "sha256": loaded.sha256, "sentences": told})
    else:
        for sentence in told:
            console.say(f"- {sentence}")


@app.command("test", epilog="Example:\n  assistant policy test healthcare --cases cases.yaml")
def test(
    policy: PolicyArgument,
    cases: Annotated[Path, typer.Option("--cases", metavar="FILE", help="YAML file of expectations.")],
    domain: DomainOption = None,
    as_json: JsonOption = False,
) -> None:
    """Try questions, passages and documents against a policy; exit code 1 where one comes out otherwise."""
    from assistant.curating.cases import tried

    results = tried(policy, cases, domain=domain)
    if as_json:
        console.say_json({"cases": [result.model_dump() for result in results]})
    else:
        for result in results:
            why = (
                ""
                if result.ok
                else f" (expected {result.expect}, got {result.got}{f' by {result.check}' if result.check else ''})"
            )
            console.say(f"{'ok  ' if result.ok else 'FAIL'} {result.name}{why}")
    if not all(result.ok for result in results):
        raise typer.Exit(int(ExitCode.FAILED))


@app.command("schema")
def schema() -> None:
    """Print the JSON Schema of policy files, for editors."""
    from assistant.policy.schema import json_schema

    console.say_json(json_schema())
