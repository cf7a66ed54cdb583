"""Options that always come together, declared once: a command names the group, its help lists the options one by one."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, ParamSpec, TypeVar, get_type_hints

from assistant.config import default_vault
from assistant.frontends.opening import Opening
from assistant.frontends.options import (
    DomainOption,
    EngineOption,
    KeyFileOption,
    ModelOption,
    PassphraseFileOption,
    PolicyOption,
    RoleOption,
    UserOption,
    VaultOption,
    opened,
    opened_vault,
    secret,
)

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.facade import Assistant
    from assistant.vault.keys import Secret
    from assistant.vault.store import Vault

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class KeyOptions:
    """Which vault, and what unlocks it."""

    vault: VaultOption = None
    passphrase_file: PassphraseFileOption = None
    key_file: KeyFileOption = None

    @property
    def folder(self) -> Path:
        """The vault's folder: the one named, or the default one."""
        return self.vault or default_vault()

    def secret(self) -> Secret:
        """What unlocks it, each time read anew, since a secret is wiped after use; see `options.secret`."""
        return secret(self.passphrase_file, self.key_file)

    def opened(self, *, accept_loss: bool = False) -> AbstractContextManager[Vault]:
        """The vault alone; see `options.opened_vault`."""
        return opened_vault(
            self.vault, passphrase_file=self.passphrase_file, key_file=self.key_file, accept_loss=accept_loss
        )


@dataclass(frozen=True, slots=True)
class AccessOptions:
    """Which vault, who comes, and under which policy."""

    vault: VaultOption = None
    policy: PolicyOption = None
    role: RoleOption = None
    user: UserOption = None
    passphrase_file: PassphraseFileOption = None
    key_file: KeyFileOption = None

    def opened(self, *, engine: str | None = None) -> AbstractContextManager[Assistant]:
        """The assistant for this person; see `options.opened`."""
        return opened(
            self.vault,
            passphrase_file=self.passphrase_file,
            key_file=self.key_file,
            policy=self.policy,
            engine=engine,
            roles=self.role,
            user=self.user,
        )


@dataclass(frozen=True, slots=True)
class DocumentOptions:
    """Where documents are worked on, under which policy and pack, and by whom."""

    vault: VaultOption = None
    policy: PolicyOption = None
    domain: DomainOption = None
    user: UserOption = None
    passphrase_file: PassphraseFileOption = None
    key_file: KeyFileOption = None

    @property
    def roles(self) -> list[str] | None:
        """None: all that the person has."""
        return None

    def opened(self, *, engine: str | None = None) -> AbstractContextManager[Assistant]:
        """The assistant for this person; see `options.opened`."""
        return opened(
            self.vault,
            passphrase_file=self.passphrase_file,
            key_file=self.key_file,
            policy=self.policy,
            domain=self.domain,
            engine=engine,
            roles=self.roles,
            user=self.user,
        )


@dataclass(frozen=True, slots=True)
class RecordOptions(DocumentOptions):
    """The same for records, where a role may be tried and it may be that no vault is; see `entering`."""

    role: RoleOption = None

    @property
    def roles(self) -> list[str] | None:
        """The roles that were named."""
        return self.role


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """What a server opens for those who come to it: they say themselves who they are."""

    vault: VaultOption = None
    policy: PolicyOption = None
    domain: DomainOption = None
    engine: EngineOption = None
    model: ModelOption = None
    passphrase_file: PassphraseFileOption = None
    key_file: KeyFileOption = None

    @contextmanager
    def opened(self) -> Iterator[Assistant]:
        """The assistant without a login, closed at the end whatever happens; see `wiring.open_assistant`."""
        key = secret(self.passphrase_file, self.key_file)
        from assistant.wiring import open_assistant

        assistant = open_assistant(
            self.vault or default_vault(),
            key,
            policy=self.policy,
            domain=self.domain,
            engine=self.engine,
            model=self.model,
        )
        try:
            yield assistant
        finally:
            assistant.close()


@dataclass(frozen=True, slots=True)
class AskOptions:
    """What a question is asked with: vault, policy, pack, engine, model and person."""

    vault: VaultOption = None
    policy: PolicyOption = None
    domain: DomainOption = None
    engine: EngineOption = None
    model: ModelOption = None
    role: RoleOption = None
    user: UserOption = None
    passphrase_file: PassphraseFileOption = None
    key_file: KeyFileOption = None

    @property
    def roles(self) -> tuple[str, ...] | None:
        """The roles that were named; None where none was."""
        return tuple(self.role) if self.role else None

    def opening(self) -> Opening:
        """The same for what opens the vault later: the terminal interface and the agent."""
        return Opening(
            self.vault or default_vault(), self.policy, self.domain, self.engine, self.model, self.roles, self.user
        )

    def opened(self, *, idle_lock: bool = False, adapter: Path | None = None) -> AbstractContextManager[Assistant]:
        """The assistant, with what a question needs loading beside; see `options.opened`."""
        return opened(
            self.vault,
            passphrase_file=self.passphrase_file,
            key_file=self.key_file,
            policy=self.policy,
            domain=self.domain,
            engine=self.engine,
            model=self.model,
            roles=self.role,
            user=self.user,
            idle_lock=idle_lock,
            asking=True,
            adapter=adapter,
        )


def grouped(command: Callable[P, R]) -> Callable[..., R]:
    """The command with each parameter that is a group spread into the group's fields, which is what typer and callers see.

    Raises TypeError where two of them have one name.
    """
    own = inspect.signature(command)
    hints = get_type_hints(command, include_extras=True)
    groups = {name: hints[name] for name in own.parameters if is_dataclass(hints.get(name))}
    spread: list[inspect.Parameter] = []
    for name, parameter in own.parameters.items():
        if name in groups:
            of = get_type_hints(groups[name], include_extras=True)
            spread += [
                inspect.Parameter(f.name, inspect.Parameter.KEYWORD_ONLY, default=f.default, annotation=of[f.name])
                for f in fields(groups[name])
            ]
        else:
            spread.append(parameter.replace(annotation=hints.get(name, parameter.annotation)))
    if len({parameter.name for parameter in spread}) < len(spread):
        raise TypeError(f"{command.__name__}: two options have one name")

    @functools.wraps(command)
    def flat(*args: object, **given: object) -> R:
        for name, group in groups.items():
            given[name] = group(**{f.name: given.pop(f.name) for f in fields(group) if f.name in given})
        return command(*args, **given)  # type: ignore[arg-type]

    flat.__signature__ = own.replace(parameters=spread)  # type: ignore[attr-defined]
    flat.__annotations__ = {p.name: p.annotation for p in spread} | {"return": hints.get("return")}
    return flat
