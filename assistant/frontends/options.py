"""The options that commands share, and the opening of the assistant from them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Protocol

import typer

from assistant.config import default_vault
from assistant.engines.registry import DEFAULT_ENGINE, ENGINES
from assistant.errors import LockedError, UsageError

if TYPE_CHECKING:
    from assistant.facade import Assistant, Conversation
    from assistant.types import Principal
    from assistant.vault.keys import Secret
    from assistant.vault.store import Vault

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


def _known_engine(name: str | None) -> str | None:
    """The name, at once refused where there is no such engine: before a passphrase is asked for. Raises UsageError."""
    if name is not None and name not in ENGINES:
        raise UsageError(f"there is no engine {name!r}", remedy="choose one of: " + ", ".join(ENGINES))
    return name


EngineOption = Annotated[
    str | None,
    typer.Option(
        "--engine",
        metavar="NAME",
        help=f"One of {', '.join(ENGINES)} [default: {DEFAULT_ENGINE}].",
        callback=_known_engine,
    ),
]
ModelOption = Annotated[str | None, typer.Option("--model", metavar="NAME", help="Writer model from the catalog.")]
AdapterOption = Annotated[
    Path | None,
    typer.Option("--adapter", metavar="FILE", help="LoRA adapter of `tune lora` (adapter.gguf) beside the writer."),
]
RoleOption = Annotated[
    list[str] | None,
    typer.Option("--role", "--as", metavar="ROLE", help="Act under this role only, or try it (may be repeated)."),
]
UserOption = Annotated[
    str | None,
    typer.Option("--user", metavar="NAME", help="Act as this user of the vault; the password is asked for."),
]
PassphraseFileOption = Annotated[
    Path | None,
    typer.Option("--passphrase-file", metavar="FILE", help="Read the passphrase from the first line of FILE."),
]
KeyFileOption = Annotated[
    Path | None,
    typer.Option(
        "--key-file",
        metavar="FILE|keyring|pkcs11|transit",
        help="Unlock with a key file, the system's keyring, a token or a key service instead.",
    ),
]


KEYRING: Final = "keyring"
TOKEN: Final = "pkcs11"
SERVICE: Final = "transit"
"""What `--key-file` may also say: the operating system's keyring, a PKCS#11 token or a key service holds the key. A file of such
a name is written `./keyring`."""


def kept_key(name: str, *, fresh: bool = False) -> Secret | None:
    """The key that something else keeps, None for another name. `fresh` has a token make a new one for the next slot.

    Raises ConfigError where the environment does not say where it is.
    """
    from assistant.vault.keys import Secret

    if name == KEYRING:
        return Secret.keyring()
    if name == TOKEN:
        from assistant.vault.token import Token

        return Secret.held(Token.from_environment(fresh=fresh))
    if name == SERVICE:
        from assistant.vault.transit import Transit

        return Secret.held(Transit.from_environment())
    return None


def secret(passphrase_file: Path | None, key_file: Path | None = None, *, confirm: bool = False) -> Secret:
    """The secret that unlocks a vault: key file or passphrase file where one is named, else `ASSISTANT_PASSPHRASE`, else a prompt.

    What is named wins or fails; nothing takes its place. Raises LockedError where none is to be had, UsageError where a file
    cannot be read or two are named.
    """
    from assistant.vault.keys import Secret

    if key_file is not None and passphrase_file is not None:
        raise UsageError("two keys are named", remedy="give --key-file or --passphrase-file")
    if key_file is not None:
        return kept_key(str(key_file)) or Secret.keyfile(key_file)
    return Secret.passphrase(passphrase(passphrase_file, confirm=confirm))


def passphrase(file: Path | None, *, confirm: bool = False) -> str:
    """The passphrase of a file where one is named, else of `ASSISTANT_PASSPHRASE`, else of a prompt.

    Raises LockedError where none is to be had, UsageError where the file cannot be read.
    """
    if file is not None:
        return first_line(file)
    if value := os.environ.get("ASSISTANT_PASSPHRASE"):
        return value
    if not sys.stdin.isatty():
        raise LockedError(
            "no passphrase", remedy="set ASSISTANT_PASSPHRASE, give --passphrase-file FILE, or run in a terminal"
        )
    return str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm, err=True))


def first_line(file: Path | str) -> str:
    """The first line of a file, or of stdin for "-". Raises UsageError where there is none or it cannot be read."""
    try:
        text = sys.stdin.readline() if str(file) == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("the file cannot be read", path=file, remedy="check name and permissions") from error
    first = text.splitlines()[:1]
    if not first or not first[0]:
        raise UsageError("the file is empty", path=file, remedy="put the secret on its first line")
    return first[0]


def password(*, confirm: bool = False, variable: str = "ASSISTANT_PASSWORD", prompt: str = "Password") -> str:
    """A user's password: from the environment, or a prompt; never an argument. Raises LockedError where none is to be had."""
    if value := os.environ.get(variable):
        return value
    if not sys.stdin.isatty():
        raise LockedError("no password", remedy=f"set {variable}, or run in a terminal")
    return str(typer.prompt(prompt, hide_input=True, confirmation_prompt=confirm, err=True))


