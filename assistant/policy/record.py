"""The audit record of one answer: ids, keyed hashes, verdicts, labels and durations, never text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.protocols import Tools
from assistant.types import Answer, Query

Audit = Callable[[str, Mapping[str, Any]], str]


@dataclass(slots=True)
class Held:
    """An audit that keeps back what is written later: the labels of the one answer that passed."""

    labels: frozenset[str] = frozenset()

    def __call__(self, event: str, fields: Mapping[str, Any]) -> str:  # noqa: ARG002 - the shape of an audit
        self.labels = frozenset(fields["labels"])
        return ""


def record(audit: Audit, tools: Tools, query: Query, answer: Answer, labels: frozenset[str]) -> str:
    """Write the record and return its id. Texts go in as HMACs under the vault's key; whatever fails is raised."""
    digest = tools.vault.content_hmac
    return audit(
        "answer",
        {
            "principal": query.principal.name,
            "roles": sorted(query.principal.roles),
            "question": digest(query.question.encode("utf-8", "surrogatepass")),
            "answer": digest(answer.answer.encode("utf-8", "surrogatepass")),
            "status": str(answer.status),
            "documents": sorted({citation.document_id for citation in (*answer.citations, *answer.related)}),
            "labels": sorted(labels),
            "redactions": len(query.findings),
            "verdicts": [
                {"check": v.check, "stage": str(v.stage), "action": str(v.action), "ms": round(v.ms, 2)}
                for v in answer.verdicts
            ],
            "policy": {"id": answer.policy.id, "version": answer.policy.version, "sha256": answer.policy.sha256},
            "model": answer.model,
            "timings_ms": {name: round(ms, 1) for name, ms in answer.timings_ms.items()},
        },
    )
