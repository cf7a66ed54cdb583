"""The audit record of one answer: ids, keyed hashes, verdicts, labels and durations, never text."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.policy.tools import Tools, store
from assistant.types import Answer, Passage, PolicyRef, Query

Audit = Callable[[str, Mapping[str, object]], str]


@dataclass(slots=True)
class DeferredAudit:
    """An audit that keeps back what is written later: the labels of the answers that passed."""

    labels: frozenset[str] = frozenset()


def record(audit: Audit, tools: Tools, query: Query, answer: Answer, labels: frozenset[str]) -> str:
    """Write the record and return its id. Texts go in as HMACs under the vault's key; whatever fails is raised.

    `hashes` are under a key of this answer alone, which its receipt discloses; see `vault.receipts`.
    """
    digest = store(tools).content_hmac
    nonce = secrets.token_hex(16)
    return audit(
        "answer",
        {
            "principal": query.principal.name,
            "roles": sorted(query.principal.roles),
            "question": digest(query.question.encode("utf-8", "surrogatepass")),
            "answer": digest(answer.answer.encode("utf-8", "surrogatepass")),
            "status": str(answer.status),
            "level": str(answer.level),
            "intent": answer.intent,
            "action": answer.action,
            "verified": answer.verified.id if answer.verified is not None else "",
            "documents": sorted({citation.document_id for citation in (*answer.citations, *answer.related)}),
            "labels": sorted(labels),
            "redactions": len(query.findings),
            "verdicts": [
                {"check": v.check, "stage": str(v.stage), "action": str(v.action), "ms": round(v.ms, 2)}
                for v in answer.verdicts
            ],
            "policy": {"id": answer.policy.id, "version": answer.policy.version, "sha256": answer.policy.sha256},
            "model": answer.model,
            "nonce": nonce,
            "hashes": _hashes(store(tools).receipt_salt(nonce), answer),
            "timings_ms": {name: round(ms, 1) for name, ms in answer.timings_ms.items()},
        },
    )


def _hashes(salt: bytes, answer: Answer) -> dict[str, object]:
    """Question, answer and quoted sentences as HMAC-SHA-256 under the answer's own key."""

    def hashed(text: str) -> str:
        return hmac.digest(salt, text.encode("utf-8", "surrogatepass"), "sha256").hex()

    spans = [hashed(citation.quote) for citation in (*answer.citations, *answer.related)]
    return {"question": hashed(answer.question), "answer": hashed(answer.answer), "spans": spans}


def record_search(audit: Audit, tools: Tools, query: Query, passages: Sequence[Passage], policy: PolicyRef) -> str:
    """Write that passages are handed out as they are, outside any answer."""
    return audit(
        "search",
        {
            "principal": query.principal.name,
            "roles": sorted(query.principal.roles),
            "question": store(tools).content_hmac(query.question.encode("utf-8", "surrogatepass")),
            "status": "blocked" if query.blocked else "found" if passages else "nothing",
            "documents": sorted({passage.document_id for passage in passages}),
            "passages": [passage.id for passage in passages],
            "labels": sorted(frozenset().union(*(passage.labels for passage in passages))),
            "policy": {"id": policy.id, "version": policy.version, "sha256": policy.sha256},
        },
    )


@dataclass(slots=True)
class AuditTrail:
    """What is recorded while one answer is being shown: each sentence before anybody sees it, and an end that was no answer."""

    audit: Audit
    tools: Tools
    query: Query
    shown: list[str] = field(default_factory=list)

    def showing(self, text: str, documents: Iterable[str]) -> None:
        """Record a sentence that is about to be shown. Whatever fails is raised, and then it is not shown."""
        fields = {
            "principal": self.query.principal.name,
            "question": store(self.tools).content_hmac(self.query.question.encode("utf-8", "surrogatepass")),
            "sentence": store(self.tools).content_hmac(text.encode("utf-8", "surrogatepass")),
            "documents": sorted(set(documents)),
            "first": self.shown[0] if self.shown else "",
        }
        self.shown.append(self.audit("sentence", fields))

    def broke_off(self, why: str) -> None:
        """Record that it ended without an answer: who listened went away, or a part failed (its class)."""
        fields = {
            "principal": self.query.principal.name,
            "roles": sorted(self.query.principal.roles),
            "question": store(self.tools).content_hmac(self.query.question.encode("utf-8", "surrogatepass")),
            "why": why,
            "sentences": list(self.shown),
        }
        self.audit("answer.broken-off", fields)
