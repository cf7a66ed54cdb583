"""What the admin page shows, as plain values."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from assistant import __version__
from assistant.types import Principal

if TYPE_CHECKING:
    from assistant.facade import Assistant
    from assistant.frontends.web.services import Services
    from assistant.vault.store import Vault

_RECORDS: Final = 100
_DOCUMENTS: Final = 2000


def overview_view(services: Services, principal: Principal) -> dict[str, object]:
    """Counts, policy, engine and queue."""
    assistant = services.assistant
    status = assistant.vault.status()
    policy = assistant.gate.policy
    return {
        "version": __version__,
        "pack": assistant.pack.title,
        "policy": {"id": policy.id, "version": policy.version, "sha256": policy.sha256, "mode": policy.mode},
        "labels": sorted(frozenset().union(*(rule.labels for rule in policy.access))),
        "default_labels": sorted(policy.ingest.default_labels),
        "documents": len(services.acting_as(principal).inventory()),
        "passages": status.passages,
        "users": status.users,
        "audit_records": status.audit_records,
        "vault_bytes": status.file_bytes,
        "cipher": status.cipher,
        "ready": services.ready,
        "unready": services.unready,
        "taking_in": services.taking.told if services.taking else "",
        "waiting": services.runs.queue.waiting,
        "running": services.runs.queue.running,
        "sessions": len(services.sessions),
        "sites": len(services.access.sites),
        "keys": len(services.access.keys),
    }


def documents_view(assistant: Assistant) -> dict[str, object]:
    """Documents that may be seen, newest first, with their collections.

    What is hidden is not counted either, but for who may erase it: that shows id, labels and size, and neither title nor source.
    """
    found = assistant.inventory()
    readable = {info.id for info in assistant.documents()}
    newest = sorted(found, key=lambda info: info.added_at, reverse=True)
    return {
        "total": len(found),
        "collections": dict(sorted(Counter(info.collection for info in found).items())),
        "documents": [
            {
                "id": info.id,
                "readable": info.id in readable,
                "title": info.title,
                "source": info.source,
                "collection": info.collection,
                "labels": sorted(info.labels),
                "passages": info.passages,
                "added_at": info.added_at,
            }
            for info in newest[:_DOCUMENTS]
        ],
    }


def policy_view(assistant: Assistant) -> dict[str, object]:
    """The policy in sentences."""
    from assistant.policy.explain import explain, objections

    policy = assistant.gate.policy
    return {
        "id": policy.id,
        "version": policy.version,
        "sha256": policy.sha256,
        "mode": policy.mode,
        "sentences": explain(policy),
        "objections": list(objections(policy)),
    }


def audit_view(vault: Vault) -> dict[str, object]:
    """The chain's state and its last records, newest first."""
    report = vault.audit.verify()
    last = int(vault.audit.head().split(":")[1]) if report.ok else report.records
    records = [] if not report.ok else list(vault.audit.records(max(0, last - _RECORDS)))
    return {
        "ok": report.ok,
        "records": report.records,
        "head": report.head,
        "damage": report.damage,
        "bad_seq": report.bad_seq,
        "last": [
            {"seq": r.seq, "at": r.at, "kind": r.kind, "id": r.id, "record": dict(r.record)} for r in reversed(records)
        ],
    }
