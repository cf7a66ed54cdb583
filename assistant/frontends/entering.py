"""Who runs a batch, under which policy, and where it is recorded: in the vault where there is one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.batch.settings import Settings
from assistant.charts.fields import FieldSpec
from assistant.config import default_vault
from assistant.errors import BlockedError
from assistant.frontends import console
from assistant.frontends.option_groups import RecordOptions
from assistant.packs.pack import Pack
from assistant.policy.model import Policy
from assistant.types import Principal

if TYPE_CHECKING:
    from assistant.facade import Assistant


@dataclass(frozen=True, slots=True)
class Entry:
    """The policy and pack in force, the user, and the open assistant where there is a vault."""

    policy: Policy
    pack: Pack
    principal: Principal
    assistant: Assistant | None

    def audit(self, event: str, fields: Mapping[str, object]) -> None:
        """One record in the vault's chain; nothing without a vault."""
        if self.assistant is not None:
            self.assistant.vault.audit.append(event, {"principal": self.principal.name, **fields})

    def settings(
        self,
        *,
        formats: tuple[str, ...],
        narrative: str | None,
        as_of: str,
        engine: str,
        model: str,
        fields: tuple[FieldSpec, ...] = (),
    ) -> Settings:
        """What workers need to know of this."""
        return Settings(
            policy=_name(self.policy.path, self.policy.id),
            policy_sha256=self.policy.sha256,
            domain=_name(self.pack.root, self.pack.id),
            roles=tuple(sorted(self.principal.roles)),
            narrative=narrative or self.policy.records.narrative,
            as_of=as_of,
            formats=formats,
            engine=engine,
            model=model,
            fields=fields,
        )


def _name(path: Path | None, name: str) -> str:
    """A shipped thing by its name, so that another machine finds its own copy; others by their path."""
    from assistant.config import shipped

    if path is None:
        return name
    resolved = path.resolve()
    shipped_here = resolved.is_relative_to(shipped("policies").resolve()) or resolved.is_relative_to(
        shipped("domains").resolve()
    )
    return name if shipped_here else str(resolved)


@contextmanager
def entered(access: RecordOptions, *, records: bool = True) -> Iterator[Entry]:
    """Policy, pack and user of the vault; where none is named and there is none, those named, and no audit.

    Raises BlockedError where `records` are asked for and the policy does not show them to the user, LockedError where the vault stays shut.
    """
    from assistant.vault.recovery import has_vault

    if access.vault is not None or has_vault(default_vault()):
        with access.opened() as assistant:
            entry = Entry(assistant.gate.policy, assistant.pack, assistant.principal, assistant)
            yield _permitted(entry) if records else entry
        return
    console.talk("no vault here: this run is not audited (`assistant init` makes one)")
    entry = _without_vault(access.policy, access.domain, access.roles)
    yield _permitted(entry) if records else entry


def _without_vault(policy: str | None, domain: str | None, roles: list[str] | None) -> Entry:
    from assistant.packs.pack import load_pack
    from assistant.policy.impersonation import no_such_role
    from assistant.policy.model import load_policy
    from assistant.wiring import DEFAULT_DOMAIN

    pack = load_pack(domain or DEFAULT_DOMAIN)
    rules = load_policy(policy or pack.policy)
    principal = rules.local_principal()
    if roles is not None:
        if not frozenset(roles) <= principal.roles:
            raise no_such_role(rules, principal)
        principal = replace(principal, roles=frozenset(roles))
    return Entry(rules, pack, principal, None)


def _permitted(entry: Entry) -> Entry:
    if not entry.policy.may_see(entry.principal, entry.policy.records.labels):
        raise BlockedError(
            f"the policy '{entry.policy.id}' does not show records to your role",
            remedy="see `assistant policy explain`, or choose a role that may",
        )
    return entry
