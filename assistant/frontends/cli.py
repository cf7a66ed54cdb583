"""The `assistant` command: one table of commands."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from assistant import __version__
from assistant.frontends import console
from assistant.frontends.commands import (
    agent,
    ask,
    audit,
    batch,
    demo,
    docs,
    doctor,
    evaluation,
    extract,
    fairness,
    gaps,
    ingest,
    models,
    policy,
    redact,
    serve,
    summarize,
    tui,
    tune,
    users,
    vault,
    verified,
    watch,
)
from assistant.frontends.outcome import outcome

app = typer.Typer(
    name="assistant",
    help="Ask your own encrypted documents. Everything stays on this machine; what cannot be supported is not said.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(show: bool) -> None:
    if show:
        console.say(f"assistant {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", help="Show the version and exit.", callback=_version, is_eager=True
    ),
) -> None:
    """Ask your own encrypted documents, offline."""


app.command("init", epilog=vault.INIT_EXAMPLES)(vault.init)
app.command("ingest", epilog=ingest.EXAMPLES)(ingest.ingest)
app.command("ask", epilog=ask.EXAMPLES)(ask.ask)
app.command("chat", epilog=ask.CHAT_EXAMPLES)(ask.chat)
app.command("redact", epilog=redact.EXAMPLES)(redact.redact)
app.command("summarize", epilog=summarize.EXAMPLES)(summarize.summarize)
app.command("tui", epilog=tui.EXAMPLES)(tui.tui)
app.command("extract", epilog=extract.EXAMPLES)(extract.extract)
app.command("watch", epilog=watch.EXAMPLES)(watch.watch)
app.command("unlock", epilog=agent.EXAMPLES)(agent.unlock)
app.command("lock")(agent.lock)
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)
for _name, _group in {
    "docs": docs.app,
    "gaps": gaps.app,
    "verified": verified.app,
    "policy": policy.app,
    "audit": audit.app,
    "models": models.app,
    "vault": vault.app,
    "users": users.app,
    "batch": batch.app,
    "serve": serve.app,
    "eval": evaluation.app,
    "fairness": fairness.app,
    "tune": tune.app,
}.items():
    app.add_typer(_group, name=_name)


def _line_by_line(group: typer.Typer) -> None:
    """Keep the lines of every example: click would fill them up as one paragraph but for its mark."""
    for command in group.registered_commands:
        if command.epilog:
            command.epilog = "\b\n" + command.epilog
    for inner in group.registered_groups:
        if (found := inner.typer_instance) is not None:
            if isinstance(found.info.epilog, str):
                found.info.epilog = "\b\n" + found.info.epilog
            _line_by_line(found)


_line_by_line(app)


def run(argv: Sequence[str]) -> int:
    """Run one command and give its exit code; no exception passes, and no message shows document text."""
    return outcome(lambda: app(args=list(argv), standalone_mode=False), as_json="--json" in argv)
