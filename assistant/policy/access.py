"""Who may see what: default deny, a forbid wins, every label of a text must be allowed.

A text may carry several labels. It is visible when no forbid rule matches any of them and each label is either permitted
to one of the reader's roles or cleared by a forbid rule's `unless_roles`; at least one must be permitted.

Beside labels a text may have an access list: entries `user:NAME` and `group:NAME`. Then it is visible to those whom the list
names, if the labels permit it too. Labels of a policy hold no colon, so that the two cannot be taken for one another.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from assistant.types import Principal


class AccessRule(Protocol):
    """A permit or a forbid for labels, as the policy file states it."""

    @property
    def effect(self) -> str: ...

    @property
    def labels(self) -> frozenset[str]: ...

    @property
    def roles(self) -> frozenset[str]: ...

    @property
    def unless_roles(self) -> frozenset[str]: ...


def _concerns(rule: AccessRule, principal: Principal) -> bool:
    return not rule.roles or bool(principal.roles & rule.roles)


def may_see(rules: Iterable[AccessRule], principal: Principal, labels: frozenset[str]) -> bool:
    """Whether the principal may see a text with these labels; a text without labels is seen by nobody."""
    entries = frozenset(label for label in labels if ":" in label)
    if entries and not entries & _entries_of(principal):
        return False
    labels -= entries
    permitted: set[str] = set()
    cleared: set[str] = set()
    for rule in rules:
        touched = labels & rule.labels
        if not touched:
            continue
        exempt, concerned = bool(principal.roles & rule.unless_roles), _concerns(rule, principal)
        if rule.effect == "permit":
            if concerned and not exempt and principal.roles:
                permitted |= touched
        elif exempt:
            cleared |= touched
        elif concerned:
            return False
    return bool(permitted) and labels <= permitted | cleared


def _entries_of(principal: Principal) -> frozenset[str]:
    """What stands in an access list for this person."""
    return frozenset({f"user:{principal.name}", *(f"group:{group}" for group in principal.groups)})


def allowed_labels(rules: Iterable[AccessRule], principal: Principal) -> frozenset[str]:
    """The labels that the principal may see alone."""
    known = list(rules)
    named = frozenset().union(*(rule.labels for rule in known))
    return frozenset(label for label in named if may_see(known, principal, frozenset({label})))
