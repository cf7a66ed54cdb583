"""`assistant tui`: the terminal interface."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from assistant.errors import ConfigError, LockedError, UsageError
from assistant.frontends.option_groups import AskOptions, grouped
from assistant.frontends.options import (
    secret,
)

if TYPE_CHECKING:
    from assistant.frontends.opening import Opening
    from assistant.vault.keys import Secret

EXAMPLES = """Examples:
  assistant tui
  assistant tui --vault ./clinic --linear     (plain lines, for screen readers)
  NO_COLOR=1 assistant tui"""

# Textual would write what is on the screen to a log file, a screenshot or a debugging socket where these are set.
_LEAKS: Final = (
    "TEXTUAL", "TEXTUAL_LOG", "TEXTUAL_DEBUG", "TEXTUAL_DEVTOOLS_HOST", "TEXTUAL_DEVTOOLS_PORT", "TEXTUAL_SCREENSHOT",
    "TEXTUAL_SCREENSHOT_LOCATION", "TEXTUAL_SCREENSHOT_FILENAME", "TEXTUAL_DRIVER", "TEXTUAL_PRESS",
)  # fmt: skip


@grouped
def tui(
    *,
    chosen: AskOptions,
    linear: Annotated[
        bool, typer.Option("--linear", help="Plain lines in order, nothing drawn: for screen readers and pipes.")
    ] = False,
) -> None:
    """Work with the assistant in the terminal: ask, read sources, take documents in, settings; locks itself."""
    code = (_linear if linear else _full)(chosen.opening(), chosen.passphrase_file, chosen.key_file)
    if code:
        raise typer.Exit(code)


def _full(opening: Opening, passphrase_file: Path | None, key_file: Path | None) -> int:
    import sys

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "this is no terminal", remedy="use `assistant tui --linear`, `assistant chat` or `assistant ask`"
        )
    for name in _LEAKS:
        os.environ.pop(name, None)
    # Nothing of the first second becomes garbage: collecting only makes the first frame late. The app turns it on again.
    gc.disable()
    from assistant.frontends.tui.app import AssistantApp
    from assistant.frontends.tui.error_text import explained
    from assistant.frontends.tui.settings import Settings, load_settings

    trouble = None
    try:
        settings = load_settings()
    except ConfigError as error:
        settings, trouble = Settings(), explained(error)
    app = AssistantApp(opening, settings, secret=_given(passphrase_file, key_file), trouble=trouble)
    app.run()
    return app.return_code or 0


def _linear(opening: Opening, passphrase_file: Path | None, key_file: Path | None) -> int:
    import getpass
    import sys

    from assistant.frontends import console
    from assistant.frontends.options import password
    from assistant.frontends.tui.linear import Linear
    from assistant.frontends.tui.session import Session
    from assistant.frontends.tui.settings import load_settings
    from assistant.vault.keys import Secret

    sits_there = sys.stdin.isatty()

    def key(first: bool) -> Secret:
        # What was given by file or environment opens the vault once; after a lock, or a wrong one, a person is asked.
        if first:
            return secret(passphrase_file, key_file)
        try:
            return Secret.passphrase(getpass.getpass("Passphrase: "))
        except EOFError:
            raise LockedError("no passphrase", remedy="start again and type it") from None

    def who(user: str) -> tuple[str, str]:
        name = user or os.environ.get("ASSISTANT_USER", "")
        if not name:
            if not sits_there:
                raise LockedError("this vault has users: say who you are", remedy="give --user NAME")
            name = str(typer.prompt("User name"))
        return name, password()

    def prompt(words: str) -> None:
        sys.stdout.write(words)
        sys.stdout.flush()

    return Linear(
        Session(opening),
        sys.stdin,
        console.say,
        secret=key,
        password=who,
        idle_minutes=load_settings().idle_minutes,
        prompt=prompt if sits_there else None,
    ).run()


def _given(passphrase_file: Path | None, key_file: Path | None) -> _Secret | None:
    """How to get the key where it is at hand without asking; None where the screen must ask."""
    if key_file is None and passphrase_file is None and not os.environ.get("ASSISTANT_PASSPHRASE"):
        return None
    return _Secret(passphrase_file, key_file)


class _Secret:
    """Reads the key when it is wanted: the libraries it needs are not imported before the first screen is painted."""

    def __init__(self, passphrase_file: Path | None, key_file: Path | None) -> None:
        self._files = (passphrase_file, key_file)

    def __call__(self) -> Secret:
        return secret(*self._files)
