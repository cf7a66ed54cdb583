"""What one run of ingest did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.protocols import FileProblem
from assistant.types import Loss, Principal

if TYPE_CHECKING:
    from assistant.policy.model import Policy
    from assistant.vault.store import Vault


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one run did; the tuples hold sources (paths as given).

    `removed` are stored sources under the given folders that are no longer there: deleted only where `pruned`.
    `skipped` are files of a folder that no reader reads. `partial` says that Ctrl-C ended the run early.
    """

    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    problems: tuple[FileProblem, ...] = ()
    skipped: tuple[FileProblem, ...] = ()
    documents: int = 0
    passages: int = 0
    seconds: float = 0.0
    pruned: bool = False
    partial: bool = False
    duplicates: tuple[tuple[str, str, float], ...] = ()
    """Source, the source that it repeats, and how alike they are: 1.0 for the same words, which are left out where asked for."""
    verdicts: Mapping[str, int] = field(default_factory=dict)
    """How often each check acted: "check:action" to count."""
    notices: tuple[tuple[str, str], ...] = ()
    """Source, and what is to be known of the labels under which it is stored."""
    quarantined: tuple[str, ...] = ()
    """Sources whose stored version is kept from everybody, since the policy does not let the new one in."""
    labels: Mapping[str, int] = field(default_factory=dict)
    """How many documents this run stored under which labels ("clinical" or "clinical,psychotherapy")."""
    roles: Mapping[str, int] = field(default_factory=dict)
    """How many of the vault's documents each role of the policy can read, alone."""
    losses: tuple[tuple[str, Loss], ...] = ()
    """Source and what its reader left out or is not sure of, for the files that this run read and stored."""


def readable(vault: Vault, policy: Policy) -> dict[str, int]:
    """How many documents of a vault each role of its policy can read; access lists name people and count for no role."""
    sets = Counter(info.labels for info in vault.documents())
    people = {role: Principal("", frozenset({role})) for role in sorted(policy.roles)}
    return {role: sum(n for labels, n in sets.items() if policy.may_see(who, labels)) for role, who in people.items()}
