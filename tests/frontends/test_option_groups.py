from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from assistant.errors import UsageError
from assistant.frontends import commands
from assistant.frontends.cli import app
from assistant.frontends.option_groups import (
    AccessOptions,
    AskOptions,
    DocumentOptions,
    KeyOptions,
    RecordOptions,
    ServerOptions,
    grouped,
)


@dataclass(frozen=True, slots=True)
class Weather:
    wind: Annotated[int, typer.Option("--wind", min=0, help="How strong.")] = 1
    rain: Annotated[bool, typer.Option("--rain", help="Whether it rains.")] = False


def made(*, seen: list[object]) -> typer.Typer:
    told = typer.Typer()

    @told.command("walk")
    @grouped
    def walk(
        where: Annotated[str, typer.Argument()],
        *,
        weather: Weather,
        far: Annotated[bool, typer.Option("--far")] = False,
    ) -> None:
        """Take a walk."""
        seen.append((where, weather, far))

    @told.command("rest")
    def rest() -> None: ...

    return told


def test_a_group_is_read_from_the_command_line_and_handed_on_whole() -> None:
    seen: list[object] = []
    assert CliRunner().invoke(made(seen=seen), ["walk", "hill", "--wind", "3", "--far"]).exit_code == 0
    assert CliRunner().invoke(made(seen=seen), ["walk", "lake", "--rain"]).exit_code == 0
    assert seen == [("hill", Weather(wind=3), True), ("lake", Weather(rain=True), False)]


def test_the_help_lists_the_options_of_the_group_one_by_one() -> None:
    shown = CliRunner().invoke(made(seen=[]), ["walk", "--help"]).stdout
    assert "--wind" in shown and "--rain" in shown and "How strong." in shown and "Take a walk." in shown
    assert "weather" not in shown.lower()


def test_the_bounds_of_an_option_in_a_group_hold() -> None:
    assert CliRunner().invoke(made(seen=[]), ["walk", "hill", "--wind", "-1"]).exit_code == 2
    assert CliRunner().invoke(made(seen=[]), ["walk", "hill", "--snow"]).exit_code == 2


def test_other_code_calls_it_with_the_single_options() -> None:
    seen: list[object] = []

    @grouped
    def walk(where: str, *, weather: Weather) -> None:
        seen.append((where, weather))

    walk("hill", rain=True)
    walk("lake")
    assert seen == [("hill", Weather(rain=True)), ("lake", Weather())]
    assert list(inspect.signature(walk).parameters) == ["where", "wind", "rain"]
    with pytest.raises(TypeError, match="snow"):
        walk("hill", snow=True)


def test_two_options_of_one_name_are_an_error_of_the_code() -> None:
    def walk(*, weather: Weather, wind: int = 0) -> None: ...

    with pytest.raises(TypeError, match="walk: two options have one name"):
        grouped(walk)


def test_roles_that_nobody_named_are_not_no_roles() -> None:
    assert AskOptions().roles is None
    assert AskOptions(role=[]).roles is None
    assert AskOptions(role=["clinician", "nurse"]).roles == ("clinician", "nurse")


GROUPS = (KeyOptions, AccessOptions, DocumentOptions, RecordOptions, ServerOptions, AskOptions)


@pytest.mark.parametrize("options", GROUPS)
def test_two_keys_at_once_open_nothing(options: type[AskOptions], tmp_path: Path) -> None:
    given = options(vault=tmp_path, passphrase_file=tmp_path / "a", key_file=tmp_path / "b")
    with pytest.raises(UsageError, match="two keys are named"), given.opened():
        pass


@pytest.mark.parametrize(
    "command",
    [
        "ask", "chat", "tui", "unlock", "docs list", "gaps answer", "verified add", "users add", "users list", "tune lora",
        "tune data", "ingest", "summarize", "extract", "batch summarize", "serve", "serve doctor", "serve access",
        "vault status", "vault slots", "vault rekey", "vault backup", "vault restore",
    ],
)  # fmt: skip
def test_every_command_that_opens_a_vault_still_names_vault_and_keys(command: str) -> None:
    shown = CliRunner(env={"COLUMNS": "200"}).invoke(app, [*command.split(), "--help"]).stdout
    for option in ("--vault", "--passphrase-file", "--key-file"):
        assert option in shown


def test_a_key_is_read_anew_each_time_since_it_is_wiped_after_use(tmp_path: Path) -> None:
    (tmp_path / "words").write_text("four quiet words here\n")
    key = KeyOptions(tmp_path, passphrase_file=tmp_path / "words")
    assert key.folder == tmp_path
    assert key.secret() is not key.secret()


def test_no_command_but_the_one_that_makes_a_vault_declares_a_key_of_its_own() -> None:
    """`init` alone asks twice for a new passphrase; the others name a group."""
    folder = Path(str(commands.__file__)).parent
    own = [
        f"{path.stem}.{node.name}"
        for path in sorted(folder.glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(a.annotation, ast.Name) and a.annotation.id == "KeyFileOption" for a in node.args.args)
    ]
    assert own == ["vault.init"]
