"""Asking as somebody else would, to see what he sees: for those whom the policy lets, and never more than they may see themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.errors import AccessDenied
from assistant.types import Principal

if TYPE_CHECKING:
    from assistant.policy.model import Policy


def may_impersonate(policy: Policy, principal: Principal, role: str) -> bool:
    """Whether the principal may ask as this role."""
    try:
        impersonated(policy, principal, [role])
    except AccessDenied:
        return False
    return True


def impersonated(policy: Policy, principal: Principal, roles: Iterable[str]) -> Principal:
    """The principal with other roles than his own. The caller records it.

    Raises AccessDenied for who may not try, for a role that the policy does not know, and for one that sees more than he does.
    """
    wanted = frozenset(roles)
    if not principal.roles & policy.trial.roles:
        raise no_such_role(policy, principal)
    if not wanted or not wanted <= policy.roles:
        raise AccessDenied("the policy knows no such role", remedy=f"roles: {', '.join(sorted(policy.roles))}")
    tried = replace(principal, roles=wanted, groups=frozenset())
    if not policy.trial.wider and not policy.allowed_labels(tried) <= policy.allowed_labels(principal):
        raise AccessDenied("that role sees more than yours", remedy="the policy may permit it: trial.wider")
    return tried


def no_such_role(policy: Policy, principal: Principal) -> AccessDenied:
    """The refusal of a role that the principal has not; it tells which there are and who may try others."""
    own = ", ".join(sorted(principal.roles)) or "none"
    trying = ", ".join(sorted(policy.trial.roles))
    others = f"; others are tried by a user with the role {trying}, signed in with --user NAME" if trying else ""
    return AccessDenied(
        f"'{principal.name}' has no such role under the policy '{policy.id}'", remedy=f"choose among: {own}{others}"
    )
