"""Which commands an agent answers, with which options, and their reading from a command line without the command line's library.

What is not in the table, an agent does not do: `parse` gives None and the command runs as without one. A test holds the
table to the commands' own declarations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

Value = str | int | bool | list[str]
TEXT, MANY, FLAG, NUMBER = "text", "many", "flag", "number"

_VAULT: Final = {"--vault": ("vault", TEXT), "--json": ("as_json", FLAG)}
_WHO: Final = {"--policy": ("policy", TEXT), "--role": ("role", MANY), "--as": ("role", MANY), "--user": ("user", TEXT)}


@dataclass(frozen=True, slots=True)
class Spec:
    """A command's arguments by position, and its options: flag -> (parameter, kind)."""

    arguments: tuple[str, ...] = ()
    options: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def kinds(self) -> dict[str, str]:
        """The kind of each parameter."""
        return dict.fromkeys(self.arguments, TEXT) | dict(self.options.values())


SERVED: Final[Mapping[str, Spec]] = {
    "ask": Spec(
        ("question",),
        {
            **_VAULT,
            **_WHO,
            "--domain": ("domain", TEXT),
            "--engine": ("engine", TEXT),
            "--model": ("model", TEXT),
            "--verbose": ("verbose", FLAG),
            "-c": ("go_on", FLAG),
            "--continue": ("go_on", FLAG),
            "--as-typed": ("as_typed", FLAG),
        },
    ),
    "docs list": Spec((), {**_VAULT, **_WHO, "--collection": ("collection", TEXT)}),
    "docs show": Spec(("document_id",), {**_VAULT, **_WHO, "--restore": ("restore", FLAG)}),
    "audit show": Spec((), {**_VAULT, "--since": ("since", NUMBER)}),
    "audit verify": Spec((), {**_VAULT, "--head": ("head", TEXT)}),
    "audit key": Spec((), _VAULT),
    "vault status": Spec((), {**_VAULT, "--verify": ("verify", FLAG)}),
}


@dataclass(frozen=True, slots=True)
class Request:
    """A command and the values of those of its parameters that were given."""

    command: str
    values: dict[str, Value]


def parse(argv: Sequence[str]) -> Request | None:
    """The command that `argv` (without the program) calls; None where an agent cannot stand in for it, for whatever reason."""
    command = next((name for name in SERVED if list(argv[: name.count(" ") + 1]) == name.split()), None)
    if command is None:
        return None
    spec = SERVED[command]
    found = _read(spec, list(argv[command.count(" ") + 1 :]))
    if found is None or len(found[1]) != len(spec.arguments):
        return None
    values, given = found
    return Request(command, values | dict(zip(spec.arguments, given, strict=True)))


def _read(spec: Spec, rest: list[str]) -> tuple[dict[str, Value], list[str]] | None:
    """The options' values and the arguments; None where one is not in the table or has not its form."""
    values: dict[str, Value] = {}
    given: list[str] = []
    while rest:
        word = rest.pop(0)
        if word == "--":
            given += rest
            break
        if word == "-" or not word.startswith("-"):
            given.append(word)
            continue
        name, equals, value = word.partition("=")
        if name not in spec.options:
            return None
        parameter, kind = spec.options[name]
        if kind == FLAG:
            if equals:
                return None
            values[parameter] = True
        elif (not equals and not rest) or not _take(values, parameter, kind, value if equals else rest.pop(0)):
            return None
    return values, given


def _take(values: dict[str, Value], parameter: str, kind: str, value: str) -> bool:
    """Put a value where it belongs; False where it is not of its kind."""
    if kind == MANY:
        before = values.get(parameter)
        values[parameter] = [*before, value] if isinstance(before, list) else [value]
        return True
    if kind == NUMBER:
        # Eighteen digits stay below the largest integer of the database.
        if not (value.isascii() and value.isdigit()) or len(value) > 18:
            return False
        values[parameter] = int(value)
        return True
    values[parameter] = value
    return True


def checked(raw: Mapping[str, object]) -> Request | None:
    """A request that came over the socket, held to the same table; None for anything else."""
    command, values = raw.get("command"), raw.get("values")
    if not isinstance(command, str) or command not in SERVED or not isinstance(values, dict):
        return None
    spec = SERVED[command]
    kinds = spec.kinds
    known = {name: value for name, value in values.items() if name in kinds and _is(value, kinds[name])}
    if len(known) != len(values) or not set(spec.arguments) <= known.keys():
        return None
    return Request(command, known)


def _is(value: object, kind: str) -> bool:
    if kind == MANY:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if kind == NUMBER:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, bool if kind == FLAG else str)
