from __future__ import annotations

import json
from typing import Any

import pytest
import typer

from assistant import __version__
from assistant.frontends.cli import app, run

ROOT: Any = typer.main.get_command(app)
CONTRACT = (
    "init ingest ask chat tui serve docs redact summarize batch policy audit gaps unlock lock fairness eval models tune vault demo doctor"
).split()


def commands(command: Any, name: str = "") -> list[tuple[str, Any]]:
    if hasattr(command, "commands"):
        return [
            found for word, inner in command.commands.items() for found in commands(inner, f"{name} {word}".strip())
        ]
    return [(name, command)]


ALL = commands(ROOT)


def test_the_commands_of_the_contract_are_there() -> None:
    assert set(CONTRACT) <= set(ROOT.commands)
    names = {name for name, _ in ALL}
    assert {
        "docs list",
        "docs show",
        "docs delete",
        "policy lint",
        "audit receipt",
        "vault rekey",
        "batch summarize",
    } <= names


@pytest.mark.parametrize(("name", "command"), ALL, ids=[name for name, _ in ALL])
def test_every_command_says_what_it_does_and_what_each_option_means(name: str, command: Any) -> None:
    assert command.help and command.help.strip().endswith("."), name
    for parameter in command.params:
        if any(word.startswith("--") for word in parameter.opts) and "--help" not in parameter.opts:
            assert parameter.help, f"{name} {parameter.opts}"


@pytest.mark.parametrize(("name", "command"), ALL, ids=[name for name, _ in ALL])
def test_no_secret_is_an_argument(name: str, command: Any) -> None:
    for parameter in command.params:
        words = {word.lstrip("-") for word in parameter.opts}
        assert not words & {"passphrase", "password", "secret", "pin"}, name


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.strip() == f"assistant {__version__}"


@pytest.mark.parametrize(
    "words",
    [
        ["no-such-command"],
        ["docs", "no-such"],
        ["ask"],
        ["ask", "q", "--no-such-option"],
        ["docs", "page", "x", "0", "--out", "f"],
    ],
)
def test_a_wrong_command_line_is_exit_code_2_without_a_traceback(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_with_json_an_error_is_one_document_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "explain", "no-such-policy", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["exit_code"] == 2
