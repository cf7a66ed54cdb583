"""The options that commands share, and the opening of the assistant from them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.config import default_vault
from assistant.errors import LockedError, UsageError

if TYPE_CHECKING:
    from assistant.facade import Assistant
    from assistant.vault.keys import Secret

VaultOption = Annotated[
    Path | None,
    typer.Option("--vault", metavar="DIR", help="Vault folder [default: $ASSISTANT_VAULT or the data folder]."),
]
PolicyOption = Annotated[
    str | None, typer.Option("--policy", metavar="NAME|FILE", help="Policy in force [default: the vault's].")
]
DomainOption = Annotated[
    str | None, typer.Option("--domain", metavar="NAME", help="Domain pack [default: the vault's].")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout; talk goes to stderr.")]
EngineOption = Annotated[
    str | None,
    typer.Option("--engine", metavar="NAME", help="llamacpp, ctransformers, remote or extractive [default: llamacpp]."),
]
ModelOption = Annotated[str | None, typer.Option("--model", metavar="NAME", help="Writer model from the catalog.")]
RoleOption = Annotated[
    list[str] | None, typer.Option("--role", metavar="ROLE", help="Act under this role only (may be repeated).")
]
PassphraseFileOption = Annotated[
    Path | None,
    typer.Option("--passphrase-file", metavar="FILE", help="Read the passphrase from the first line of FILE."),
]
KeyFileOption = Annotated[
    Path | None, typer.Option("--key-file", metavar="FILE", help="Unlock with a key file instead.")
]


def secret(passphrase_file: Path | None, key_file: Path | None = None, *, confirm: bool = False) -> Secret:
    """The secret that unlocks a vault: key file, `ASSISTANT_PASSPHRASE`, passphrase file, or a prompt; never an argument.

    Raises LockedError where none is to be had, UsageError where a file cannot be read.
    """
    from assistant.vault.keys import Secret

    if key_file is not None:
        return Secret.keyfile(key_file)
    if value := os.environ.get("ASSISTANT_PASSPHRASE"):
        return Secret.passphrase(value)
    if passphrase_file is not None:
        try:
            first = passphrase_file.read_text(encoding="utf-8").splitlines()[:1]
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                "the passphrase file cannot be read", path=passphrase_file, remedy="check name and permissions"
            ) from error
        if not first or not first[0]:
            raise UsageError(
                "the passphrase file is empty", path=passphrase_file, remedy="put the passphrase on its first line"
            )
        return Secret.passphrase(first[0])
    if not sys.stdin.isatty():
        raise LockedError(
            "no passphrase", remedy="set ASSISTANT_PASSPHRASE, give --passphrase-file FILE, or run in a terminal"
        )
    return Secret.passphrase(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm, err=True))


@contextmanager
def opened(
    vault: Path | None,
    *,
    passphrase_file: Path | None = None,
    key_file: Path | None = None,
    policy: str | None = None,
    domain: str | None = None,
    engine: str | None = None,
    model: str | None = None,
    roles: list[str] | None = None,
) -> Iterator[Assistant]:
    """The assistant over a vault, closed at the end whatever happens."""
    key = secret(passphrase_file, key_file)
    from assistant.wiring import open_assistant

    assistant = open_assistant(
        vault or default_vault(), key, policy=policy, domain=domain, engine=engine, model=model, roles=roles
    )
    try:
        yield assistant
    finally:
        assistant.close()
