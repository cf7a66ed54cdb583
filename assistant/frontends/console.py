"""What a command says: one JSON document or plain text on stdout, talk and progress on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Final

from rich.console import Console

from assistant import protocols
from assistant.errors import AssistantError, ExitCode, UsageError

# rich honours NO_COLOR, TERM=dumb and the width of the terminal by itself.
_talk = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


class ReaderGone(Exception):
    """Whoever read the output has gone (`assistant docs list | head`). Not a BrokenPipeError: click ends the program for one."""


Sink = Callable[[str, str], None]
"""Where a command's words go instead of this process's streams: called with "out" or "err", and a text."""
_sink: Final[ContextVar[Sink | None]] = ContextVar("sink", default=None)


@contextmanager
def redirected(sink: Sink) -> Iterator[None]:
    """Inside the block, and in this thread alone, what is said goes to `sink`."""
    token = _sink.set(sink)
    try:
        yield
    finally:
        _sink.reset(token)


def talk(text: str, *, style: str = "") -> None:
    """A line for people, on stderr."""
    if (sink := _sink.get()) is not None:
        sink("err", text + "\n")
        return
    _talk.print(text, style=style or None)


def say(text: str) -> None:
    """Plain result text, on stdout; control characters that could drive a terminal are made visible."""
    _out(printable(text) + "\n")


def say_json(value: object) -> None:
    """The one JSON document of a command, on stdout."""
    _out(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def put(result: str | bytes, file: Path | None) -> None:
    """Write a result to the file, or say a text on stdout where none is named. Raises UsageError where it cannot be written."""
    if file is None:
        say(result.rstrip("\n") if isinstance(result, str) else result.decode("utf-8", "replace"))
        return
    try:
        file.write_bytes(result.encode("utf-8") if isinstance(result, str) else result)
    except OSError:
        raise UsageError("the file cannot be written", path=file, remedy="choose another place") from None


def _out(text: str) -> None:
    if (sink := _sink.get()) is not None:
        sink("out", text)
        return
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise ReaderGone from None


def printable(text: str) -> str:
    """The text without terminal control sequences: a document must not be able to move the cursor or rename a window."""
    return "".join(c if c in "\n\t" or c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def say_error(error: AssistantError, *, as_json: bool) -> None:
    """An error in people's words on stderr, and with --json as the document on stdout."""
    talk(f"error: {error}", style="red")
    if as_json:
        say_json(error_json(error))


def error_json(error: AssistantError) -> dict[str, object]:
    """An error as JSON: kind, message, remedy and exit code."""
    return {
        "error": {
            "kind": type(error).__name__,
            "message": error.message,
            "path": error.path,
            "line": error.line,
            "remedy": error.remedy,
            "exit_code": int(error.exit_code),
        }
    }


@contextmanager
def progress_bar(title: str, *, unit: str = "files") -> Iterator[protocols.Progress]:
    """A bar with rate and time left on stderr; silent where stderr is no terminal."""
    # Here, since it takes 20 ms that most commands, and the first screen of the terminal interface, need not wait for.
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[what]}"),
    )
    with Progress(*columns, console=_talk, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(title, total=None, rate="", what="")

        def report(done: int, total: int, what: str) -> None:
            speed = bar.tasks[task].speed
            rate = f"{speed:.1f} {unit}/s" if speed else ""
            bar.update(
                task, completed=done, total=total or None, what=printable(what)[:40].replace("\n", " "), rate=rate
            )

        yield report


def exit_code(error: BaseException) -> ExitCode:
    """The exit code of an error."""
    return error.exit_code if isinstance(error, AssistantError) else ExitCode.FAILED
