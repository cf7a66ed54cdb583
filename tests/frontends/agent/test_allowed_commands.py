"""The agent's table against the commands' own declarations, and command lines read by it against typer's reading."""

from __future__ import annotations

import inspect
import typing
from pathlib import Path

import pytest

from assistant.frontends.agent.allowed_commands import FLAG, MANY, NUMBER, SERVED, TEXT, checked, parse
from assistant.frontends.agent.server import COMMANDS

TYPES = {str: TEXT, Path: TEXT, bool: FLAG, int: NUMBER, list[str]: MANY}
#: Options that name a key or an adapter open the vault themselves, and one that writes a file does so where the user stands.
LEFT_OUT = {"passphrase_file", "key_file", "out", "accept_loss", "adapter"}


def declared(command: str) -> tuple[list[str], dict[str, tuple[str, str]]]:
    """Arguments and options of a command, from its signature."""
    arguments, options = [], {}
    function = COMMANDS[command]
    hints = typing.get_type_hints(function, include_extras=True)
    for name in inspect.signature(function).parameters:
        hint = hints[name]
        kind, info = typing.get_args(hint)[0], typing.get_args(hint)[1]
        plain = next((part for part in typing.get_args(kind) if part is not type(None)), kind)
        plain = kind if typing.get_origin(kind) is list else plain
        if type(info).__name__ == "ArgumentInfo":
            arguments.append(name)
        else:
            # Inside Annotated typer keeps the first name as the default.
            for flag in (info.default, *(info.param_decls or ())):
                if isinstance(flag, str) and flag.startswith("-"):
                    options[flag] = (name, TYPES[plain])
    return arguments, options


def test_the_table_is_that_of_the_commands() -> None:
    assert SERVED.keys() == COMMANDS.keys()
    for command, spec in SERVED.items():
        arguments, options = declared(command)
        wanted = {flag: found for flag, found in options.items() if found[0] not in LEFT_OUT}
        assert (list(spec.arguments), dict(spec.options)) == (arguments, wanted), command


@pytest.mark.parametrize(
    ("argv", "values"),
    [
        (["ask", "Why?"], {"question": "Why?"}),
        (
            ["ask", "--role", "a", "Why?", "--role=b", "--json"],
            {"question": "Why?", "role": ["a", "b"], "as_json": True},
        ),
        (["ask", "--", "--json"], {"question": "--json"}),
        (["ask", "-"], {"question": "-"}),
        (["audit", "show", "--since", "12"], {"since": 12}),
        (["docs", "list", "--vault", "v"], {"vault": "v"}),
    ],
)
def test_a_command_line_is_read(argv: list[str], values: dict[str, object]) -> None:
    found = parse(argv)
    assert found is not None and found.values == values


@pytest.mark.parametrize(
    "argv",
    [
        [], ["ask"], ["ask", "a", "b"], ["ask", "a", "--help"], ["ask", "a", "-h"], ["ask", "a", "--policy"],
        ["ask", "a", "--json=1"], ["ask", "a", "--key-file", "k"], ["audit", "show", "--out", "f"],
        ["audit", "show", "--since", "x"], ["audit", "show", "--since", "9" * 19], ["docs"], ["docs", "delete", "1"],
        ["ingest", "a"], ["--version"], ["vault", "rekey"],
    ],
)  # fmt: skip
def test_what_it_does_not_know_it_leaves_alone(argv: list[str]) -> None:
    assert parse(argv) is None


@pytest.mark.parametrize(
    "raw",
    [
        {}, {"command": "ask"}, {"command": "ask", "values": {}}, {"command": "ask", "values": {"question": 3}},
        {"command": "ask", "values": {"question": "a", "role": "nurse"}}, {"command": ["ask"], "values": {}},
        {"command": "ask", "values": {"question": "a", "role": [1]}}, {"command": "vault rekey", "values": {}},
        {"command": "ask", "values": {"question": "a", "key_file": "k"}}, {"command": "audit show", "values": {"since": True}},
        {"command": "audit show", "values": {"as_json": "yes"}}, {"command": "ask", "values": []},
    ],
)  # fmt: skip
def test_a_request_that_does_not_fit_is_none(raw: dict[str, object]) -> None:
    assert checked(raw) is None


def test_what_was_read_passes_as_a_request() -> None:
    found = parse(["ask", "Why?", "--role", "nurse", "--verbose"])
    assert found is not None
    assert checked({"command": found.command, "values": found.values}) == found
