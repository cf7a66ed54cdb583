"""Other labels for a document that is stored: what may be changed, and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.errors import AccessDenied, BlockedError, UsageError

if TYPE_CHECKING:
    from assistant.policy.model import Policy
    from assistant.types import Principal


def relabelled(
    stored: frozenset[str],
    labels: frozenset[str] | None,
    readers: frozenset[str] | None,
    policy: Policy,
    principal: Principal,
) -> frozenset[str]:
    """All labels of a document after a change of its labels, its access list (`readers`), or both; None leaves one as it is.

    Raises UsageError for a label that no rule names, BlockedError where the labels ask for redaction that was not done, and
    AccessDenied where more people would see it and the principal is no admin.
    """
    own = frozenset(label for label in stored if ":" in label)
    plain = stored - own if labels is None else labels
    if unknown := plain - policy.labels:
        raise UsageError(
            f"no rule of the policy knows the label {', '.join(sorted(unknown))}",
            remedy=f"use one of: {', '.join(sorted(policy.labels))}",
        )
    if policy.redacts(plain) - policy.redacts(stored - own):
        raise BlockedError(
            "it was not redacted as these labels ask for", remedy="take it in again with --label instead"
        )
    entries = own if readers is None else readers
    wider = policy.readers(plain) - policy.readers(stored - own) or (own and not (entries and entries <= own))
    if wider and "admin" not in principal.roles:
        raise AccessDenied("only an admin shows a document to more people", remedy="log in as one, or narrow it")
    return plain | entries