def logged_in(vault: Vault, user: str | None) -> Principal | None:
    """Who is asking: the user who logs in where the vault has users, else None for the local user of the policy.

    Raises LockedError where a user is needed and none is named, or the login fails; UsageError for a user nobody can be.
    """
    name = user or os.environ.get("ASSISTANT_USER", "")
    if not vault.users():
        if user:
            raise UsageError(
                "this vault has no users", remedy="add one with `assistant users add`, or leave --user out"
            )
        return None
    if not name:
        raise LockedError("this vault has users: say who you are", remedy="give --user NAME, or set ASSISTANT_USER")
    return vault.login(name, password())


class Lender(Protocol):
    """What holds a vault open and lends it to commands that run in its process."""

    @property
    def vault(self) -> Vault:
        """The open vault."""

    @property
    def conversations(self) -> dict[tuple[str, frozenset[str]], Conversation]:
        """The conversation in hand of each name and set of roles; it ends with the session."""

    def end(self, who: tuple[str, frozenset[str]]) -> None:
        """End the conversation of a name and set of roles, where there is one."""

    def assistant(self, *, policy: str | None, roles: list[str] | None) -> Assistant:
        """The assistant over it under that policy and for those roles, as opening the vault would make it.

        Whose request it is, and whether pack and models are those wanted, was looked at before. Raises AssistantError.
        """


_lender: Final[ContextVar[Lender | None]] = ContextVar("lender", default=None)


def current_lender() -> Lender | None:
    """What lends the vault to the command that runs in this thread; None where the command opens it itself."""
    return _lender.get()


@contextmanager
def lent(lender: Lender) -> Iterator[None]:
    """Inside the block, and in this thread alone, commands use what `lender` holds and leave it open."""
    token = _lender.set(lender)
    try:
        yield
    finally:
        _lender.reset(token)


@contextmanager
def opened_vault(
    vault: Path | None, *, passphrase_file: Path | None = None, key_file: Path | None = None, accept_loss: bool = False
) -> Iterator[Vault]:
    """The vault alone, closed at the end whatever happens; see `Vault.open`."""
    if (lender := _lender.get()) is not None:
        yield lender.vault
        return
    key = secret(passphrase_file, key_file)
    from assistant.vault.store import Vault

    with Vault.open(vault or default_vault(), key, accept_loss=accept_loss) as found:
        yield found


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
    user: str | None = None,
    idle_lock: bool = False,
    asking: bool = False,
    adapter: Path | None = None,
) -> Iterator[Assistant]:
    """The assistant over a vault, closed at the end whatever happens.

    Where the vault has users, one of them must log in: `user` names him (or ASSISTANT_USER). `idle_lock` closes the vault
    after the policy's minutes without use. `asking` begins to load what a question needs before the vault is open.
    """
    if (lender := _lender.get()) is not None:
        yield lender.assistant(policy=policy, roles=roles)
        return
    if adapter is not None:
        # Before a passphrase is asked for: an adapter that cannot be used is told at once.
        from assistant.engines.registry import DEFAULT_ENGINE, check_adapter

        check_adapter(adapter, engine or DEFAULT_ENGINE, model)
    key = secret(passphrase_file, key_file)
    from assistant.wiring import import_ahead, open_assistant

    if asking:
        import_ahead()
    assistant = open_assistant(
        vault or default_vault(),
        key,
        policy=policy,
        domain=domain,
        engine=engine,
        model=model,
        roles=roles,
        authenticate=lambda vault: logged_in(vault, user),
        adapter=adapter,
    )
    try:
        if idle_lock:
            assistant.vault.lock_after(60.0 * assistant.gate.policy.idle_lock_minutes)
        yield assistant
    finally:
        assistant.close()
