"""Every example of every `--help`: one a line, and a command line that the program accepts."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from assistant.frontends.cli import app
from assistant.frontends.commands import ask, serve, tui

_PROSE = re.compile(r"   +\(.*\)$")  # a remark after an example


def _commands(command: Any, name: str = "assistant") -> Iterator[tuple[str, Any]]:
    yield name, command
    for inner, found in getattr(command, "commands", {}).items():
        yield from _commands(found, f"{name} {inner}")


ROOT = typer.main.get_command(app)
EXAMPLES = [
    (name, line.strip())
    for name, command in _commands(ROOT)
    for line in (command.epilog or "").splitlines()
    if line.strip().startswith("assistant ")
]


def _accepts(command: Any, words: list[str]) -> None:
    """Parse as the program would; nothing is run. Raises what the parser raises."""
    context = command.make_context(words[0] if words else "assistant", list(words), resilient_parsing=False)
    with context:
        rest = [*context._protected_args, *context.args] if hasattr(context, "_protected_args") else context.args
        if rest and hasattr(command, "resolve_command"):
            _, inner, left = command.resolve_command(context, rest)
            _accepts(inner, left)


@pytest.mark.parametrize(("name", "line"), EXAMPLES, ids=[line[:70] for _, line in EXAMPLES])
def test_an_example_is_a_command_of_the_program(name: str, line: str) -> None:
    words = shlex.split(_PROSE.sub("", line), comments=True)
    pipe = next((at for at, word in enumerate(words) if word in ("|", ">", "<", "&&", "&")), len(words))
    _accepts(ROOT, words[1:pipe])


def test_every_example_stands_on_a_line_of_its_own() -> None:
    for name, command in _commands(ROOT):
        if command.epilog:
            assert command.epilog.startswith("\b\n"), f"{name}: click would fill the lines up"
    assert {ask.EXAMPLES.count("\n"), tui.EXAMPLES.count("\n"), serve.EXAMPLES.count("\n")} and len(EXAMPLES) > 40


def test_the_test_can_fail() -> None:
    with pytest.raises(Exception, match=r"[Nn]o such"):
        _accepts(ROOT, ["ask", "x", "--no-such-option"])
    with pytest.raises(Exception, match=r"[Nn]o such"):
        _accepts(ROOT, ["no-such-command"])
