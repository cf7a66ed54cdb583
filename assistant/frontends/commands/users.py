"""`assistant users ...`: who may log in to the vault, and under which roles of the policy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.config import default_vault
from assistant.errors import AccessDenied, UsageError
from assistant.frontends import console
from assistant.frontends.option_groups import KeyOptions, grouped
from assistant.frontends.options import (
    JsonOption,
    KeyFileOption,
    PassphraseFileOption,
    PolicyOption,
    UserOption,
    VaultOption,
    first_line,
    logged_in,
    password,
    secret,
)

if TYPE_CHECKING:
    from assistant.vault.store import Vault

EXAMPLES = """Examples:
  assistant users add ann --role admin          (the first one: asks for the password)
  assistant users add bob --role clinician --user ann
  assistant users list
A vault without users is used under the policy's local roles. Once it has users, every command that reads it asks who it is
(--user NAME or ASSISTANT_USER, password from ASSISTANT_PASSWORD or a prompt), and users are managed by those with the role
admin. The new password comes from --password-file, ASSISTANT_NEW_PASSWORD or a prompt."""

MANAGER = "admin"

app = typer.Typer(help="The users of the vault and their roles.", no_args_is_help=True, epilog=EXAMPLES)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The user's name.")]
Roles = Annotated[
    list[str] | None, typer.Option("--role", metavar="ROLE", help="A role of the policy (may be repeated).")
]
Groups = Annotated[
    list[str] | None, typer.Option("--group", metavar="GROUP", help="A group that access lists name (may be repeated).")
]
PasswordFile = Annotated[
    Path | None,
    typer.Option("--password-file", metavar="FILE", help="Read the new password from the first line of FILE."),
]


@dataclass(frozen=True, slots=True)
class ManagerOptions:
    """Which vault, and who comes to manage who may use it."""

    vault: VaultOption = None
    user: UserOption = None
    passphrase_file: PassphraseFileOption = None
    key_file: KeyFileOption = None

    def opened(self) -> Vault:
        """The vault, for anybody with its key. Raises LockedError where the key is wrong."""
        from assistant.vault.store import Vault

        return Vault.open(self.vault or default_vault(), secret(self.passphrase_file, self.key_file))

    @contextmanager
    def managed(self) -> Iterator[Vault]:
        """The vault, for somebody who may manage users: anybody with its key while it has none, an admin afterwards.

        Raises AccessDenied for a user without the role, LockedError where the login fails.
        """
        with self.opened() as opened:
            if any(MANAGER in found.roles for found in opened.users()):
                acting = logged_in(opened, self.user)
                if acting is None or MANAGER not in acting.roles:
                    raise AccessDenied(
                        "only a user with the role admin manages users", remedy="log in with --user NAME"
                    )
            yield opened


@app.command("add", epilog=EXAMPLES)
@grouped
def add(
    name: Name,
    role: Roles = None,
    group: Groups = None,
    password_file: PasswordFile = None,
    policy: PolicyOption = None,
    *,
    manager: ManagerOptions,
) -> None:
    """Add a user. The first one must be an admin."""
    with manager.managed() as opened:
        roles = frozenset(role or ())
        if not opened.users() and MANAGER not in roles:
            raise UsageError(
                "the first user must have the role admin", remedy="give --role admin, and others as needed"
            )
        _check_roles(opened, roles, policy)
        opened.add_user(name, _new(password_file), roles, groups=group or ())
    console.talk(f"added {name}: {', '.join(sorted(roles)) or 'no role, and so nothing to see'}")


@app.command("list")
@grouped
def list_users(
    *,
    key: KeyOptions,
    as_json: JsonOption = False,
) -> None:
    """List users, roles and who is locked out."""
    with key.opened() as opened:
        found = opened.users()
    if as_json:
        rows = [
            {
                "name": u.name,
                "roles": sorted(u.roles),
                "groups": sorted(u.groups),
                "created_at": u.created_at,
                "locked": u.locked,
            }
            for u in found
        ]
        console.say_json({"users": rows})
        return
    for u in found:
        console.say(f"{u.name:<24}{', '.join(sorted(u.roles)):<32}{u.created_at}{'  locked' if u.locked else ''}")
    console.talk(f"{len(found)} users")


@app.command("remove")
@grouped
def remove(
    name: Name,
    *,
    manager: ManagerOptions,
) -> None:
    """Remove a user (the last admin only after everybody else)."""
    with manager.managed() as opened:
        _keep_an_admin(opened, name)
        opened.remove_user(name)
    console.talk(f"removed {name}")


@app.command("passwd")
@grouped
def passwd(
    name: Name,
    password_file: PasswordFile = None,
    *,
    manager: ManagerOptions,
) -> None:
    """Give a user another password: one's own after logging in, anybody's as an admin. Lifts a lock."""
    with manager.opened() as opened:
        acting = logged_in(opened, manager.user or name)
        if acting is None or (acting.name != name and MANAGER not in acting.roles):
            raise AccessDenied("only an admin changes somebody else's password", remedy="log in with --user NAME")
        opened.set_password(name, _new(password_file))
    console.talk(f"the password of {name} is changed")


@app.command("roles")
@grouped
def roles_of(
    name: Name,
    role: Roles = None,
    policy: PolicyOption = None,
    *,
    manager: ManagerOptions,
) -> None:
    """Give a user these roles instead of the present ones."""
    with manager.managed() as opened:
        wanted = frozenset(role or ())
        _check_roles(opened, wanted, policy)
        if MANAGER not in wanted:
            _keep_an_admin(opened, name)
        opened.set_roles(name, wanted)
    console.talk(f"{name}: {', '.join(sorted(wanted)) or 'no role, and so nothing to see'}")


@app.command("groups")
@grouped
def groups_of(
    name: Name,
    group: Groups = None,
    *,
    manager: ManagerOptions,
) -> None:
    """Give a user these groups instead of the present ones: access lists of documents name groups and users."""
    with manager.managed() as opened:
        opened.set_groups(name, group or ())
    console.talk(f"{name}: {', '.join(sorted(set(group or ()))) or 'in no group'}")


@app.command("unlock")
@grouped
def unlock(
    name: Name,
    *,
    manager: ManagerOptions,
) -> None:
    """Lift the wait after failed logins."""
    with manager.managed() as opened:
        opened.unlock_user(name)
    console.talk(f"{name} may log in again")


def _new(password_file: Path | None) -> str:
    if password_file is not None:
        return first_line(password_file)
    return password(confirm=True, variable="ASSISTANT_NEW_PASSWORD", prompt="New password")


def _keep_an_admin(opened: Vault, name: str) -> None:
    """Raises UsageError where the others would be left without anybody who manages them."""
    others = [found for found in opened.users() if found.name != name]
    if others and not any(MANAGER in found.roles for found in others):
        raise UsageError("this is the last admin", remedy="give the role admin to somebody else first")


def _check_roles(opened: Vault, roles: frozenset[str], policy: str | None) -> None:
    """Raises UsageError for a role that no rule of the policy in force knows: it would open nothing."""
    from assistant.policy.model import load_policy
    from assistant.policy.versions import in_force
    from assistant.wiring import DEFAULT_DOMAIN

    rules = load_policy(policy or in_force(opened) or DEFAULT_DOMAIN)
    known = {MANAGER} | rules.roles
    if unknown := roles - known:
        raise UsageError(
            f"the policy '{rules.id}' knows no role {', '.join(sorted(unknown))}",
            remedy=f"its roles: {', '.join(sorted(known))}",
        )
