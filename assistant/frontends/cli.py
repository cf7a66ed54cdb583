"""The `assistant` command: one table of commands, one place where errors become exit codes."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import typer
from typer.exceptions import TyperException

from assistant import __version__
from assistant.errors import AssistantError, ExitCode, UsageError
from assistant.frontends import console
from assistant.frontends.commands import (
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
    users,
    vault,
    verified,
    watch,
)

INTERRUPTED = 130  # the shells' code for a command that Ctrl-C ended

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
}.items():
    app.add_typer(_group, name=_name)


def run(argv: Sequence[str]) -> int:
    """Run one command and give its exit code; no exception passes, and no message shows document text."""
    as_json = "--json" in argv
    try:
        result = app(args=list(argv), standalone_mode=False)
        return int(result) if isinstance(result, int) else int(ExitCode.DONE)
    except AssistantError as error:
        console.say_error(error, as_json=as_json)
        return int(error.exit_code)
    except TyperException as error:
        usage = UsageError(_words(error), remedy="see `assistant --help`, or the command's own `--help`")
        console.say_error(usage, as_json=as_json)
        return int(usage.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        console.talk("interrupted; what was finished is kept")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away (`assistant docs list | head`): not our failure, and nothing to print it on.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(ExitCode.DONE)
    except Exception as error:  # noqa: BLE001 - the last net: no traceback with text reaches a terminal
        return _unexpected(error, as_json=as_json)


def _words(error: TyperException) -> str:
    format_message = getattr(error, "format_message", None)
    return str(format_message()) if format_message else str(error)


def _unexpected(error: Exception, *, as_json: bool) -> int:
    # The message of a foreign exception may quote a document; its class and place may not.
    place = traceback.extract_tb(error.__traceback__)[-1]
    shown = AssistantError(
        f"unexpected {type(error).__name__} in {Path(place.filename).name}:{place.lineno}",
        remedy="nothing was released; run `assistant doctor`",
    )
    console.say_error(shown, as_json=as_json)
    return int(ExitCode.FAILED)
