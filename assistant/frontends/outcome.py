"""The one place where what a command raises becomes an exit code and words for people."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Final

import typer
from typer.exceptions import TyperException

from assistant.errors import AssistantError, ExitCode, UsageError
from assistant.frontends import console

INTERRUPTED: Final = 130  # the shells' code for a command that Ctrl-C ended


def outcome(command: Callable[[], object], *, as_json: bool) -> int:
    """The exit code of a command; no exception passes, and no message shows document text."""
    try:
        result = command()
        return int(result) if isinstance(result, int) else int(ExitCode.DONE)
    except AssistantError as error:
        console.say_error(error, as_json=as_json)
        return int(error.exit_code)
    except TyperException as error:
        usage = UsageError(_words(error), remedy="see `assistant --help`, or the command's own `--help`")
        console.say_error(usage, as_json=as_json)
        return int(usage.exit_code)
    except typer.Exit as end:
        return int(end.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        console.talk("interrupted; what was finished is kept")
        return INTERRUPTED
    except (BrokenPipeError, console.ReaderGone):
        # The reader of our output went away: not our failure, and nothing to print it on.
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
